// SPDX-License-Identifier: MPL-2.0
// Restraint files: where a library keeps a monomer, and reading it as it is found in the wild.
#pragma once

#include <filesystem>
#include <gemmi/cifdoc.hpp>
#include <gemmi/monlib.hpp>
#include <string>

namespace polyform::crystal {

/// A CIF file, plain or .gz; a stray word before the first block is passed over. Throws InputError
/// naming the file and the place of the first syntax error.
gemmi::cif::Document read_restraint_file(const std::filesystem::path& path);

/// The same from memory; `name` is for messages.
gemmi::cif::Document parse_restraints(const std::string& text, const std::string& name);

/// The file of a monomer in a library, empty when it has none: DIR/a/ALA.cif.
std::filesystem::path monomer_file(const std::filesystem::path& library, const std::string& name);

/// The restraints of one monomer, atom names without blanks. Throws InputError when the file has no
/// such block, or a block without ideal values (a component dictionary instead of restraints).
gemmi::ChemComp monomer_of(gemmi::cif::Document document, const std::string& name,
                           const std::string& file);

/// Adds the document's links and modifications; what `library` has under the same name stays.
/// Throws InputError naming `file` where they are not complete.
void add_links_and_modifications(const gemmi::cif::Document& document, const std::string& file,
                                 gemmi::MonLib& library);

}  // namespace polyform::crystal
