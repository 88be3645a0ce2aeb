// SPDX-License-Identifier: MPL-2.0
// Files that are written whole or not at all: beside, sync, rename.
#pragma once

#include <filesystem>
#include <string_view>

namespace polyform::base {

/// Write `content` to `path`: to a temporary name in the same directory, fsync, rename, so that a
/// reader sees the old file or the new one and never a part. Throws OutputError naming the path and
/// the system's reason (full disk, permissions), after removing the temporary.
void write_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace polyform::base
