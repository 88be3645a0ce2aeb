// SPDX-License-Identifier: MPL-2.0
// Symmetric tensors that a point group leaves unchanged.
#pragma once

#include <span>
#include <vector>

#include "polyform/kernels/vector.hpp"

namespace polyform::kernels {

/// Orthonormal basis (Frobenius product) of the symmetric tensors T with R T R' = T for every
/// rotation (Cartesian, orthogonal; a whole group). The first is the unit tensor / sqrt 3, the
/// others are traceless: 1 tensor in all for cubic groups, 2 for uniaxial, 3 for orthorhombic, 4
/// for monoclinic, 6 for triclinic.
std::vector<Mat3> invariant_tensors(std::span<const Mat3> rotations);

}  // namespace polyform::kernels
