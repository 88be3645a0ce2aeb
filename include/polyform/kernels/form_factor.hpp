// SPDX-License-Identifier: MPL-2.0
// Scattering factors of atoms as sums of Gaussians, and the density of such an atom.
#pragma once

#include <array>
#include <cmath>

namespace polyform::kernels {

/// f(s) = sum_i a_i exp(-b_i s^2/4), s = 1/d [1/A]; a in electrons (or A for electron scattering),
/// b in A^2. A constant is a term with b = 0.
struct FormFactor {
  static constexpr int max_terms = 5;
  int terms = 0;
  std::array<double, max_terms> a{};
  std::array<double, max_terms> b{};

  /// s2 = 1/d^2 [1/A^2].
  double at(double s2) const {
    double f = 0;
    for (int i = 0; i < terms; ++i) f += a[i] * std::exp(-b[i] * s2 / 4);
    return f;
  }
};

}  // namespace polyform::kernels
