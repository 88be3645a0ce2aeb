// SPDX-License-Identifier: MPL-2.0
// The monomer library: residues, links and modifications, from the user's files, from a CCP4
// library, or from Debian's with Polyform's own standard links.
#pragma once

#include <filesystem>
#include <gemmi/monlib.hpp>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/base/option.hpp"
#include "polyform/crystal/model.hpp"

namespace polyform::crystal {

struct DictionaryOptions {
  std::string monomers;              // directory; "" = CLIBD_MON, then /usr/share/refmac/monomers
  std::vector<std::string> ligands;  // files; they win over the library

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("monomers", monomers,
          {.sentence = "Directory of the monomer library (empty: $CLIBD_MON, then "
                       "/usr/share/refmac/monomers)"});
    visit("ligands", ligands,
          {.sentence = "Restraint files (CIF) of ligands; they win over the library"});
  }
};

struct Dictionary {
  gemmi::MonLib library;   ///< monomers of the model, links, modifications, energy types
  std::string directory;   ///< where monomers came from
  bool own_links = false;  ///< Polyform's standard links serve, since the library has none
};

/// The name under which a residue is looked up: waters of any name are HOH. Not collective.
std::string dictionary_name(const gemmi::Residue& residue);

/// Loads what the model needs. Throws InputError listing every unknown residue with its atoms'
/// place (chain, number) and what to supply; every ligand file that cannot be read. Not collective.
Dictionary load_dictionary(const Model& model, const DictionaryOptions& options, base::Log& log);

}  // namespace polyform::crystal
