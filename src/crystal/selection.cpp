// SPDX-License-Identifier: MPL-2.0
// Selections of atoms in gemmi's notation.
#define USE_STD_SNPRINTF  // Debian's gemmi comes without its bundled stb_sprintf
#include "polyform/crystal/selection.hpp"

#include <gemmi/select.hpp>

#include "polyform/base/error.hpp"

namespace polyform::crystal {

AtomFlags select_atoms(const Model& model, const std::string& text) {
  AtomFlags flags;
  flags.reserve(model.atoms.size());
  try {
    const gemmi::Selection selection(text);
    for (const gemmi::Chain& chain : model.structure.models.front().chains)
      for (const gemmi::Residue& residue : chain.residues)
        for (const gemmi::Atom& atom : residue.atoms)
          flags.push_back(selection.matches(chain) && selection.matches(residue) &&
                          selection.matches(atom));
  } catch (const std::exception& error) {
    throw base::InputError("'" + text + "' is not a selection of atoms: " + error.what());
  }
  return flags;
}

}  // namespace polyform::crystal
