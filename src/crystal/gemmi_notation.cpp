// SPDX-License-Identifier: MPL-2.0
// gemmi's selections, with what its parser leaves unchecked.
#define USE_STD_SNPRINTF  // Debian's gemmi comes without its bundled stb_sprintf
#include "crystal/gemmi_notation.hpp"

#include <gemmi/select.hpp>

#include <algorithm>

namespace polyform::crystal {
namespace {

// gemmi reads on from the start of the text where a bracket stays open.
bool brackets_match(const std::string& text) {
  char open = '\0';
  for (char c : text) {
    if (c == '(' || c == '[') {
      if (open != '\0') return false;
      open = c;
    } else if (c == ')' || c == ']') {
      if (open != (c == ')' ? '(' : '[')) return false;
      open = '\0';
    }
  }
  return open == '\0';
}

// gemmi 0.5.7 takes A/20 for 20 and all after it.
gemmi::Selection selection_of(const std::string& text) {
  gemmi::Selection selection(text);
  const std::string place = text.substr(0, text.find(';'));
  if (!selection.from_seqid.empty() && place.find('-') == std::string::npos)
    selection.to_seqid = selection.from_seqid;
  return selection;
}

}  // namespace

std::string wrong_with_notation(const std::string& text) {
  if (!brackets_match(text)) return "a bracket in '" + text + "' is not closed";
  try {
    selection_of(text);
  } catch (const std::exception& error) {
    return "'" + text + "' is not in gemmi's notation: " + error.what();
  }
  return "";
}

AtomFlags atoms_in_notation(const Model& model, const std::string& text) {
  const gemmi::Selection selection = selection_of(text);
  const gemmi::Model& only = model.structure.models.front();
  AtomFlags flags;
  flags.reserve(model.atoms.size());
  for (const gemmi::Chain& chain : only.chains)
    for (const gemmi::Residue& residue : chain.residues) {
      const bool here =
          selection.matches(only) && selection.matches(chain) && selection.matches(residue);
      for (const gemmi::Atom& atom : residue.atoms)
        flags.push_back(here && selection.matches(atom) ? 1 : 0);
    }
  return flags;
}

}  // namespace polyform::crystal
