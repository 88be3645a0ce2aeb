// SPDX-License-Identifier: MPL-2.0
// Selections in gemmi's notation, as in A/10-20/CA[C]:B;b<60
#pragma once

#include <string>

#include "polyform/crystal/selection.hpp"

namespace polyform::crystal {

/// "" or what keeps the text from being in gemmi's notation.
std::string wrong_with_notation(const std::string& text);

/// Atoms that a text in gemmi's notation means. A residue number alone means that residue.
AtomFlags atoms_in_notation(const Model& model, const std::string& text);

}  // namespace polyform::crystal
