// SPDX-License-Identifier: MPL-2.0
// Sizes of grids on the unit cell: fine enough, of small prime factors, and closed under symmetry.
#pragma once

#include <array>

#include "polyform/crystal/crystal.hpp"

namespace polyform::density {

/// Points along a, b, c.
using GridSize = std::array<int, 3>;

/// The smallest number >= n that has no prime factor above 7 and is divisible by `divisor`, which
/// has none either.
int smooth_size(int n, int divisor = 1);

/// Smallest smooth grid whose planes lie no farther apart than `spacing` [A] along each axis (that
/// is N_i >= 1 / (spacing a*_i)), that tells all indices with 1/d <= s_max [1/A] apart (no index
/// reaches the Nyquist frequency), and whose points the symmetry operators bring onto points: sizes
/// are divisible by what screw axes and centring ask, and axes that are exchanged have one size.
GridSize slab_grid_size(const crystal::Crystal& crystal, double spacing, double s_max);

}  // namespace polyform::density
