// SPDX-License-Identifier: MPL-2.0
// How far from its centre an atom is put on the grid.
#pragma once

#include <array>

#include "polyform/kernels/form_factor.hpp"

namespace polyform::density {

/// Radii, by B, beyond which an element's blurred density may be left out: where the r.m.s. error
/// of f exp(-B s^2/4) to d_min [A], the blur [A^2] taken off, is `tolerance` of its own r.m.s. or,
/// if this is more, of that of a carbon of the same B: what is weak need not be as exact.
class Cutoff {
 public:
  Cutoff() = default;
  Cutoff(const kernels::FormFactor& f, const kernels::FormFactor& carbon, double blur, double d_min,
         double tolerance);
  double radius(double b) const;  ///< [A]; b in [A^2], the largest of an anisotropic atom's

 private:
  static constexpr int n_nodes = 32;
  std::array<double, n_nodes> radius_{};  // at equal steps of log(b + b_shift)
};

}  // namespace polyform::density
