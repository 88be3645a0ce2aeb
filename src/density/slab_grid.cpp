// SPDX-License-Identifier: MPL-2.0
// Sizes of grids on the unit cell.
#include "polyform/density/slab_grid.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace polyform::density {
namespace {

// What t_i of every operator asks N_i to be divisible by.
int divisor_along(const std::vector<crystal::SymmetryOperator>& operators, int axis) {
  int divisor = 1;
  for (const crystal::SymmetryOperator& s : operators) {
    const int turn = static_cast<int>(std::lround(24 * s.translation[axis]));
    divisor = std::lcm(divisor, 24 / std::gcd(24, turn));
  }
  return divisor;
}

template <class PointsAlong>
GridSize for_axes(PointsAlong points_along) {
  return {points_along(0), points_along(1), points_along(2)};
}

}  // namespace

int smooth_size(int n, int divisor, int largest_prime) {
  const int first = (std::max(n, 1) + divisor - 1) / divisor * divisor;
  for (int size = first;; size += divisor) {
    int rest = size;
    for (int prime : {2, 3, 5, 7})
      while (prime <= largest_prime && rest % prime == 0) rest /= prime;
    if (rest == 1) return size;
  }
}

GridSize slab_grid_size(const crystal::Crystal& crystal, double spacing) {
  return for_axes([&](int axis) {
    // Row i of the fractionalising matrix is the reciprocal vector a*_i.
    const double reciprocal = crystal.fractionalise.row(axis).norm();
    return smooth_size(static_cast<int>(std::ceil(1.0 / (spacing * reciprocal) - 1e-6)));
  });
}

GridSize points_for_indices(const crystal::Crystal& crystal, double s_max) {
  return for_axes([&](int axis) {
    // |h_i| = |s.a_i| <= s_max a_i
    const double length = crystal.orthogonalise.col(axis).norm();
    return 2 * static_cast<int>(s_max * length + 1e-6) + 2;
  });
}

GridSize symmetric_grid_size(const crystal::Crystal& crystal, const GridSize& at_least) {
  const std::vector<crystal::SymmetryOperator> operators = crystal.all_operators();
  const GridSize divisor = for_axes([&](int axis) { return divisor_along(operators, axis); });
  return for_axes([&](int i) {
    int most = 1, common = 1;
    for (const crystal::SymmetryOperator& s : operators)
      for (int j = 0; j < 3; ++j)
        if (s.rotation(i, j) != 0) {
          most = std::max(most, at_least[static_cast<std::size_t>(j)]);
          common = std::lcm(common, divisor[static_cast<std::size_t>(j)]);
        }
    return smooth_size(most, common, 5);
  });
}

}  // namespace polyform::density
