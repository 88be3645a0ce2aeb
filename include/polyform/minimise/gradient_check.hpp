// SPDX-License-Identifier: MPL-2.0
// A gradient held against central differences of the value.
#pragma once

#include <cstddef>
#include <span>

#include "polyform/minimise/objective.hpp"

namespace polyform::minimise {

struct GradientCheck {
  double relative_rms = 0;  ///< r.m.s. of (analytic - numeric) over r.m.s. of numeric
  std::size_t n = 0;        ///< components compared
};

/// Compares about n_sampled components, evenly spread, at x. step: in units of x. Leaves the
/// objective evaluated at x.
GradientCheck check_gradient(Objective& objective, std::span<const double> x, double step,
                             std::size_t n_sampled);

}  // namespace polyform::minimise
