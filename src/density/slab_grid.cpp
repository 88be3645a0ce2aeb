// SPDX-License-Identifier: MPL-2.0
// Sizes of grids on the unit cell.
#include "polyform/density/slab_grid.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace polyform::density {
namespace {

// Points that an axis needs, whatever the symmetry.
int points_along(const crystal::Crystal& crystal, int axis, double spacing, double s_max) {
  // Row i of the fractionalising matrix is the reciprocal vector a*_i.
  const double reciprocal = crystal.fractionalise.row(axis).norm();
  const int points = static_cast<int>(std::ceil(1.0 / (spacing * reciprocal) - 1e-6));
  // |h_i| = |s.a_i| <= s_max a_i
  const double length = crystal.orthogonalise.col(axis).norm();
  return std::max(points, 2 * static_cast<int>(s_max * length + 1e-6) + 2);
}

// What t_i of every operator asks N_i to be divisible by.
int divisor_along(const std::vector<crystal::SymmetryOperator>& operators, int axis) {
  int divisor = 1;
  for (const crystal::SymmetryOperator& s : operators)
    divisor = std::lcm(divisor,
                       24 / std::gcd(24, static_cast<int>(std::lround(24 * s.translation[axis]))));
  return divisor;
}

}  // namespace

int smooth_size(int n, int divisor) {
  const int first = (std::max(n, 1) + divisor - 1) / divisor * divisor;
  for (int size = first;; size += divisor) {
    int rest = size;
    for (int prime : {2, 3, 5, 7})
      while (rest % prime == 0) rest /= prime;
    if (rest == 1) return size;
  }
}

GridSize slab_grid_size(const crystal::Crystal& crystal, double spacing, double s_max) {
  const std::vector<crystal::SymmetryOperator> operators = crystal.all_operators();
  std::array<int, 3> points{}, divisor{};
  for (int i = 0; i < 3; ++i) {
    const auto axis = static_cast<std::size_t>(i);
    points[axis] = points_along(crystal, i, spacing, s_max);
    divisor[axis] = divisor_along(operators, i);
  }
  GridSize size{};
  for (int i = 0; i < 3; ++i) {
    int most = 1, common = 1;
    for (const crystal::SymmetryOperator& s : operators)
      for (int j = 0; j < 3; ++j)
        if (s.rotation(i, j) != 0) {
          most = std::max(most, points[static_cast<std::size_t>(j)]);
          common = std::lcm(common, divisor[static_cast<std::size_t>(j)]);
        }
    size[static_cast<std::size_t>(i)] = smooth_size(most, common);
  }
  return size;
}

}  // namespace polyform::density
