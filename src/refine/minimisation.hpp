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
  std::vector<double> weights{};    ///< w of each form
  std::vector<double> curvature{};  ///< expected diagonal of the Hessian, one a value of the atoms
  double gain = 0;                  ///< stop once the sum has fallen by as much (0: never)
  int steps_before = 0;             ///< done in this stage before it, for the journal
  int steps_planned = 0;            ///< of the stage
  minimise::LbfgsOptions how{};
};

/// Minimises from where the atoms are and leaves them where it ends. stop_asked is looked at after
/// every step. Coordinator only.
minimise::LbfgsResult minimise_sum(Ensemble& ensemble, const FreeParameters& free,
                                   const Minimisation& what, Journal& journal,
                                   const std::function<bool()>& stop_asked);

}  // namespace polyform::refine
