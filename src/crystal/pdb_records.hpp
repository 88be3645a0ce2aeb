// SPDX-License-Identifier: MPL-2.0
// Putting the records of a PDB file into the format's order.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace polyform::crystal {

/// Header records of `written` (all lines before the first atom) and `added` ones, in the format's
/// order; REMARKs by number. Records of one kind keep their order, those of `written` first.
std::vector<std::string> ordered_header(std::vector<std::string> written,
                                        const std::vector<std::string>& added);

/// CONECT records with other serial numbers; atoms that are gone are left out, and so are records
/// without two atoms.
std::vector<std::string> renumbered_conect(const std::vector<std::string>& records,
                                           const std::map<int, int>& new_of_old);

}  // namespace polyform::crystal
