// SPDX-License-Identifier: MPL-2.0
// What a file holds, by its content.
#pragma once

#include <filesystem>

namespace polyform::crystal {

enum class FileKind { model, reflections };

/// PDB or mmCIF with atoms, or MTZ or mmCIF with reflections, plain or .gz. Throws InputError for a
/// file that cannot be read or is neither. Not collective.
FileKind kind_of_file(const std::filesystem::path& path);

}  // namespace polyform::crystal
