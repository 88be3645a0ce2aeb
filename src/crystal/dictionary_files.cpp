// SPDX-License-Identifier: MPL-2.0
// Restraint files: where a library keeps a monomer, and reading it as it is found in the wild.

// g++ 12 takes the strings of gemmi's aggregates for uninitialised when it inlines their moves.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "dictionary_files.hpp"

#include <cmath>
#include <gemmi/cif.hpp>

#include "file_content.hpp"
#include "polyform/base/error.hpp"

namespace polyform::crystal {
namespace {

/// Where CIF begins: at the first line that is a comment, a block or global_. Some published
/// library files have a stray character before it.
std::size_t start_of_cif(const std::string& text) {
  for (std::size_t line = 0; line < text.size();) {
    const std::string start = text.substr(line, 7);
    if (start[0] == '#' || gemmi::istarts_with(start, "data_") ||
        gemmi::istarts_with(start, "global_"))
      return line;
    const std::size_t end = text.find('\n', line);
    if (end == std::string::npos) break;
    line = end + 1;
  }
  return 0;
}

/// Words that the reader would refuse, spelling mistakes among them, say nothing instead; only the
/// kind of bond is lost, not its length.
void neutralise_unknown_words(gemmi::cif::Block& block) {
  for (const char* tag : {"_chem_comp_bond.type", "_chem_comp_bond.value_order"})
    for (std::string& word : block.find_values(tag)) {
      try {
        gemmi::bond_type_from_string(gemmi::cif::as_string(word));
      } catch (const std::out_of_range&) {
        word = ".";
      }
    }
  for (std::string& word : block.find_values("_chem_comp_chir.volume_sign"))
    if (std::string("pPnNbB.cC").find(gemmi::cif::as_string(word)[0]) == std::string::npos)
      word = "both";
}

void trim(std::string& name) {
  const std::size_t first = name.find_first_not_of(' ');
  const std::size_t last = name.find_last_not_of(' ');
  name = first == std::string::npos ? "" : name.substr(first, last - first + 1);
}

void trim_names(gemmi::ChemComp& monomer) {
  for (auto& atom : monomer.atoms) trim(atom.id);
  for (auto& r : monomer.rt.bonds)
    for (auto* id : {&r.id1, &r.id2}) trim(id->atom);
  for (auto& r : monomer.rt.angles)
    for (auto* id : {&r.id1, &r.id2, &r.id3}) trim(id->atom);
  for (auto& r : monomer.rt.torsions)
    for (auto* id : {&r.id1, &r.id2, &r.id3, &r.id4}) trim(id->atom);
  for (auto& r : monomer.rt.chirs)
    for (auto* id : {&r.id_ctr, &r.id1, &r.id2, &r.id3}) trim(id->atom);
  for (auto& r : monomer.rt.planes)
    for (auto& id : r.ids) trim(id.atom);
}

}  // namespace

gemmi::cif::Document read_restraint_file(const std::filesystem::path& path) {
  return parse_restraints(read_file(path), path.string());
}

gemmi::cif::Document parse_restraints(const std::string& text, const std::string& name) {
  const std::size_t start = start_of_cif(text);
  try {
    return gemmi::cif::read_memory(text.data() + start, text.size() - start, name.c_str());
  } catch (const std::exception& error) {
    throw base::InputError(name + " is not a restraint file in CIF: " + error.what());
  }
}

std::filesystem::path monomer_file(const std::filesystem::path& library, const std::string& name) {
  if (name.empty()) return {};
  const std::filesystem::path path = library / gemmi::MonLib::relative_monomer_path(name.c_str());
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) ? path : std::filesystem::path();
}

gemmi::ChemComp monomer_of(gemmi::cif::Document document, const std::string& name,
                           const std::string& file) {
  gemmi::ChemComp monomer;
  try {
    for (gemmi::cif::Block& block : document.blocks) neutralise_unknown_words(block);
    monomer = gemmi::make_chemcomp_from_cif(name, document);
  } catch (const std::exception& error) {
    throw base::InputError(file + ": residue " + name + ": " + error.what());
  }
  trim_names(monomer);
  for (const auto& bond : monomer.rt.bonds)
    if (!std::isfinite(bond.value))
      throw base::InputError(file + ": residue " + name + ": bond " + bond.str() +
                             " has no ideal length (_chem_comp_bond.value_dist); give a restraint "
                             "file, as acedrg, grade or eLBOW write, not a component definition");
  return monomer;
}

void add_links_and_modifications(const gemmi::cif::Document& document, const std::string& file,
                                 gemmi::MonLib& library) {
  try {
    gemmi::insert_chemlinks(document, library.links);
    gemmi::insert_chemmods(document, library.modifications);
  } catch (const std::exception& error) {
    throw base::InputError(file + ": links and modifications: " + error.what());
  }
}
}  // namespace polyform::crystal
