// SPDX-License-Identifier: MPL-2.0
// Small crystals of many space groups with a few seeded atoms, and their indices.
#include "support/mask_cases.hpp"

#include <gemmi/symmetry.hpp>
#include <random>

namespace polyform::test {

const std::vector<MaskCase>& mask_cases() {
  static const std::vector<MaskCase> cases = {
      {"P 1", {11, 9, 12, 75, 104, 111}, 6},      {"P 1", {4.1, 5.2, 4.6, 80, 95, 100}, 3},
      {"P 1 21 1", {9, 8, 11, 90, 107, 90}, 4},   {"C 1 2 1", {13, 8, 9, 90, 115, 90}, 4},
      {"P 21 21 21", {9, 12, 10, 90, 90, 90}, 4}, {"P 4 2 2", {11, 11, 8, 90, 90, 90}, 4},
      {"P 32 2 1", {10, 10, 13, 90, 90, 120}, 4}, {"P 65 2 2", {12, 12, 15, 90, 90, 120}, 4},
      {"R 3 :H", {13, 13, 10, 90, 90, 120}, 4},   {"I 4 3 2", {14, 14, 14, 90, 90, 90}, 4},
      {"I 21 3", {13, 13, 13, 90, 90, 90}, 4},    {"P 6", {12, 12, 7, 90, 90, 120}, 4}};
  return cases;
}

crystal::Crystal crystal_of(const MaskCase& one) {
  const auto& c = one.cell;
  return crystal::make_crystal(gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]),
                               one.space_group);
}

crystal::Atoms atoms_of(const MaskCase& one, const crystal::Crystal& crystal) {
  std::mt19937 random(20);
  std::uniform_real_distribution<double> place(-0.5, 1.7);
  const std::uint8_t elements[] = {6, 7, 8, 16};
  crystal::Atoms atoms;
  for (int i = 0; i < one.n_atoms + 2; ++i) {
    const double x = place(random), y = place(random), z = place(random);
    atoms.xyz.push_back(i == 0 ? kernels::Vec3(0, 0, 0)
                               : kernels::Vec3(crystal.orthogonalise * kernels::Vec3(x, y, z)));
    atoms.element.push_back(elements[i % 4]);
    atoms.occupancy.push_back(1.0);
  }
  // The last two leave no trace.
  atoms.element[atoms.size() - 2] = 1;
  atoms.occupancy.back() = 0.0;
  atoms.b.assign(atoms.size(), 20.0);
  atoms.weight = atoms.occupancy;
  atoms.altloc.assign(atoms.size(), '\0');
  atoms.charge.assign(atoms.size(), 0);
  return atoms;
}

std::vector<crystal::Hkl> unique_indices(const crystal::Crystal& crystal, double d_min) {
  const gemmi::GroupOps operations = crystal.space_group->operations();
  const gemmi::ReciprocalAsu asu(crystal.space_group);
  std::array<int, 3> most{};
  for (int axis = 0; axis < 3; ++axis)
    most[static_cast<std::size_t>(axis)] =
        static_cast<int>(crystal.orthogonalise.col(axis).norm() / d_min);
  std::vector<crystal::Hkl> indices;
  for (int h = -most[0]; h <= most[0]; ++h)
    for (int k = -most[1]; k <= most[1]; ++k)
      for (int l = -most[2]; l <= most[2]; ++l) {
        const crystal::Hkl hkl = {h, k, l};
        const double s2 = crystal.inverse_d2(hkl);
        if (s2 > 0 && s2 * d_min * d_min <= 1 && asu.is_in(hkl) &&
            !operations.is_systematically_absent(hkl))
          indices.push_back(hkl);
      }
  return indices;
}

}  // namespace polyform::test
