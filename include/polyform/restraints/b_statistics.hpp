// SPDX-License-Identifier: MPL-2.0
// B values of groups of atoms, and how much they differ between bonded atoms.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

/// Atoms that are looked at together.
struct AtomGroup {
  std::string name;                 ///< "chain A", "main chain"
  std::vector<std::uint8_t> flags;  ///< one an atom, 1 for its members
};

/// Root of the mean squared difference of B over pairs whose atoms are both in the group.
struct BDifference {
  double rms = 0;  ///< [A^2]
  long count = 0;  ///< pairs
};

struct BStatistics {
  std::string group;
  long count = 0;                  ///< atoms
  double mean = 0, sigma = 0;      ///< [A^2]; sigma: of the atoms about their mean, over n
  double lowest = 0, highest = 0;  ///< [A^2]
  BDifference bonded;              ///< atoms 1-2
  BDifference angle_related;       ///< atoms 1-3
};

/// Of each group. b: [A^2], one an atom. Bonds and angles are those of the lists, across crystal
/// contacts included. Not collective.
std::vector<BStatistics> b_statistics(const Lists& lists, std::span<const double> b,
                                      std::span<const AtomGroup> groups);

}  // namespace polyform::restraints
