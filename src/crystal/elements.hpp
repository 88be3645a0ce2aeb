// SPDX-License-Identifier: MPL-2.0
// Elements of atoms whose file states none, or whose name stands in the wrong column.
#pragma once

#include <gemmi/model.hpp>
#include <string>

#include "polyform/base/log.hpp"

namespace polyform::crystal {

/// In amino acids, nucleotides and waters of the standard kinds every element is H, D, C, N, O, P,
/// S or Se. Another one there (calcium for a CA one column to the left, nothing for NH1) becomes
/// the first letter of the atom's name. Says so in the log.
void correct_elements(gemmi::Structure& structure, const std::string& source, base::Log& log);

}  // namespace polyform::crystal
