// SPDX-License-Identifier: MPL-2.0
// Displacement tensors of a minimisation: free numbers before limits and site symmetry, U after.
#pragma once

#include <span>
#include <vector>

#include "polyform/kernels/displacement.hpp"

namespace polyform::refine {

/// Which values of a row are tensors that stay within limits, and what their sites allow. The row
/// has six entries (11, 22, 33, 12, 13, 23) an atom; those of other atoms are left as they are. The
/// minimiser moves W, any symmetric tensor; U = within_limits(W) is what the atoms get.
class TensorLimits {
 public:
  TensorLimits() = default;
  explicit TensorLimits(const kernels::PrincipalLimits& limits) : limits_(limits) {}

  /// The tensor whose entries start at `first`. rotations: of its site symmetry group (Cartesian);
  /// none on a general position.
  void add(std::size_t first, std::vector<kernels::Mat3> rotations);
  bool empty() const { return tensors_.empty(); }
  /// For a row in which entry e of this one's is at place[e].
  void move(const std::vector<std::size_t>& place);

  /// U to W, in place.
  void before(std::span<double> row) const;
  /// W to U, in place.
  void within(std::span<double> row) const;
  /// Derivatives by U to those by W, at W, in place.
  void slopes(std::span<const double> w, std::span<double> by) const;

 private:
  struct Tensor {
    std::size_t first;
    std::vector<kernels::Mat3> rotations;
  };
  std::vector<Tensor> tensors_;
  kernels::PrincipalLimits limits_{};
};

}  // namespace polyform::refine
