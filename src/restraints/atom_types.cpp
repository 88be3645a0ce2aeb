// SPDX-License-Identifier: MPL-2.0
// Non-bonded radii, hydrogen-bond roles, charges and kinds of the atoms.
#include "atom_types.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace polyform::restraints {
namespace {

// Half of the shortest usual distance between partners of a hydrogen bond; hydrogens to acceptors
// come to 1.7 A. Jeffrey (1997) An Introduction to Hydrogen Bonding, tables 2.1 and 5.3.
float hydrogen_bond_reach(gemmi::Element element) {
  if (element.is_hydrogen()) return 0.35f;
  switch (element.elem) {
    case gemmi::El::O:
      return 1.30f;
    case gemmi::El::N:
      return 1.40f;
    case gemmi::El::F:
      return 1.25f;
    case gemmi::El::S:
      return 1.75f;
    default:
      return 1.80f;
  }
}

const gemmi::EnerLib::Atom* energy_type(const gemmi::ChemComp& monomer, const gemmi::Atom& atom,
                                        const gemmi::EnerLib& table) {
  const auto described = monomer.find_atom(atom.name);
  if (described != monomer.atoms.end()) {
    const auto type = table.atoms.find(described->chem_type);
    if (type != table.atoms.end() && type->second.element == atom.element) return &type->second;
  }
  const auto type = table.atoms.find(atom.element.uname());
  return type != table.atoms.end() ? &type->second : nullptr;
}

struct Surroundings {
  bool water;
  bool hydrogens;  ///< the residue has hydrogens in the model
};

AtomType type_of(const gemmi::ChemComp& monomer, const gemmi::Atom& atom,
                 const gemmi::EnerLib& table, const Surroundings& around) {
  AtomType type;
  type.radius = type.bare_radius = atom.element.vdw_r();
  type.ion_radius = std::numeric_limits<float>::quiet_NaN();
  type.hydrogen_bond_radius = hydrogen_bond_reach(atom.element);
  if (const auto* known = energy_type(monomer, atom, table)) {
    const double radius = around.hydrogens || !std::isfinite(known->vdwh_radius)
                              ? known->vdw_radius
                              : known->vdwh_radius;
    if (std::isfinite(radius)) type.radius = static_cast<float>(radius);
    if (std::isfinite(known->vdw_radius)) type.bare_radius = static_cast<float>(known->vdw_radius);
    type.ion_radius = static_cast<float>(known->ion_radius);
    type.hydrogen_bond = known->hb_type;
  }
  if (around.water && !atom.is_hydrogen()) type.hydrogen_bond = 'B';
  const auto described = monomer.find_atom(atom.name);
  if (described != monomer.atoms.end() && std::isfinite(described->charge))
    type.charge = described->charge;
  return type;
}

/// Hydrogens on N, O and S are polar, whatever their energy type says.
void mark_polar_hydrogens(Lists& lists, const std::vector<gemmi::Element>& elements) {
  const auto is_polar = [](gemmi::Element e) {
    return e == gemmi::El::N || e == gemmi::El::O || e == gemmi::El::S;
  };
  for (const Bond& bond : lists.bonds)
    for (const std::size_t k : {0u, 1u}) {
      const auto h = static_cast<std::size_t>(bond.atom[k]);
      const auto parent = static_cast<std::size_t>(bond.atom[1 - k]);
      if (elements[h].is_hydrogen()) {
        lists.types[h].hydrogen_bond = is_polar(elements[parent]) ? 'H' : 'N';
        if (is_polar(elements[parent]) && lists.types[parent].hydrogen_bond == 'N')
          lists.types[parent].hydrogen_bond = 'D';
      }
    }
}

}  // namespace

void fill_atom_types(Lists& lists, const Topology& topology, const gemmi::MonLib& library,
                     std::size_t n_atoms) {
  lists.types.assign(n_atoms, {});
  lists.molecule_kind.assign(n_atoms, 'l');
  std::vector<gemmi::Element> elements(n_atoms, gemmi::El::X);
  std::unordered_set<const gemmi::Residue*> in_chain;
  for (const auto& chain : topology.topo().chain_infos)
    for (const auto& residue : chain.res_infos)
      for (const auto& link : residue.prev) {
        in_chain.insert(link.res1);
        in_chain.insert(link.res2);
      }
  for (const auto& chain : topology.topo().chain_infos)
    for (const auto& residue : chain.res_infos) {
      const gemmi::Residue& res = *residue.res;
      const Surroundings around = {
          res.is_water(), std::any_of(res.atoms.begin(), res.atoms.end(),
                                      [](const gemmi::Atom& a) { return a.is_hydrogen(); })};
      const char kind = around.water ? 'w' : in_chain.count(&res) != 0 ? 'p' : 'l';
      for (const gemmi::Atom& atom : res.atoms) {
        const auto id = static_cast<std::size_t>(Topology::id(&atom));
        lists.types[id] = type_of(residue.chemcomp, atom, library.ener_lib, around);
        lists.molecule_kind[id] = kind;
        elements[id] = atom.element;
      }
    }
  mark_polar_hydrogens(lists, elements);
}

}  // namespace polyform::restraints
