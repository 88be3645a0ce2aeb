// SPDX-License-Identifier: MPL-2.0
// Sizes of grids on the unit cell: fine enough, and of small prime factors.
#pragma once

#include <array>
#include <span>

#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::density {

/// Points along a, b, c.
using GridSize = std::array<int, 3>;

/// The smallest number >= n that has no prime factor above 7.
int smooth_size(int n);

/// Smallest smooth grid whose planes lie no farther apart than `spacing` [A] along each axis (that
/// is N_i >= 1 / (spacing a*_i)) and that tells all of `hkl` apart (N_i >= 2 max|h_i| + 2, so that
/// no index reaches the Nyquist frequency).
GridSize slab_grid_size(const crystal::Crystal& crystal, double spacing,
                        std::span<const crystal::Hkl> hkl);

}  // namespace polyform::density
