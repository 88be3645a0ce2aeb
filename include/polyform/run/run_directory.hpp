// SPDX-License-Identifier: MPL-2.0
// The directory of a run: fresh, never one that already holds something.
#pragma once

#include <filesystem>
#include <string>

namespace polyform::run {

/// Makes the directory `wanted` (and its parents), which may exist only when it is empty; with an
/// empty `wanted` makes STEM_polyform in the current directory, or STEM_polyform_2, _3 ... when
/// that holds something. Returns its path once a file could be written in it. Throws OutputError
/// that says what to do.
std::filesystem::path make_run_directory(const std::string& wanted, const std::string& stem);

}  // namespace polyform::run
