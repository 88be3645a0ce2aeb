// SPDX-License-Identifier: MPL-2.0
// Iron-sulphur clusters that a library draws as right-angled boxes, given their real shape.
#include "dictionary_clusters.hpp"

#include <cmath>

namespace polyform::crystal {
namespace {

// Means over protein and model clusters: Beinert, Holm & Muenck (1997) Science 277, 653; sigmas
// cover the oxidation states.
struct Cluster {
  const char* name;
  double bond;        ///< Fe-S [A]
  double at_iron;     ///< S-Fe-S [degrees]
  double at_sulphur;  ///< Fe-S-Fe [degrees]
};
constexpr Cluster clusters[] = {
    {"SF4", 2.29, 104.0, 73.5}, {"F3S", 2.27, 104.0, 73.0}, {"FES", 2.21, 104.0, 75.5}};
constexpr double bond_sigma = 0.04, angle_sigma = 3.0;

bool is(const gemmi::ChemComp& monomer, const gemmi::Restraints::AtomId& id, gemmi::El element) {
  const auto atom = monomer.find_atom(id.atom);
  return atom != monomer.atoms.end() && atom->el == element;
}

/// S-Fe-S where `apex` is iron, Fe-S-Fe where it is sulphur.
bool is_angle_at(const gemmi::ChemComp& monomer, const gemmi::Restraints::Angle& angle,
                 gemmi::El apex) {
  const gemmi::El ends = apex == gemmi::El::Fe ? gemmi::El::S : gemmi::El::Fe;
  return is(monomer, angle.id2, apex) && is(monomer, angle.id1, ends) &&
         is(monomer, angle.id3, ends);
}

bool is_box(const gemmi::ChemComp& monomer) {
  for (const auto& angle : monomer.rt.angles)
    if (is_angle_at(monomer, angle, gemmi::El::Fe) && std::abs(angle.value - 90.0) < 3.0)
      return true;
  return false;
}

}  // namespace

bool correct_iron_sulphur_cluster(gemmi::ChemComp& monomer) {
  for (const Cluster& cluster : clusters) {
    if (monomer.name != cluster.name || !is_box(monomer)) continue;
    for (auto& bond : monomer.rt.bonds)
      if ((is(monomer, bond.id1, gemmi::El::Fe) && is(monomer, bond.id2, gemmi::El::S)) ||
          (is(monomer, bond.id1, gemmi::El::S) && is(monomer, bond.id2, gemmi::El::Fe))) {
        bond.value = cluster.bond;
        bond.esd = bond_sigma;
      }
    for (auto& angle : monomer.rt.angles)
      for (const gemmi::El apex : {gemmi::El::Fe, gemmi::El::S})
        if (is_angle_at(monomer, angle, apex)) {
          angle.value = apex == gemmi::El::Fe ? cluster.at_iron : cluster.at_sulphur;
          angle.esd = angle_sigma;
        }
    return true;
  }
  return false;
}

}  // namespace polyform::crystal
