// SPDX-License-Identifier: MPL-2.0
// Random shifts that depend on seed, cycle and atom alone, so that they are the same on any number
// of ranks and with any library.
#pragma once

#include <cstdint>

#include "polyform/kernels/vector.hpp"

namespace polyform::refine {

/// A stream of uniform numbers in [0, 1): SplitMix64 (Steele, Lea & Flood 2014).
class RandomStream {
 public:
  /// Streams of different keys are independent.
  RandomStream(std::uint64_t seed, std::uint64_t purpose, std::uint64_t index)
      : state_(mix(seed) ^ mix(purpose + 0x9e3779b97f4a7c15ULL) ^
               mix(index * 0xd1342543de82ef95ULL)) {}

  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// Uniform in a sphere of this radius: the largest shift is the radius, the r.m.s. 0.775 of it.
  kernels::Vec3 in_sphere(double radius) {
    for (;;) {
      const kernels::Vec3 v(2 * uniform() - 1, 2 * uniform() - 1, 2 * uniform() - 1);
      if (v.squaredNorm() <= 1) return radius * v;
    }
  }

 private:
  static std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15ULL); }

  std::uint64_t state_;
};

}  // namespace polyform::refine
