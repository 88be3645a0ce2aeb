// SPDX-License-Identifier: MPL-2.0
// Sizes of grids on the unit cell: fine enough, of small prime factors, closed under symmetry.
#pragma once

#include <array>

#include "polyform/crystal/crystal.hpp"

namespace polyform::density {

/// Points along a, b, c.
using GridSize = std::array<int, 3>;

/// The smallest number >= n that is divisible by `divisor` and has no prime factor above
/// largest_prime, 5 or 7; nor must divisor.
int smooth_size(int n, int divisor = 1, int largest_prime = 7);

/// Smallest smooth sizes (primes to 7) of a grid whose planes lie no farther apart than `spacing`
/// [A] along each axis, N_i >= 1 / (spacing a*_i), whatever the symmetry.
GridSize slab_grid_size(const crystal::Crystal& crystal, double spacing);

/// Points along each axis that tell all indices with 1/d <= s_max [1/A] apart: no index reaches the
/// Nyquist frequency.
GridSize points_for_indices(const crystal::Crystal& crystal, double s_max);

/// Smallest sizes (primes to 5) >= at_least of a grid whose points the symmetry operators bring
/// onto points: divisible by what screw axes and centring ask, one size for axes that are
/// exchanged.
GridSize symmetric_grid_size(const crystal::Crystal& crystal, const GridSize& at_least);

}  // namespace polyform::density
