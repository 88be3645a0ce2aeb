// SPDX-License-Identifier: MPL-2.0
// An atom as it stands on the grid: Gaussians of the offset from its place, cut at a radius.
#pragma once

#include <array>

#include "polyform/kernels/form_factor.hpp"
#include "polyform/kernels/vector.hpp"

namespace polyform::density {

/// The steps of the grid in a Cartesian frame whose x axis lies along the rows and whose xy plane
/// is the plane of the slab:
///
///      y ^        row step f_x along x
///        |   /m   next row: (m_x, m_y, 0)
///        |  /     next plane: (s_x, s_y, s_z)
///        | /
///        +------> f = x
struct GridFrame {
  double f_x = 0, m_x = 0, m_y = 0, s_x = 0, s_y = 0, s_z = 0;  ///< [A]

  // Of the disc that a plane cuts from an atom's sphere: half its rows and columns for a radius
  // [1/A], and the shift of its middle from plane to plane, in rows and columns.
  double rows_per_length = 0, columns_per_length = 0, row_shift = 0, column_shift = 0;
};

/// rho = height * exp(-Q(d)), Q(d) = ss ds^2 + mm dm^2 + ff df^2 + 2 sm ds dm + 2 sf ds df + 2 mf
/// dm df, where d is the offset from the atom in grid steps (slab, middle, fast axis).
struct GridGaussian {
  double height = 0, ss = 0, mm = 0, ff = 0, sm = 0, sf = 0, mf = 0;
  double width = 0;  ///< t [A^2] of an isotropic one: Q = 4 pi^2 r^2 / t
};

struct GridShape {
  int terms = 0;
  bool isotropic = true;
  double radius = 0;              ///< [A] of the sphere of grid points that it reaches
  std::array<double, 3> place{};  ///< grid steps along slab, middle, fast axis; never wrapped
  std::array<GridGaussian, kernels::FormFactor::max_terms> gaussian;
};

/// Sums of map * rho over the grid points of an atom.
///
/// Of an anisotropic one, for each of its Gaussians: times (1, ds, dm, df, ds ds, dm dm, df df,
/// ds dm, ds df, dm df).
///
/// Of an isotropic one, all Gaussians together: rho; 8 pi^2 rho / t times (ds, dm, df); and
/// d rho / dB = (Q - 3/2) rho / t; the rest is not used.
using Moments = std::array<double, 10>;

inline int moment_sets(const GridShape& shape) { return shape.isotropic ? 1 : shape.terms; }

}  // namespace polyform::density
