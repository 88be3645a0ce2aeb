// SPDX-License-Identifier: MPL-2.0
// Words that mean atoms in every model: water, ligand, main_chain ...
#pragma once

#include <string>
#include <vector>

#include "polyform/crystal/selection.hpp"

namespace polyform::crystal {

/// The words, in the order of the alphabet.
const std::vector<std::string>& words_for_atoms();

/// The atoms that one of words_for_atoms() means.
AtomFlags atoms_called(const std::string& word, const Model& model);

}  // namespace polyform::crystal
