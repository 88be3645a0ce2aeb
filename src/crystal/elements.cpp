// SPDX-License-Identifier: MPL-2.0
// Elements that cannot be, in residues that are known.
#include "crystal/elements.hpp"

#include <gemmi/resinfo.hpp>

#include <cctype>

#include "crystal/listing.hpp"

namespace polyform::crystal {
namespace {

using gemmi::El;

bool is_usual(gemmi::Element element) {
  switch (element.elem) {
    case El::H:
    case El::D:
    case El::C:
    case El::N:
    case El::O:
    case El::P:
    case El::S:
    case El::Se:
      return true;
    default:
      return false;
  }
}

gemmi::Element first_letter(const std::string& name) {
  for (const char c : name)
    if (std::isalpha(static_cast<unsigned char>(c))) return gemmi::Element(std::string(1, c));
  return gemmi::Element(El::X);
}

}  // namespace

void correct_elements(gemmi::Structure& structure, const std::string& source, base::Log& log) {
  std::vector<std::string> corrected;
  for (gemmi::Chain& chain : structure.models[0].chains)
    for (gemmi::Residue& residue : chain.residues) {
      const gemmi::ResidueInfo info = gemmi::find_tabulated_residue(residue.name);
      if (!info.is_standard() && !info.is_water() && residue.name != "MSE") continue;
      for (gemmi::Atom& atom : residue.atoms) {
        if (is_usual(atom.element)) continue;
        atom.element = first_letter(atom.name);
        corrected.push_back(gemmi::atom_str(chain.name, residue, atom.name, atom.altloc) + " is " +
                            atom.element.uname());
      }
    }
  if (!corrected.empty())
    log.warning(source + ": elements set by the atoms' names: " + listed(corrected));
}

}  // namespace polyform::crystal
