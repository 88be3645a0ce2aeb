// SPDX-License-Identifier: MPL-2.0
// Polyform's own links and modifications, for libraries that have monomers only.
#pragma once

#include <gemmi/monlib.hpp>
#include <string>

namespace polyform::crystal {

/// Adds peptide, disulphide, phosphodiester and glycosidic bonds, chain ends and caps to a library;
/// a link or modification that it has already stays as it is. Not collective.
void add_standard_links(gemmi::MonLib& library);

/// The parts of it, in the notation of link_notation.hpp.
extern const char* const peptide_links;
extern const char* const nucleotide_links;
std::string sugar_links();

}  // namespace polyform::crystal
