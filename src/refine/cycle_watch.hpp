// SPDX-License-Identifier: MPL-2.0
// How cycles come out: when they have settled, and which of them was the best.
#pragma once

#include <string>
#include <vector>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// Sees the state after each cycle. The judge is R-work, of all forms by their numbers of work
/// reflections and their weights: R-free has no part in it, and stays free. Coordinator only.
class CycleWatch {
 public:
  /// What a cycle came to.
  struct Seen {
    int cycle = 0;
    double r_work = 0;
    bool strained = false;  ///< r.m.s. Z of bonds or angles beyond positions.largest_z
  };

  /// first: the first cycle with the parameters of all later ones; none before it is judged.
  CycleWatch(const Ensemble& ensemble, const RefineOptions& options, int first = 1);

  /// After cycle `cycle`, 0 the start; status: as just renewed, one a form.
  void see(int cycle, const std::vector<FormStatus>& status);

  /// A cycle after the last kick has lowered the lowest R-work by less than ending.settled, or not
  /// at all, and has not made a strained model a good one.
  bool settled() const;
  /// As a sentence, with figures.
  std::string why_settled() const;

  /// The cycle of lowest R-work of those from the first judged one and after the last kick (of all,
  /// when every cycle has one), of good geometry where any has; the last where it is as good within
  /// ending.settled, or where ending.best is off.
  int best() const;
  std::string why_best() const;
  /// Puts the atoms of all forms to where they were after it. Scales and errors are to be renewed.
  void go_back_to_best(Ensemble& ensemble) const;

 private:
  bool counts(int cycle) const {
    return cycle >= first_ && (cycle > last_kick_ || last_kick_ == options_.cycles);
  }
  bool is_better(const Seen& a, const Seen& b) const;

  const Ensemble& ensemble_;
  const RefineOptions& options_;
  const int last_kick_;  // cycle before which the last kick is; 0: none
  const int first_;      // that is judged
  const bool in_maps_;   // R-work is no judge of those
  std::vector<Seen> seen_;
  Seen best_, best_before_;  // the latter without the last cycle
  std::vector<crystal::Atoms> best_atoms_;
};

}  // namespace polyform::refine
