// SPDX-License-Identifier: MPL-2.0
// Atom names of the model against those of the dictionary.
#include "atom_names.hpp"

#include <algorithm>
#include <set>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"

namespace polyform::restraints {
namespace {

/// Nearest heavy atom of the residue within a bond's reach, or null.
const gemmi::Atom* parent_of(const gemmi::Atom& hydrogen, const gemmi::Residue& residue) {
  const gemmi::Atom* best = nullptr;
  double nearest = 2.0;  // [A]
  for (const gemmi::Atom& atom : residue.atoms) {
    const double d = atom.pos.dist(hydrogen.pos);
    if (!atom.is_hydrogen() && in_one_conformer(atom, hydrogen) && d < nearest) {
      best = &atom;
      nearest = d;
    }
  }
  return best;
}

bool is_taken(const gemmi::Residue& residue, const std::string& name, const gemmi::Atom& by) {
  return std::any_of(residue.atoms.begin(), residue.atoms.end(), [&](const gemmi::Atom& atom) {
    return atom.name == name && in_one_conformer(atom, by);
  });
}

/// Dictionary names of hydrogens on `parent`.
std::vector<std::string> hydrogens_on(const gemmi::ChemComp& monomer, const std::string& parent) {
  std::vector<std::string> names;
  for (const auto& bond : monomer.rt.bonds)
    if (const auto* other = bond.other(parent)) {
      const auto atom = monomer.find_atom(other->atom);
      const bool hydrogen = atom != monomer.atoms.end()
                                ? atom->is_hydrogen()
                                : other->atom[0] == 'H' || other->atom[0] == 'D';
      if (hydrogen) names.push_back(other->atom);
    }
  return names;
}

void adopt(gemmi::Atom& hydrogen, gemmi::Residue& residue, const gemmi::ChemComp& monomer) {
  if (hydrogen.name[0] == 'D') {
    std::string light = hydrogen.name;
    light[0] = 'H';
    if (knows_atom(monomer, light) && !is_taken(residue, light, hydrogen)) {
      hydrogen.name = light;
      return;
    }
  }
  const gemmi::Atom* parent = parent_of(hydrogen, residue);
  if (parent == nullptr) return;
  for (const std::string& name : hydrogens_on(monomer, parent->name))
    if (!is_taken(residue, name, hydrogen)) {
      hydrogen.name = name;
      return;
    }
}

std::string place_of(const gemmi::Residue& residue, const std::string& chain) {
  return chain + "/" + residue.name + " " + residue.seqid.str();
}

}  // namespace

void adopt_hydrogen_names(gemmi::Topo& topo) {
  for (ResInfo* residue : residues_of(topo))
    for (gemmi::Atom& atom : residue->res->atoms)
      if (atom.is_hydrogen() && !knows_atom(residue->chemcomp, atom.name))
        adopt(atom, *residue->res, residue->chemcomp);
}

void refuse_unknown_atoms(gemmi::Topo& topo, const gemmi::MonLib& library,
                          const std::string& source) {
  std::string message;
  int count = 0;
  for (const auto& chain : topo.chain_infos)
    for (const ResInfo& residue : chain.res_infos) {
      const gemmi::ChemComp& base_form = library.monomers.at(residue.res->name);
      for (const gemmi::Atom& atom : residue.res->atoms)
        if (!atom.is_hydrogen() && !knows_atom(residue.chemcomp, atom.name) &&
            !knows_atom(base_form, atom.name) && ++count <= 20)
          message += "\n  " + place_of(*residue.res, chain.chain_ref.name) + "/" + atom.name;
    }
  if (count > 20) message += base::format("\n  and %d more", count - 20);
  if (count > 0)
    throw base::InputError(
        source + ": the dictionary does not have these atoms in their residues:" + message +
        "\nrename them as the dictionary does, or give restraints of "
        "the residue as it is with --ligand FILE");
}

namespace {

std::vector<char> atoms_with_bonds(const gemmi::Topo& topo, const LinkRestraints& links) {
  std::vector<char> bonded;
  const auto mark = [&](int id) {
    const auto i = static_cast<std::size_t>(id);
    if (bonded.size() <= i) bonded.resize(i + 1, 0);
    bonded[i] = 1;
  };
  for (const auto& bond : topo.bonds)
    for (const gemmi::Atom* atom : bond.atoms) mark(atom->serial);
  for (const Bond& bond : links.bonds)
    for (const int id : bond.atom) mark(id);
  return bonded;
}

/// Bonds and angles of the library's form that hold this atom, among atoms of its conformer.
bool restrain_as_unlinked(const gemmi::Atom& atom, const gemmi::Residue& residue,
                          const gemmi::ChemComp& monomer, LinkRestraints& out) {
  bool any = false;
  const char altloc = atom.altloc ? atom.altloc : '*';
  for (const auto& bond : monomer.rt.bonds)
    if (const auto* other = bond.other(atom.name))
      if (const gemmi::Atom* a = residue.find_atom(other->atom, altloc)) {
        out.bonds.push_back({{a->serial, atom.serial}, bond.value, bond.esd, -1});
        any = true;
      }
  for (const auto& angle : monomer.rt.angles) {
    if (angle.id1 != atom.name && angle.id3 != atom.name) continue;
    const gemmi::Atom* a = residue.find_atom(angle.id1.atom, altloc);
    const gemmi::Atom* b = residue.find_atom(angle.id2.atom, altloc);
    const gemmi::Atom* c = residue.find_atom(angle.id3.atom, altloc);
    if (a != nullptr && b != nullptr && c != nullptr)
      out.angles.push_back({{a->serial, b->serial, c->serial},
                            base::radians(angle.value),
                            base::radians(angle.esd),
                            -1});
  }
  return any;
}

/// A hydrogen that nothing describes stays near its parent.
bool restrain_hydrogen(const gemmi::Atom& hydrogen, const gemmi::Residue& residue,
                       const gemmi::ChemComp& monomer, LinkRestraints& out) {
  const gemmi::Atom* parent = parent_of(hydrogen, residue);
  if (parent == nullptr) return false;
  const double length = parent->element == gemmi::El::O   ? 0.84
                        : parent->element == gemmi::El::N ? 0.87
                        : parent->element == gemmi::El::S ? 1.20
                                                          : 0.97;
  out.bonds.push_back({{parent->serial, hydrogen.serial}, length, 0.02, -1});
  for (const auto& bond : monomer.rt.bonds)
    if (const auto* other = bond.other(parent->name))
      if (const gemmi::Atom* a =
              residue.find_atom(other->atom, hydrogen.altloc ? hydrogen.altloc : '*'))
        if (a != &hydrogen)
          out.angles.push_back({{a->serial, parent->serial, hydrogen.serial},
                                base::radians(112.0),
                                base::radians(5.0),
                                -1});
  return true;
}

/// "A/LYS 42 NZ, ..." of the first few.
struct Mentions {
  std::string text;
  int count = 0;
  void add(const std::string& place) {
    if (++count <= 6) text += (count > 1 ? ", " : "") + place;
  }
  std::string str() const { return count > 6 ? text + " ..." : text; }
};

void log_missing(const gemmi::Topo& topo, base::Log& log) {
  Mentions missing;
  int residues = 0;
  for (const auto& chain : topo.chain_infos)
    for (const ResInfo& residue : chain.res_infos) {
      int here = 0;
      for (const auto& atom : residue.chemcomp.atoms)
        here += !atom.is_hydrogen() && !has_atom(*residue.res, atom.id);
      if (here > 0) missing.add(place_of(*residue.res, chain.chain_ref.name));
      residues += here;
    }
  if (residues > 0)
    log.info(base::format("%d atoms that the dictionary has are not in the model: ", residues) +
             missing.str());
}

}  // namespace

void restrain_leftovers(gemmi::Topo& topo, const gemmi::MonLib& library, LinkRestraints& out,
                        base::Log& log) {
  std::vector<char> bonded = atoms_with_bonds(topo, out);
  Mentions leftovers, loose;
  for (const auto& chain : topo.chain_infos)
    for (const ResInfo& residue : chain.res_infos) {
      const gemmi::ChemComp& base_form = library.monomers.at(residue.res->name);
      for (const gemmi::Atom& atom : residue.res->atoms) {
        const auto id = static_cast<std::size_t>(atom.serial);
        if (id < bonded.size() && bonded[id]) continue;
        const std::string place = place_of(*residue.res, chain.chain_ref.name) + "/" + atom.name;
        if (restrain_as_unlinked(atom, *residue.res, base_form, out) ||
            (atom.is_hydrogen() && restrain_hydrogen(atom, *residue.res, base_form, out)))
          leftovers.add(place);
        else if (base_form.atoms.size() > 1 && residue.res->atoms.size() > 1)
          loose.add(place);
      }
    }
  if (leftovers.count > 0)
    log.info(base::format("%d atoms are not in the dictionary's form of their linked residues and "
                          "are restrained as in the free form: ",
                          leftovers.count) +
             leftovers.str());
  if (loose.count > 0)
    log.warning(base::format("%d atoms have no bond to the rest of their residue: ", loose.count) +
                loose.str());
  log_missing(topo, log);
}

}  // namespace polyform::restraints
