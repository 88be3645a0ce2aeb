// SPDX-License-Identifier: MPL-2.0
// The grid of a mask: its axes in the order in which it is stored, and the planes that are made.
#pragma once

#include "density/grid_choice.hpp"
#include "density/solvent_mask_fold.hpp"
#include "polyform/density/slab_grid.hpp"
#include "polyform/density/solvent_mask.hpp"

namespace polyform::density {

using kernels::Mat3;

/// Points along a, b, c of a mask's grid: enough for indices to d = 2 spacing [A], which is how
/// cctbx counts, so that its masks and ours have the same points, and to s_max [1/A]; closed under
/// symmetry.
GridSize mask_grid_size(const Crystal& crystal, double spacing, double s_max);

/// Axes u, v, w of the grid are the cell's axes order[0], order[1], order[2]; w is the axis along
/// which symmetry leaves the fewest planes to be made.
struct MaskFrame {
  PlaneFold fold;
  std::array<std::size_t, 3> order{};
  GridSize size{};      ///< points along u, v, w
  FoldedPlanes planes;  ///< along w
  GridChoice choice;    ///< the same grid for the transform: slab axis w, fast axis u, no blur
  Mat3 step;            ///< [A] along u, v, w, in a frame where it is upper triangular

  /// hkl: all reflections.
  MaskFrame(const Crystal& crystal, std::span<const Hkl> hkl, const MaskOptions& options);

  /// Fractional coordinates to grid steps, each in [0, N).
  Vec3 position(const Vec3& fractional) const;
  long n_points() const { return static_cast<long>(size[0]) * size[1] * size[2]; }
};

}  // namespace polyform::density
