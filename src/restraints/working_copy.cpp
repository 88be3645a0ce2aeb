// SPDX-License-Identifier: MPL-2.0
// A copy of the model that the topology may rename and mark, with ways back to the atoms' ids.
#include "working_copy.hpp"

#include <algorithm>

#include "polyform/crystal/dictionary.hpp"

namespace polyform::restraints {
namespace {

// Names that older programs give; the third is what dictionaries say.
struct Alias {
  const char *residue, *old_name, *name;
};
constexpr Alias aliases[] = {{"ILE", "CD", "CD1"}, {"", "OT1", "O"},    {"", "OT2", "OXT"},
                             {"HOH", "OW", "O"},   {"HOH", "OH2", "O"}, {"HOH", "OW0", "O"},
                             {"HOH", "O1", "O"},   {"HOH", "OD2", "O"}};

void bring_up_to_date(gemmi::Residue& residue) {
  for (const Alias& alias : aliases)
    if ((alias.residue[0] == '\0' ? has_atom(residue, "CA") : residue.name == alias.residue) &&
        !has_atom(residue, alias.name))
      for (gemmi::Atom& atom : residue.atoms)
        if (atom.name == alias.old_name) atom.name = alias.name;
}

/// An atom that a modification bonds is one of the residue's.
void list_atom(gemmi::ChemComp& monomer, const std::string& name) {
  if (monomer.find_atom(name) != monomer.atoms.end()) return;
  const gemmi::Element element(name.substr(0, 1));
  monomer.atoms.push_back({name, element, 0.0f, element.uname()});
}

}  // namespace

gemmi::Structure working_copy(const crystal::Model& model) {
  gemmi::Structure copy;
  copy.cell = model.structure.cell;
  copy.spacegroup_hm = model.structure.spacegroup_hm;
  copy.models.push_back(model.structure.models.at(0));
  int id = 0;
  int chain_number = 0;
  for (gemmi::Chain& chain : copy.models[0].chains) {
    const std::string subchain = std::to_string(chain_number++);
    for (gemmi::Residue& residue : chain.residues) {
      residue.subchain = subchain;
      residue.name = crystal::dictionary_name(residue);
      for (gemmi::Atom& atom : residue.atoms) atom.serial = id++;
      bring_up_to_date(residue);
    }
  }
  return copy;
}

std::vector<ResInfo*> residues_of(gemmi::Topo& topo) {
  std::vector<ResInfo*> all;
  for (auto& chain : topo.chain_infos)
    for (ResInfo& residue : chain.res_infos) all.push_back(&residue);
  return all;
}

bool in_one_conformer(const gemmi::Atom& a, const gemmi::Atom& b) {
  return a.altloc == '\0' || b.altloc == '\0' || a.altloc == b.altloc;
}

AtomPair nearest_pair(gemmi::Residue& r1, const std::string& name1, gemmi::Residue& r2,
                      const std::string& name2) {
  AtomPair best;
  for (gemmi::Atom& a : r1.atoms)
    for (gemmi::Atom& b : r2.atoms)
      if (a.name == name1 && b.name == name2 && in_one_conformer(a, b)) {
        const double d = a.pos.dist(b.pos);
        if (d < best.distance) best = {&a, &b, d};
      }
  return best;
}

void modify(ResInfo& residue, const std::string& modification, const gemmi::MonLib& library) {
  if (modification.empty() ||
      std::find(residue.mods.begin(), residue.mods.end(), modification) != residue.mods.end())
    return;
  const gemmi::ChemMod* found = library.find_mod(modification);
  if (found == nullptr) return;
  found->apply_to(residue.chemcomp);
  for (const auto& bond : found->rt.bonds)
    if (bond.id1.comp == 'a')
      for (const std::string& name : {bond.id1.atom, bond.id2.atom})
        list_atom(residue.chemcomp, name);
  residue.mods.push_back(modification);
}

bool is_peptide_like(const gemmi::ChemComp& monomer) {
  const std::string n = "N", ca = "CA", c = "C";
  return monomer.rt.are_bonded(n, ca) && monomer.rt.are_bonded(ca, c);
}

bool has_atom(const gemmi::Residue& residue, const std::string& name) {
  return std::any_of(residue.atoms.begin(), residue.atoms.end(),
                     [&](const gemmi::Atom& a) { return a.name == name; });
}

bool knows_atom(const gemmi::ChemComp& monomer, const std::string& name) {
  return monomer.find_atom(name) != monomer.atoms.end() ||
         monomer.rt.first_bonded_atom(name) != nullptr;
}

}  // namespace polyform::restraints
