// SPDX-License-Identifier: MPL-2.0
// Limited-memory BFGS with bounds kept exactly.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "polyform/minimise/objective.hpp"
#include "polyform/minimise/preconditioner.hpp"

namespace polyform::minimise {

enum class Stopped { gradient_small, value_steady, steps_done, asked, no_descent };
std::string name_of(Stopped why);

struct LbfgsOptions {
  int max_steps = 30;
  int memory = 8;
  double first_step =
      0.05;  ///< largest component of the first step where no curvature is given, in units of x
  double largest_step = 0.5;         ///< no component of a step exceeds this
  std::vector<double> units{};       ///< of the two above, one a parameter; empty: 1
  double gradient_tolerance = 1e-6;  ///< stop when gradient_rms falls below this times its start
  int renew_every =
      0;  ///< steps until the estimate of the Hessian is asked to renew itself (0: never)
  double value_tolerance = 1e-6;  ///< stop when steady_steps steps in a row gain less than this
                                  ///< fraction each,
  double gain_tolerance = 0;      ///< or less than this,
  double gain_share = 0;          ///< or less than this fraction of what all steps have gained
  int steady_steps = 3;
};

struct LbfgsResult {
  Stopped why = Stopped::steps_done;
  int steps = 0;
  int evaluations = 0;
  double value = 0;
};

/// Minimises from x, in place. lower, upper: bounds, one a parameter, or empty for none; x is kept
/// inside exactly (projected gradient and projected line search: Byrd et al. 1995, SIAM J. Sci.
/// Comput. 16, 1190, without the generalised Cauchy point). curvature: an estimate of the diagonal
/// of the Hessian (> 0), or empty. Never returns a point worse than the start. Nocedal (1980) Math.
/// Comput. 35, 773.
LbfgsResult lbfgs(Objective& objective, std::span<double> x, std::span<const double> lower,
                  std::span<const double> upper, std::span<const double> curvature,
                  const LbfgsOptions& options);

/// The same from an estimate of the inverse Hessian: where this has what makes the problem stiff,
/// L-BFGS becomes Newton's method with corrections (Jiang, Byrd, Eskow & Schnabel 2004, Technical
/// Report CU-CS-982-04, University of Colorado).
LbfgsResult lbfgs(Objective& objective, std::span<double> x, std::span<const double> lower,
                  std::span<const double> upper, Preconditioner& start,
                  const LbfgsOptions& options);

}  // namespace polyform::minimise
