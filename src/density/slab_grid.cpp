// SPDX-License-Identifier: MPL-2.0
// Sizes of grids on the unit cell.
#include "polyform/density/slab_grid.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace polyform::density {

int smooth_size(int n) {
  for (int size = std::max(n, 1);; ++size) {
    int rest = size;
    for (int prime : {2, 3, 5, 7})
      while (rest % prime == 0) rest /= prime;
    if (rest == 1) return size;
  }
}

GridSize slab_grid_size(const crystal::Crystal& crystal, double spacing,
                        std::span<const crystal::Hkl> hkl) {
  GridSize size{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    int largest = 0;
    for (const crystal::Hkl& h : hkl) largest = std::max(largest, std::abs(h[axis]));
    // Row i of the fractionalising matrix is the reciprocal vector a*_i.
    const double reciprocal = crystal.fractionalise.row(static_cast<int>(axis)).norm();
    const int points = static_cast<int>(std::ceil(1.0 / (spacing * reciprocal) - 1e-6));
    size[axis] = smooth_size(std::max(points, 2 * largest + 2));
  }
  return size;
}

}  // namespace polyform::density
