// SPDX-License-Identifier: MPL-2.0
// What is placed, how much of the cell it fills, and whom it touches there.
#include "polyform/simulate/placement.hpp"
#include "simulate/walk.hpp"

namespace polyform::simulate {
namespace {

constexpr double volume_of_dalton = 1.23;  // [A^3]
constexpr double mass_with_hydrogens = 1.07;

}  // namespace

Molecule molecule_of(const crystal::Model& model) {
  Molecule molecule;
  double mass = 0;
  for (const gemmi::Chain& chain : model.structure.first_model().chains)
    for (const gemmi::Residue& residue : chain.residues) {
      if (residue.is_water()) continue;
      for (const gemmi::Atom& atom : residue.atoms) {
        if (atom.is_hydrogen()) continue;
        molecule.xyz.emplace_back(atom.pos.x, atom.pos.y, atom.pos.z);
        mass += atom.occ * atom.element.weight();
      }
    }
  molecule.volume = volume_of_dalton * mass_with_hydrogens * mass;
  return molecule;
}

std::size_t leave_out_touching_waters(crystal::Model& model, const Crystal& crystal,
                                      std::span<const Motion> motions, double reach) {
  Packing packing(crystal, reach);
  for (const Motion& motion : motions) {
    Places all;
    for (const gemmi::Chain& chain : model.structure.first_model().chains)
      for (const gemmi::Residue& residue : chain.residues)
        for (const gemmi::Atom& atom : residue.atoms)
          if (!atom.is_hydrogen()) all.push_back(motion({atom.pos.x, atom.pos.y, atom.pos.z}));
    packing.add(all);
  }
  const auto touches = [&](const gemmi::Residue& residue) {
    if (!residue.is_water()) return false;
    for (const gemmi::Atom& atom : residue.atoms)
      for (std::size_t k = 0; k < motions.size(); ++k) {
        const Vec3 x = motions[k]({atom.pos.x, atom.pos.y, atom.pos.z});
        if (packing.of_molecule(static_cast<int>(k), {&x, 1}).count > 0) return true;
      }
    return false;
  };
  std::size_t left_out = 0;
  for (gemmi::Chain& chain : model.structure.first_model().chains) {
    const std::size_t before = chain.residues.size();
    gemmi::vector_remove_if(chain.residues, touches);
    left_out += before - chain.residues.size();
  }
  model.structure.remove_empty_chains();
  return left_out;
}

double solvent_content(const Molecule& molecule, const Crystal& crystal, int copies) {
  const auto molecules = static_cast<double>(crystal.n_operators()) * copies;
  return 1 - molecules * molecule.volume / crystal.cell.volume;
}

Contacts contacts_among(const Molecule& molecule, const Crystal& crystal,
                        std::span<const Motion> motions, double reach) {
  Packing packing(crystal, reach);
  Contacts all;
  for (std::size_t k = 0; k < motions.size(); ++k) {
    const Places here = moved(molecule.xyz, motions[k]);
    packing.add(here);
    all += packing.of_molecule(static_cast<int>(k), here);
  }
  return all;
}

}  // namespace polyform::simulate
