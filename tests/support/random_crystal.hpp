// SPDX-License-Identifier: MPL-2.0
// Crystals filled with random atoms, their reflections, and random slopes, for tests of densities.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "polyform/crystal/atoms.hpp"
#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"
#include "polyform/density/structure_factors.hpp"

namespace polyform::test {

struct RandomCrystal {
  crystal::Crystal crystal;
  std::vector<crystal::Hkl> hkl;  ///< one asymmetric unit without absences, to d_min
  crystal::Atoms atoms;
};

/// A space group with a cell that suits it; the groups tests go through.
struct Setting {
  std::string space_group;
  std::array<double, 6> cell;  ///< [A], [degrees]
};
const std::vector<Setting>& settings();
const Setting& setting(const std::string& space_group);

/// Reflections of the group to d_min [A].
std::vector<crystal::Hkl> reflections_to(const crystal::Crystal& crystal, double d_min);

/// n_atoms of C N O S P Zn H anywhere (also outside the cell), B from 2 to 100 A^2 [uniform], every
/// third anisotropic; one more, the last and isotropic, on a rotation axis where the group has one,
/// with weight occupancy/order.
RandomCrystal random_crystal(const Setting& setting, double d_min, int n_atoms, std::uint32_t seed);

std::vector<density::Complex> random_slopes(std::size_t n, std::uint32_t seed);

}  // namespace polyform::test
