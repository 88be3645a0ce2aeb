// SPDX-License-Identifier: MPL-2.0
// The text of a PDB file, checked and completed before gemmi reads it.
#pragma once

#include <string>
#include <vector>

#include "polyform/base/log.hpp"

namespace polyform::crystal {

/// gemmi takes an unreadable number for 0, silently. This looks at every ATOM and HETATM record:
/// coordinates, occupancy and B must be finite numbers (InputError with line and field); a blank
/// occupancy becomes 1 and a blank B 20 A^2 (said in the log). A file that stops in the middle of
/// an atom is refused.
std::string checked_pdb_text(std::string text, const std::string& name, base::Log& log);

/// Header records that gemmi's structure does not hold (COMPND, AUTHOR, JRNL, HETNAM, CONECT ...),
/// in the file's order.
std::vector<std::string> records_beside_gemmi(const std::string& text);

/// Whether any line is an ATOM or HETATM record.
bool has_atom_records(const std::string& text);

}  // namespace polyform::crystal
