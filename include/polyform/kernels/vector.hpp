// SPDX-License-Identifier: MPL-2.0
// The vector and matrix types that formulas are written in.
#pragma once

#include <Eigen/Core>
#include <array>

namespace polyform::kernels {

using Vec3 = Eigen::Vector3d;
using Mat3 = Eigen::Matrix3d;
using IMat3 = Eigen::Matrix3i;

/// Symmetric 3x3 tensor as (11, 22, 33, 12, 13, 23); U and B tensors in Cartesian axes unless said.
using Sym3 = std::array<double, 6>;

inline Mat3 matrix_of(const Sym3& s) {
  Mat3 m;
  m << s[0], s[3], s[4], s[3], s[1], s[5], s[4], s[5], s[2];
  return m;
}
inline Sym3 tensor_of(const Mat3& m) {
  return {m(0, 0), m(1, 1), m(2, 2), m(0, 1), m(0, 2), m(1, 2)};
}
inline double trace(const Sym3& s) { return s[0] + s[1] + s[2]; }

}  // namespace polyform::kernels
