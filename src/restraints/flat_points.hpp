// SPDX-License-Identifier: MPL-2.0
// Points in a row of numbers, three each.
#pragma once

#include <span>

#include "polyform/kernels/vector.hpp"

namespace polyform::restraints {

inline kernels::Vec3 point(std::span<const double> x, int i) {
  const auto at = 3 * static_cast<std::size_t>(i);
  return {x[at], x[at + 1], x[at + 2]};
}

inline void add_to(std::span<double> row, int i, const kernels::Vec3& more) {
  const auto at = 3 * static_cast<std::size_t>(i);
  for (std::size_t k = 0; k < 3; ++k) row[at + k] += more[static_cast<int>(k)];
}

}  // namespace polyform::restraints
