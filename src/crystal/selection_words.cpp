// SPDX-License-Identifier: MPL-2.0
// What the words mean, atom by atom.
#include "crystal/selection_words.hpp"

#include <gemmi/resinfo.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace polyform::crystal {
namespace {

enum class Kind { protein, nucleic, other_polymer, water, ligand };

struct Site {
  Kind kind;
  const gemmi::Atom& atom;
};

template <std::size_t n>
bool is_among(const std::string& name, const std::array<const char*, n>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_main_chain_of_protein(const std::string& name) {
  constexpr std::array names = {"N",  "CA", "C",  "O",   "OXT", "H",   "H1",
                                "H2", "H3", "HA", "HA2", "HA3", "HXT", "D"};
  return is_among(name, names);
}

// Sugars and phosphates; the base is the side chain.
bool is_main_chain_of_nucleic_acid(const std::string& name) {
  constexpr std::array phosphate = {"P", "OP1", "OP2", "OP3", "HOP2", "HOP3"};
  return name.ends_with('\'') || is_among(name, phosphate);
}

bool is_main_chain(const Site& site) {
  if (site.kind == Kind::nucleic) return is_main_chain_of_nucleic_acid(site.atom.name);
  return (site.kind == Kind::protein || site.kind == Kind::other_polymer) &&
         is_main_chain_of_protein(site.atom.name);
}

bool is_polymer(const Site& site) { return site.kind <= Kind::other_polymer; }

using Meaning = bool (*)(const Site&);

const std::map<std::string, Meaning>& meanings() {
  static const std::map<std::string, Meaning> all = {
      {"all", [](const Site&) { return true; }},
      {"none", [](const Site&) { return false; }},
      {"protein", [](const Site& s) { return s.kind == Kind::protein; }},
      {"nucleic", [](const Site& s) { return s.kind == Kind::nucleic; }},
      {"polymer", [](const Site& s) { return is_polymer(s); }},
      {"water", [](const Site& s) { return s.kind == Kind::water; }},
      {"ligand", [](const Site& s) { return s.kind == Kind::ligand; }},
      {"main_chain", [](const Site& s) { return is_main_chain(s); }},
      {"side_chain", [](const Site& s) { return is_polymer(s) && !is_main_chain(s); }},
      {"hydrogens", [](const Site& s) { return s.atom.is_hydrogen(); }},
      {"heavy", [](const Site& s) { return !s.atom.is_hydrogen(); }},
      {"alternate", [](const Site& s) { return s.atom.has_altloc(); }},
      {"anisotropic", [](const Site& s) { return s.atom.aniso.nonzero(); }},
  };
  return all;
}

Kind kind_of_polymer(const gemmi::Entity* entity, const gemmi::Residue& residue) {
  using gemmi::PolymerType;
  const PolymerType type = entity ? entity->polymer_type : PolymerType::Unknown;
  if (type == PolymerType::PeptideL || type == PolymerType::PeptideD) return Kind::protein;
  if (type == PolymerType::Dna || type == PolymerType::Rna || type == PolymerType::DnaRnaHybrid)
    return Kind::nucleic;
  const gemmi::ResidueInfo info = gemmi::find_tabulated_residue(residue.name);
  if (info.is_amino_acid()) return Kind::protein;
  return info.is_nucleic_acid() ? Kind::nucleic : Kind::other_polymer;
}

Kind kind_of(const gemmi::Entity* entity, const gemmi::Residue& residue) {
  if (residue.is_water()) return Kind::water;
  if (residue.entity_type == gemmi::EntityType::Polymer) return kind_of_polymer(entity, residue);
  return Kind::ligand;
}

}  // namespace

const std::vector<std::string>& words_for_atoms() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> names;
    for (const auto& [name, meaning] : meanings()) names.push_back(name);
    return names;
  }();
  return words;
}

AtomFlags atoms_called(const std::string& word, const Model& model) {
  const Meaning means = meanings().at(word);
  AtomFlags flags;
  flags.reserve(model.atoms.size());
  for (const gemmi::Chain& chain : model.structure.models.front().chains)
    for (const gemmi::ConstResidueSpan& part : chain.subchains()) {
      const gemmi::Entity* entity = model.structure.get_entity_of(part);
      for (const gemmi::Residue& residue : part) {
        const Kind kind = kind_of(entity, residue);
        for (const gemmi::Atom& atom : residue.atoms) flags.push_back(means({kind, atom}) ? 1 : 0);
      }
    }
  return flags;
}

}  // namespace polyform::crystal
