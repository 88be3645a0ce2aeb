// SPDX-License-Identifier: MPL-2.0
// Teams of ranks: one for each crystal form, and which forms a rank serves.
#pragma once

#include <vector>

#include "polyform/parallel/communicator.hpp"

namespace polyform::parallel {

/// Ranks [first, first + count) of the world serve one form. With fewer ranks than forms a rank
/// serves several forms, each alone (count 1).
struct TeamPlan {
  int first = 0;
  int count = 1;
  bool has(int rank) const { return rank >= first && rank < first + count; }
};

/// Deals `ranks` ranks to forms in proportion to their cost (every form at least
/// one when there are enough; then each further rank to the form whose ranks have most to do). With fewer ranks than forms, forms go to the least loaded rank,
/// dearest first. costs: one a form, > 0, in any unit. Throws nothing; not collective.
std::vector<TeamPlan> deal(const std::vector<double>& costs, int ranks);

/// The communicators of a run.
struct Teams {
  Communicator world;
  std::vector<TeamPlan> plan;        ///< one a form
  std::vector<int> served;           ///< forms this rank serves, ascending
  std::vector<Communicator> form;    ///< communicator of each served form, in the order of `served`

  /// Collective over world.
  Teams(Communicator world, const std::vector<double>& costs);
};

}  // namespace polyform::parallel
