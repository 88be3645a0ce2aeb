// SPDX-License-Identifier: MPL-2.0
// Neighbours of a crystal by trying every pair, operator and cell: slow, and obviously right.
#pragma once

#include <span>
#include <vector>

#include "polyform/crystal/crystal.hpp"

namespace polyform::test {

struct PairDistance {
  int i, j;
  double distance;  ///< [A]
};

/// Every contact of the crystal within reach [A], once for i < j, twice for i = j (each image and
/// its inverse), sorted by i, j and distance.
std::vector<PairDistance> all_pairs(const crystal::Crystal& crystal,
                                    std::span<const kernels::Vec3> xyz, double reach);

}  // namespace polyform::test
