// SPDX-License-Identifier: MPL-2.0
// One minimisation of a refinement: free parameters of one kind against the weighted sum.
#pragma once

#include <functional>

#include "polyform/minimise/lbfgs.hpp"
#include "polyform/refine/ensemble.hpp"
#include "refine/free_parameters.hpp"

namespace polyform::refine {

/// What is minimised, and how.
struct Minimisation {
  Parameters which;
  std::string stage;  ///< for the journal: "positions"
  int cycle = 0;
  std::vector<double> weights{};  ///< w of each form
  std::vector<double> on_b{};     ///< factor on each form's restraints on B; empty: 1
  double gain = 0;                ///< stop once the sum has fallen by as much (0: never)
  int steps_before = 0;           ///< done in this stage before it, for the journal
  int steps_planned = 0;          ///< of the stage
  minimise::LbfgsOptions how{};
};

/// Minimises from where the atoms are and leaves them where it ends, starting from the expected
/// curvature at `status` (of the last renewal), and notes how it went. stop_asked is looked at
/// after every step. Nothing happens where nothing is free. Coordinator only.
minimise::LbfgsResult minimise_sum(Ensemble& ensemble, const RefineOptions& options,
                                   const std::vector<FormStatus>& status,
                                   const FreeParameters& free, const Minimisation& what,
                                   Journal& journal, const std::function<bool()>& stop_asked);

}  // namespace polyform::refine
