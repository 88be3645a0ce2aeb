// SPDX-License-Identifier: MPL-2.0
// What the model needs of monomers, links and modifications, gathered from their sources.
#include "polyform/crystal/dictionary.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "dictionary_energy_types.hpp"
#include "dictionary_files.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "standard_links.hpp"

namespace polyform::crystal {
namespace {

namespace fs = std::filesystem;
using base::InputError;

const char* const debian_library = "/usr/share/refmac/monomers";

/// Where monomers are looked for, the first one first.
std::vector<fs::path> directories(const DictionaryOptions& options) {
  std::vector<fs::path> found;
  const char* ccp4 = std::getenv("CLIBD_MON");
  if (!options.monomers.empty()) {
    if (!fs::is_directory(options.monomers))
      throw InputError("monomer library " + options.monomers +
                       " is not a directory; name the directory that holds a/, b/ ...");
    found.emplace_back(options.monomers);
  } else if (ccp4 != nullptr && *ccp4 != '\0') {
    if (!fs::is_directory(ccp4))
      throw InputError(std::string("the monomer library that CLIBD_MON names, ") + ccp4 +
                       ", is not a directory; unset CLIBD_MON or correct it");
    found.emplace_back(ccp4);
  }
  std::error_code ignored;
  if (fs::is_directory(debian_library, ignored) &&
      (found.empty() || !fs::equivalent(found[0], debian_library, ignored)))
    found.emplace_back(debian_library);
  return found;
}

/// First residue of each name, with how many more there are.
struct Place {
  std::string first;
  int count = 0;
  bool single_atom = true;
  gemmi::Element element = gemmi::El::X;
};
std::map<std::string, Place> residues_of(const Model& model) {
  std::map<std::string, Place> names;
  for (const auto& chain : model.structure.models.at(0).chains)
    for (const auto& residue : chain.residues) {
      Place& place = names[dictionary_name(residue)];
      if (place.count++ == 0) place.first = chain.name + "/" + residue.seqid.str();
      if (residue.atoms.size() != 1)
        place.single_atom = false;
      else
        place.element = residue.atoms[0].element;
    }
  return names;
}

void add_monomer(gemmi::MonLib& library, gemmi::ChemComp monomer) {
  gemmi::ResidueInfo info{};
  info.kind = kind_of(monomer);
  info.one_letter_code = ' ';
  library.residue_infos[monomer.name] = info;
  library.monomers[monomer.name] = std::move(monomer);
}

void add_ligand_files(Dictionary& dictionary, const DictionaryOptions& options, base::Log& log) {
  for (const std::string& file : options.ligands) {
    const gemmi::cif::Document document = read_restraint_file(file);
    std::string names;
    for (const auto& block : document.blocks) {
      if (!block.has_tag("_chem_comp_atom.atom_id")) continue;
      const std::string name =
          block.name.rfind("comp_", 0) == 0 ? block.name.substr(5) : block.name;
      add_monomer(dictionary.library, monomer_of(document, name, file));
      names += " " + name;
    }
    const std::size_t links_before = dictionary.library.links.size();
    try {
      gemmi::insert_chemlinks(document, dictionary.library.links);
      gemmi::insert_chemmods(document, dictionary.library.modifications);
    } catch (const std::exception& error) {
      throw InputError(file + ": links and modifications: " + error.what());
    }
    const std::size_t links = dictionary.library.links.size() - links_before;
    if (names.empty() && links == 0)
      throw InputError(file + " has neither a residue (_chem_comp_atom) nor a link (_chem_link)");
    log.info(base::format("Restraints of%s%s from %s", names.empty() ? " links" : names.c_str(),
                          !names.empty() && links > 0 ? " and links" : "", file.c_str()));
  }
}

/// Links, modifications and energy types of a full CCP4 library, where it has them.
void add_library_lists(Dictionary& dictionary, const fs::path& directory, base::Log& log) {
  std::error_code ignored;
  const fs::path list = directory / "list" / "mon_lib_list.cif";
  const fs::path energies = directory / "ener_lib.cif";
  if (fs::is_regular_file(list, ignored)) {
    const gemmi::cif::Document document = read_restraint_file(list);
    const std::size_t before = dictionary.library.links.size();
    try {
      gemmi::insert_chemlinks(document, dictionary.library.links);
      gemmi::insert_chemmods(document, dictionary.library.modifications);
    } catch (const std::exception& error) {
      throw InputError(list.string() + ": " + error.what());
    }
    dictionary.own_links = dictionary.library.links.size() == before;
  }
  if (fs::is_regular_file(energies, ignored)) {
    try {
      dictionary.library.ener_lib = gemmi::EnerLib(read_restraint_file(energies));
    } catch (const std::exception& error) {
      throw InputError(energies.string() + ": " + error.what());
    }
  }
  log.info("Monomer library " + directory.string() +
           (dictionary.own_links ? ", with Polyform's own links and modifications"
                                 : ", with its links and modifications"));
}

void add_own_links(gemmi::MonLib& library) {
  for (const std::string& text : standard_links()) {
    const gemmi::cif::Document document =
        parse_restraints(text, "Polyform's standard links");
    gemmi::insert_chemlinks(document, library.links);
    gemmi::insert_chemmods(document, library.modifications);
  }
}

/// An ion that no library knows needs no restraints.
gemmi::ChemComp ion(const std::string& name, gemmi::Element element) {
  gemmi::ChemComp monomer;
  monomer.name = name;
  monomer.group = "non-polymer";
  monomer.atoms.push_back({element.uname(), element, 0.0f, element.uname()});
  return monomer;
}

}  // namespace

std::string dictionary_name(const gemmi::Residue& residue) {
  return residue.is_water() ? "HOH" : residue.name;
}

Dictionary load_dictionary(const Model& model, const DictionaryOptions& options, base::Log& log) {
  Dictionary dictionary;
  dictionary.own_links = true;
  add_ligand_files(dictionary, options, log);
  const std::vector<fs::path> libraries = directories(options);
  if (!libraries.empty()) {
    dictionary.directory = libraries[0].string();
    add_library_lists(dictionary, libraries[0], log);
  }
  add_own_links(dictionary.library);
  add_standard_energy_types(dictionary.library.ener_lib);

  std::string unknown, elsewhere;
  for (const auto& [name, place] : residues_of(model)) {
    if (dictionary.library.monomers.count(name) != 0) continue;
    fs::path file;
    std::size_t source = 0;
    for (; source < libraries.size() && file.empty(); ++source)
      file = monomer_file(libraries[source], name);
    if (!file.empty()) {
      add_monomer(dictionary.library, monomer_of(read_restraint_file(file), name, file.string()));
      if (source > 1) elsewhere += " " + name;
    } else if (place.single_atom && place.element != gemmi::El::X) {
      add_monomer(dictionary.library, ion(name, place.element));
      log.info("Residue " + name + " is a single atom and needs no dictionary");
    } else {
      unknown += base::format("\n  %s at %s%s", name.c_str(), place.first.c_str(),
                              place.count > 1
                                  ? base::format(" and %d more", place.count - 1).c_str()
                                  : "");
    }
  }
  if (!elsewhere.empty())
    log.info("From " + libraries.back().string() + ", since the library lacks them:" + elsewhere);
  if (!unknown.empty())
    throw InputError(
        model.source + ": no restraints for" + unknown + "\nin " +
        (libraries.empty() ? "any library (none found; install refmac-dictionary or set CLIBD_MON)"
                           : dictionary.directory) +
        "; give a restraint file (CIF) of each with --ligand FILE, or a fuller library with "
        "--monomers DIR");
  return dictionary;
}

}  // namespace polyform::crystal
