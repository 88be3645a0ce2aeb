// SPDX-License-Identifier: MPL-2.0
// What the transform of the grid is multiplied by, so that atoms may have other shapes there.
#pragma once

#include <array>
#include <cmath>

namespace polyform::density {

/// D(s) = exp(c_0 x + c_1 x^2 + c_2 x^3), x = (s d_min)^2: an atom on the grid has the transform
/// f(s) exp(-B s^2/4) / D(s). A blur b [A^2] is c_0 = b / (4 d_min^2).
struct Deconvolution {
  double d_min = 1;
  std::array<double, 3> c{};

  /// s2 = 1/d^2 [1/A^2].
  double at(double s2) const {
    const double x = s2 * d_min * d_min;
    return std::exp(x * (c[0] + x * (c[1] + x * c[2])));
  }
};

}  // namespace polyform::density
