// SPDX-License-Identifier: MPL-2.0
// The built program run as a user runs it, and what it said.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace polyform::test {

namespace fs = std::filesystem;

/// A directory of this test program, removed at the end.
const fs::path& scratch();

/// Model and data of 1CBS from Debian's packages.
inline const std::string example_model = "/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz";
inline const std::string example_data = "/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz";

/// What a run of the program came to.
struct Result {
  int code = 0;
  std::string out, err;
  long n_errors = 0;  ///< how often "polyform: error:" was said
  std::string error;  ///< what followed it, without what mpirun adds
};

/// Runs `polyform ARGUMENTS` (shell words) with `directory` as the current one; ranks 0: without
/// mpirun. A run of more than five minutes is ended and has code 124. around: a command put before
/// everything, "" for none.
Result run(int ranks, const std::string& arguments, const fs::path& directory,
           const std::string& around = "");

/// The file's content; "" when there is none.
std::string content(const fs::path& path);
void write(const fs::path& path, const std::string& text);

/// Contents of every file below a directory.
std::map<std::string, std::string> snapshot(const fs::path& directory);

/// Checks that the program refuses, alone and on 3 ranks: with this exit code, one message, the
/// same each time, that holds all `words`, and with no file made or changed below `directory`.
void check_refused(int code, const std::string& arguments, const fs::path& directory,
                   const std::vector<std::string>& words);

/// A fresh directory with nothing in it.
fs::path fresh_directory(const std::string& name);

}  // namespace polyform::test
