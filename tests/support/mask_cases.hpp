// SPDX-License-Identifier: MPL-2.0
// Small crystals of many space groups with a few seeded atoms, and their indices.
#pragma once

#include <string>
#include <vector>

#include "polyform/crystal/atoms.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::test {

/// A cell small enough for brute force; some are smaller than an atom with its probe.
struct MaskCase {
  std::string space_group;
  std::vector<double> cell;  ///< a, b, c [A], alpha, beta, gamma [degrees]
  int n_atoms;
};
const std::vector<MaskCase>& mask_cases();

crystal::Crystal crystal_of(const MaskCase& one);
/// Carbon, nitrogen, oxygen and sulphur at seeded places (some outside the cell), a hydrogen and an
/// atom of no occupancy among them, one atom on the origin.
crystal::Atoms atoms_of(const MaskCase& one, const crystal::Crystal& crystal);

/// Unique indices to d_min [A], without absences and (0,0,0).
std::vector<crystal::Hkl> unique_indices(const crystal::Crystal& crystal, double d_min);

}  // namespace polyform::test
