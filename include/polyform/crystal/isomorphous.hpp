// SPDX-License-Identifier: MPL-2.0
// Crystals so alike that they must share one test set.
#pragma once

#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::crystal {

/// The same space group, and cells that differ by no more than 2 % in lengths and 2 degrees in
/// angles: what is seen of one crystal at h, k, l tells of the other at h, k, l.
bool isomorphous(const Crystal& a, const Crystal& b);

/// Reflections observed in both, and those of them that one has in its test set and the other
/// refines against.
struct SharedReflections {
  std::size_t common = 0, contradictory = 0;
};

/// Indices are compared as they stand (both in the same asymmetric unit and indexing).
SharedReflections compare_test_sets(const Reflections& a, const Reflections& b);

}  // namespace polyform::crystal
