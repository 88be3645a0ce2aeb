// SPDX-License-Identifier: MPL-2.0
// Polyform's own links and modifications, for libraries that have monomers only.
#pragma once

#include <string>
#include <vector>

namespace polyform::crystal {

/// Links and modifications in the CIF form of a CCP4 monomer library (blocks link_list, mod_list,
/// link_*, mod_*), one string a file: peptide, disulphide, phosphodiester and glycosidic bonds,
/// chain ends and caps.
std::vector<std::string> standard_links();

}  // namespace polyform::crystal
