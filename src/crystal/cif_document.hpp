// SPDX-License-Identifier: MPL-2.0
// CIF text to gemmi's document; the one place that compiles gemmi's CIF grammar for data files.
#pragma once

#include <gemmi/cifdoc.hpp>
#include <string>

namespace polyform::crystal {

/// Whether the content, after blanks and comments, starts with a data_ block.
bool looks_like_cif(const std::string& content);

/// Throws InputError naming the file, the line and what the grammar expected.
gemmi::cif::Document parse_cif(const std::string& content, const std::string& name);

}  // namespace polyform::crystal
