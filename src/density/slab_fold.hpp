// SPDX-License-Identifier: MPL-2.0
// Which symmetry mate of an atom is put on the grid: the one in the thinnest slab.
#pragma once

#include <vector>

#include "polyform/crystal/crystal.hpp"

namespace polyform::density {

/// A symmetry operator in Cartesian axes: x' = rotation x + translation.
struct CartesianOperator {
  kernels::Mat3 rotation;
  kernels::Vec3 translation;  ///< [A]
};

/// Sends every atom to its mate with the lowest coordinate along the slab axis, counted from an
/// origin on a mirror point of that coordinate. Symmetry is summed in reciprocal space, so any mate
/// will do, and atoms in a thin slab leave most planes of the cell empty.
class SlabFold {
 public:
  SlabFold(const crystal::Crystal& crystal, int slab_axis);

  /// Index of the operator for an atom at these fractional coordinates.
  std::size_t operator_for(const kernels::Vec3& fractional) const;
  const CartesianOperator& cartesian(std::size_t i) const { return cartesian_[i]; }
  /// Largest coordinate above the origin, in parts of the cell, that sampled places are sent to.
  double thickness() const;

 private:
  double height(std::size_t i, const kernels::Vec3& fractional) const;
  std::vector<kernels::Vec3> row_;   // of the rotation, for the slab coordinate
  std::vector<double> translation_;  // of the slab coordinate
  std::vector<CartesianOperator> cartesian_;
  double origin_ = 0;
};

}  // namespace polyform::density
