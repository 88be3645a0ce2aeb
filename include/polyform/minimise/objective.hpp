// SPDX-License-Identifier: MPL-2.0
// What a minimiser sees of a refinement: a function of numbers, its gradient, and a say after a
// step.
#pragma once

#include <span>

namespace polyform::minimise {

struct Step {
  int number = 0;  ///< accepted steps so far
  int evaluations = 0;
  double size = 0;          ///< length of the step along the direction
  double value = 0;         ///< of the function
  double gradient_rms = 0;  ///< root mean square of the (projected) gradient
};

class Objective {
 public:
  virtual ~Objective() = default;
  /// Value at x; writes the gradient.
  virtual double evaluate(std::span<const double> x, std::span<double> gradient) = 0;
  /// Called after each accepted step, with x as last evaluated; false asks to stop here.
  virtual bool accepted(const Step&) { return true; }
};

}  // namespace polyform::minimise
