// SPDX-License-Identifier: MPL-2.0
// Models and data of 1CBS, bent out of shape in one way each.
#pragma once

#include <functional>
#include <string>

#include "jobs/program.hpp"

namespace gemmi {
struct Mtz;
}

namespace polyform::test {

/// 1CBS as PDB lines.
const std::string& pdb_text();

/// pdb_text() with columns [column, column + text.size()) of its first ATOM line replaced.
std::string pdb_with(std::size_t column, const std::string& text);

/// pdb_text() without the lines that start so.
std::string pdb_without(const std::string& record);

/// Writes 1CBS's MTZ as `bend` leaves it.
void write_mtz(const fs::path& path, const std::function<void(gemmi::Mtz&)>& bend);

}  // namespace polyform::test
