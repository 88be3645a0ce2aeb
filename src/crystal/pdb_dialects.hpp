// SPDX-License-Identifier: MPL-2.0
// Columns of PDB records that old files and other programs fill in their own way.
#pragma once

#include <string>

#include "polyform/base/log.hpp"

namespace polyform::crystal {

/// Columns 73 to 80 of files from before 1996 hold an entry code and a line number, which would be
/// read as element and charge: they are blanked.
std::string without_line_numbers(std::string text, const std::string& name, base::Log& log);

/// Files of X-PLOR, CNS and MAIN may have no chain identifiers but segment identifiers (columns 73
/// to 76): these become the chains' names, by themselves where they have one or two characters,
/// else by A, B, C ... in their order.
std::string with_chains_of_segments(std::string text, const std::string& name, base::Log& log);

}  // namespace polyform::crystal
