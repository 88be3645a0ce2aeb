// SPDX-License-Identifier: MPL-2.0
// What the model needs of monomers, links and modifications, gathered from their sources.
#include "polyform/crystal/dictionary.hpp"

#include <cstdlib>
#include <map>

#include "dictionary_clusters.hpp"
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
    add_links_and_modifications(document, file, dictionary.library);
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
    add_links_and_modifications(document, list.string(), dictionary.library);
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

/// An ion that no library knows needs no restraints.
gemmi::ChemComp ion(const std::string& name, gemmi::Element element) {
  gemmi::ChemComp monomer;
  monomer.name = name;
  monomer.group = "non-polymer";
  monomer.atoms.push_back({element.uname(), element, 0.0f, element.uname()});
  return monomer;
}

/// Monomers of the model's residues, from the first library that has them.
class MonomerSearch {
 public:
  MonomerSearch(const std::vector<fs::path>& libraries, Dictionary& dictionary, base::Log& log)
      : libraries_(libraries), dictionary_(dictionary), log_(log) {}

  void find(const std::string& name, const Place& place) {
    if (dictionary_.library.monomers.count(name) != 0) return;
    for (std::size_t source = 0; source < libraries_.size(); ++source) {
      const fs::path file = monomer_file(libraries_[source], name);
      if (file.empty()) continue;
      take(name, file);
      if (source > 0) elsewhere_ += " " + name;
      return;
    }
    if (place.single_atom && place.element != gemmi::El::X) {
      add_monomer(dictionary_.library, ion(name, place.element));
      log_.info("Residue " + name + " is a single atom and needs no dictionary");
    } else {
      unknown_ += "\n  " + name + " at " + place.first;
      if (place.count > 1) unknown_ += base::format(" and %d more", place.count - 1);
    }
  }

  /// Says what was found elsewhere; throws when something was found nowhere.
  void conclude(const std::string& model) const {
    if (!elsewhere_.empty())
      log_.info("From " + libraries_.back().string() +
                ", since the library lacks them:" + elsewhere_);
    if (unknown_.empty()) return;
    throw InputError(
        model + ": no restraints for" + unknown_ + "\nin " +
        (libraries_.empty() ? "any library (none found; install refmac-dictionary or set CLIBD_MON)"
                            : dictionary_.directory) +
        "; give a restraint file (CIF) of each with --ligand FILE, or a fuller library with "
        "--monomers DIR");
  }

 private:
  void take(const std::string& name, const fs::path& file) {
    gemmi::ChemComp monomer = monomer_of(read_restraint_file(file), name, file.string());
    if (correct_iron_sulphur_cluster(monomer))
      log_.info(name +
                ": bonds and angles of iron and sulphur are Polyform's, since the library "
                "has right angles");
    add_monomer(dictionary_.library, std::move(monomer));
  }

  const std::vector<fs::path>& libraries_;
  Dictionary& dictionary_;
  base::Log& log_;
  std::string unknown_, elsewhere_;
};

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
  add_standard_links(dictionary.library);
  add_standard_energy_types(dictionary.library.ener_lib);
  MonomerSearch search(libraries, dictionary, log);
  for (const auto& [name, place] : residues_of(model)) search.find(name, place);
  search.conclude(model.source);
  return dictionary;
}

}  // namespace polyform::crystal
