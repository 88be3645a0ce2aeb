// SPDX-License-Identifier: MPL-2.0
// The grid of a mask.
#include "density/solvent_mask_frame.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace polyform::density {
namespace {

double largest_s(const Crystal& crystal, std::span<const Hkl> hkl) {
  double s2 = 0;
  for (const Hkl& h : hkl) s2 = std::max(s2, crystal.inverse_d2(h));
  return std::sqrt(s2);
}

}  // namespace

GridSize mask_grid_size(const Crystal& crystal, double spacing, double s_max) {
  GridSize at_least = points_for_indices(crystal, s_max);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double edge = crystal.orthogonalise.col(static_cast<int>(axis)).norm();
    const int shannon = 2 * static_cast<int>(edge / (2 * spacing) + 1e-6) + 1;
    at_least[axis] = std::max(at_least[axis], shannon);
  }
  return symmetric_grid_size(crystal, at_least);
}

MaskFrame::MaskFrame(const Crystal& crystal, std::span<const Hkl> hkl, const MaskOptions& options)
    : fold(best_fold(crystal)) {
  const auto w = static_cast<std::size_t>(fold.axis);
  order = {(w + 1) % 3, (w + 2) % 3, w};
  const GridSize of_cell = mask_grid_size(crystal, options.grid_spacing, largest_s(crystal, hkl));
  Mat3 axes;
  for (int i = 0; i < 3; ++i) {
    const std::size_t from = order[static_cast<std::size_t>(i)];
    size[static_cast<std::size_t>(i)] = of_cell[from];
    axes.col(i) = crystal.orthogonalise.col(static_cast<int>(from)) / of_cell[from];
  }
  choice.n = of_cell;
  choice.axis = {static_cast<int>(order[2]), static_cast<int>(order[1]),
                 static_cast<int>(order[0])};
  planes = fold_planes(crystal, fold, size[2]);
  // metric = upper' upper: a frame with u along x and v in the xy plane
  const Mat3 metric = axes.transpose() * axes;
  step = metric.llt().matrixU();
}

Vec3 MaskFrame::position(const Vec3& fractional) const {
  Vec3 at;
  for (int i = 0; i < 3; ++i) {
    const auto axis = static_cast<std::size_t>(i);
    const double x = fractional[static_cast<int>(order[axis])];
    at[i] = (x - std::floor(x)) * size[axis];
  }
  return at;
}

}  // namespace polyform::density
