// SPDX-License-Identifier: MPL-2.0
// Which atoms of a model an expression means.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "polyform/crystal/model.hpp"

namespace polyform::crystal {

/// One flag an atom of the model, in its order: 1 where the atom is selected.
using AtomFlags = std::vector<std::uint8_t>;

/// The atoms that `text` means in `model`. Throws InputError with the reason and the place in the
/// expression when it is none. Not collective.
AtomFlags select_atoms(const Model& model, const std::string& text);

}  // namespace polyform::crystal
