// SPDX-License-Identifier: MPL-2.0
// Tables and rules of old atom and residue names.
#include "crystal/old_names.hpp"

#include <gemmi/resinfo.hpp>
#include <map>
#include <set>

#include "crystal/listing.hpp"

namespace polyform::crystal {
namespace {

using gemmi::Residue;

bool has(const Residue& residue, const std::string& name) {
  return residue.find_atom(name, '*') != nullptr;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_starred_sugar(const Residue& r) {
  static const std::set<std::string> starred_to_this_day = {"CJB", "G5A", "SXN", "US4"};
  return has(r, "C1*") && has(r, "C4*") && has(r, "O4*") && !starred_to_this_day.count(r.name);
}
bool has_sugar(const Residue& r) {
  return has_starred_sugar(r) || (has(r, "C1'") && has(r, "C4'") && has(r, "O4'"));
}
bool has_ribose_oxygen(const Residue& r) { return has(r, "O2'") || has(r, "O2*"); }

// A nucleotide of a chain: it has a phosphate, or its O3' holds the next one's.
bool is_in_nucleic_chain(const Residue& residue, const Residue* next) {
  if (!has_sugar(residue)) return false;
  if (residue.get_p()) return true;
  const gemmi::Atom* o3 = residue.find_atom("O3'", '*');
  if (!o3) o3 = residue.find_atom("O3*", '*');
  const gemmi::Atom* p = next ? next->get_p() : nullptr;
  return o3 && p && o3->pos.dist(p->pos) < 2.5;
}

std::string nucleotide_name(const Residue& residue, const Residue* next) {
  static const std::map<std::string, char> base_of = {
      {"ADE", 'A'}, {"CYT", 'C'}, {"GUA", 'G'}, {"URI", 'U'}, {"URA", 'U'}, {"THY", 'T'},
      {"A", 'A'},   {"C", 'C'},   {"G", 'G'},   {"U", 'U'},   {"T", 'T'}};
  const auto known = base_of.find(residue.name);
  if (known == base_of.end() || !is_in_nucleic_chain(residue, next)) return residue.name;
  const char base = known->second;
  // One-letter names are old only where the sugar's names are; a bare A without O2' is RNA today.
  if (residue.name.size() == 1 && base != 'T' && !has_starred_sugar(residue)) return residue.name;
  if (base == 'T') return "DT";
  if (has_ribose_oxygen(residue)) return std::string(1, base);
  return std::string("D") + base;
}

std::string residue_name(const Residue& residue, const Residue* next) {
  static const std::map<std::string, std::string> plain = {
      {"HIE", "HIS"}, {"HID", "HIS"}, {"HIP", "HIS"}, {"HSD", "HIS"}, {"HSE", "HIS"},
      {"HSP", "HIS"}, {"CYX", "CYS"}, {"WAT", "HOH"}, {"H2O", "HOH"}, {"TIP", "HOH"},
      {"SOL", "HOH"}, {"OH2", "HOH"}, {"TRY", "TRP"}};
  const auto found = plain.find(residue.name);
  if (found == plain.end()) return nucleotide_name(residue, next);
  const bool is_water = found->second == "HOH";
  // The same letters also name ligands: a water has one oxygen, an amino acid a CA.
  const bool fits = is_water ? residue.find_by_element(gemmi::El::O) && residue.atoms.size() <= 6 &&
                                   !residue.find_by_element(gemmi::El::C)
                             : residue.get_ca() != nullptr;
  return fits ? found->second : residue.name;
}

// Sugars and phosphates: O5* -> O5', H5*1 or 1H5* -> H5', H5*2 or 2H5* -> H5'', HO*2 -> HO2'.
std::string nucleotide_atom(const Residue& residue, std::string name) {
  static const std::map<std::string, std::string> plain = {
      {"O1P", "OP1"},   {"O2P", "OP2"},  {"O3P", "OP3"},   {"C5M", "C7"},    {"H2*1", "H2'"},
      {"H2*2", "H2''"}, {"H5*1", "H5'"}, {"H5*2", "H5''"}, {"HO*2", "HO2'"}, {"H2'1", "H2'"},
      {"H2'2", "H2''"}, {"H5'1", "H5'"}, {"H5'2", "H5''"}, {"HO'2", "HO2'"}, {"2HO*", "HO2'"},
      {"H3T", "HO3'"},  {"H5T", "HO5'"}, {"1H5*", "H5'"},  {"2H5*", "H5''"}, {"1H2*", "H2'"},
      {"2H2*", "H2''"}, {"1H5'", "H5'"}, {"2H5'", "H5''"}, {"1H2'", "H2'"},  {"2H2'", "H2''"},
      {"2HO'", "HO2'"}};
  const bool polymeric = gemmi::find_tabulated_residue(residue.name).is_nucleic_acid() ||
                         residue.name.size() <= 2 || residue.name == "ADE" ||
                         residue.name == "CYT" || residue.name == "GUA" || residue.name == "URI" ||
                         residue.name == "URA" || residue.name == "THY";
  const auto found = plain.find(name);
  if (found != plain.end() && (polymeric || name.find('*') != std::string::npos))
    return found->second;
  if (has_starred_sugar(residue))
    for (char& c : name)
      if (c == '*') c = '\'';
  return name;
}

// Amino acids: CD of ILE, HN, HT1, OT1, and digits in front: 1HB -> HB1.
std::string amino_acid_atom(const Residue& residue, const std::string& name) {
  static const std::map<std::string, std::string> plain = {
      {"HN", "H"},   {"HT1", "H1"}, {"HT2", "H2"},  {"HT3", "H3"}, {"HN1", "H1"}, {"HN2", "H2"},
      {"HN3", "H3"}, {"OT1", "O"},  {"OT2", "OXT"}, {"OT", "OXT"}, {"OCT1", "O"}, {"OCT2", "OXT"}};
  if (name == "CD" && residue.name == "ILE") return "CD1";
  const auto found = plain.find(name);
  if (found != plain.end()) return found->second;
  if (name.size() >= 2 && is_digit(name[0]) && (name[1] == 'H' || name[1] == 'D'))
    return name.substr(1) + name[0];
  return name;
}

std::string water_atom(const std::string& name) {
  if (name == "OH2" || name == "OW" || name == "OW0" || name == "OH" || name == "O1") return "O";
  return name;
}

// CH2 groups were numbered 1 and 2; today they are 2 and 3. HB1 becomes HB3 where there is no HB3
// and the carbon carries two hydrogens.
std::string methylene_hydrogen(const Residue& residue, const std::string& name) {
  if (name.size() < 3 || name[0] != 'H' || name.back() != '1') return name;
  std::string stem = name;
  stem.pop_back();
  static const std::set<std::string> stems = {"HB", "HG", "HD", "HE", "HA", "HG1"};
  if (!stems.count(stem)) return name;
  const auto any = [&](char digit) {
    return has(residue, stem + digit) || has(residue, digit + stem);
  };
  const bool on_isoleucine = residue.name == "ILE" && stem == "HG1";
  const bool two = (stem != "HG1" || on_isoleucine) && any('2') && !any('3');
  std::string second = stem + "2";  // CD2 of leucine, ND1 and CD2 of histidine: no methylene
  second[0] = 'C';
  bool branched = has(residue, second);
  second[0] = 'N';
  branched = (branched || has(residue, second)) && stem != "HB" && stem != "HA" && !on_isoleucine;
  return two && !branched ? stem + "3" : name;
}

std::string atom_name(const Residue& residue, const std::string& name) {
  const gemmi::ResidueInfo info = gemmi::find_tabulated_residue(residue.name);
  if (residue.name == "HOH" || residue.is_water() || info.is_water()) return water_atom(name);
  if (has_sugar(residue)) return nucleotide_atom(residue, name);
  if (residue.get_ca() && residue.get_n() && info.is_amino_acid())
    return methylene_hydrogen(residue, amino_acid_atom(residue, name));
  return name;
}

// What changes in one residue, decided before anything is renamed.
struct Renaming {
  std::string residue;
  std::map<std::string, std::string> atoms;  ///< old to new, changed ones only
};

Renaming renaming_of(const Residue& residue, const Residue* next) {
  Renaming result{residue_name(residue, next), {}};
  Residue as_named = residue;
  if (result.residue == "HIS" || result.residue == "CYS" || result.residue == "HOH")
    as_named.name = result.residue;
  for (const gemmi::Atom& atom : residue.atoms) {
    const std::string now = atom_name(as_named, atom.name);
    if (now != atom.name && !has(residue, now)) result.atoms[atom.name] = now;
  }
  return result;
}

using Renamings = std::map<const Residue*, Renaming>;

void apply(const Renamings& renamings, const gemmi::Model& model, gemmi::AtomAddress& address) {
  const gemmi::const_CRA place = model.find_cra(address);
  const auto found = renamings.find(place.residue);
  if (found == renamings.end()) return;
  address.res_id.name = found->second.residue;
  const auto atom = found->second.atoms.find(address.atom_name);
  if (atom != found->second.atoms.end()) address.atom_name = atom->second;
}

void rename_addresses(gemmi::Structure& structure, const Renamings& renamings) {
  const gemmi::Model& model = structure.models[0];
  for (gemmi::Connection& connection : structure.connections) {
    apply(renamings, model, connection.partner1);
    apply(renamings, model, connection.partner2);
  }
  for (gemmi::Helix& helix : structure.helices) {
    apply(renamings, model, helix.start);
    apply(renamings, model, helix.end);
  }
  for (gemmi::Sheet& sheet : structure.sheets)
    for (gemmi::Sheet::Strand& strand : sheet.strands)
      for (gemmi::AtomAddress* address :
           {&strand.start, &strand.end, &strand.hbond_atom1, &strand.hbond_atom2})
        apply(renamings, model, *address);
}

// SEQRES of a chain: a residue name changes there as it does in the chain's atoms.
void rename_sequences(gemmi::Structure& structure, const Renamings& renamings) {
  for (const gemmi::Chain& chain : structure.models[0].chains) {
    std::map<std::string, std::string> names;
    for (const Residue& residue : chain.residues)
      if (const auto found = renamings.find(&residue); found != renamings.end())
        names[residue.name] = found->second.residue;
    for (gemmi::Entity& entity : structure.entities) {
      const bool of_chain = entity.name == chain.name ||
                            (!chain.residues.empty() &&
                             gemmi::in_vector(chain.residues[0].subchain, entity.subchains));
      if (of_chain)
        for (std::string& name : entity.full_sequence)
          if (const auto found = names.find(name); found != names.end()) name = found->second;
    }
  }
}

}  // namespace

void modernise_names(gemmi::Structure& structure, const std::string& source, base::Log& log) {
  Renamings renamings;
  std::set<std::string> residues, atoms;
  for (gemmi::Chain& chain : structure.models[0].chains)
    for (std::size_t i = 0; i < chain.residues.size(); ++i) {
      const Residue& residue = chain.residues[i];
      const Residue* next = i + 1 < chain.residues.size() ? &chain.residues[i + 1] : nullptr;
      Renaming renaming = renaming_of(residue, next);
      if (renaming.residue == residue.name && renaming.atoms.empty()) continue;
      if (renaming.residue != residue.name)
        residues.insert(residue.name + " to " + renaming.residue);
      for (const auto& [old, now] : renaming.atoms) atoms.insert(old + " to " + now);
      renamings.emplace(&residue, std::move(renaming));
    }
  if (renamings.empty()) return;
  rename_addresses(structure, renamings);
  rename_sequences(structure, renamings);
  for (auto& [place, renaming] : renamings) {
    auto& residue = const_cast<Residue&>(*place);
    residue.name = renaming.residue;
    for (gemmi::Atom& atom : residue.atoms)
      if (const auto found = renaming.atoms.find(atom.name); found != renaming.atoms.end())
        atom.name = found->second;
  }
  std::string line =
      source + ": old names brought to today's in " + counted(renamings.size(), "residue");
  if (!residues.empty()) line += "; residues " + listed({residues.begin(), residues.end()}, 12);
  if (!atoms.empty()) line += "; atoms " + listed({atoms.begin(), atoms.end()}, 12);
  log.info(line);
}

}  // namespace polyform::crystal
