// SPDX-License-Identifier: MPL-2.0
// Random numbers of a simulation: each depends on the seed, its purpose, and its atom or reflection
// alone.
#pragma once

#include <cmath>

#include "polyform/base/units.hpp"
#include "polyform/crystal/reflections.hpp"
#include "refine/random.hpp"

namespace polyform::simulate {

using refine::RandomStream;

enum class Purpose : std::uint64_t {
  rotation = 0x73696d00,
  centre,
  shift,
  b_change,
  start,
  loss,
  noise,
  free_flag
};

inline RandomStream numbers(int seed, Purpose purpose, std::uint64_t index) {
  return RandomStream(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(purpose), index);
}

/// Indices to 2^20 have numbers of their own.
inline RandomStream numbers(int seed, Purpose purpose, const crystal::Hkl& hkl) {
  std::uint64_t key = 0;
  for (int index : hkl) key = key << 21 | static_cast<std::uint64_t>(index + (1 << 20));
  return numbers(seed, purpose, key);
}

/// A number of mean 0 and variance 1, normally distributed. Box & Muller (1958).
inline double normal(RandomStream& stream) {
  const double radius = std::sqrt(-2 * std::log(1 - stream.uniform()));
  return radius * std::cos(base::two_pi * stream.uniform());
}

}  // namespace polyform::simulate
