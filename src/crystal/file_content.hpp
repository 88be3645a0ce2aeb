// SPDX-License-Identifier: MPL-2.0
// A whole input file in memory, uncompressed where it is a gzip file.
#pragma once

#include <filesystem>
#include <string>

namespace polyform::crystal {

/// The bytes of `path`; a gzip file is known by its first two bytes and uncompressed. Throws
/// InputError for: no such file, a directory, no permission, an empty file, a damaged or truncated
/// gzip file. Every message names the file.
std::string read_file(const std::filesystem::path& path);

/// Share of bytes that no text file has, among the first few thousand [0, 1].
double share_of_binary(const std::string& content);

}  // namespace polyform::crystal
