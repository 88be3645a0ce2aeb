// SPDX-License-Identifier: MPL-2.0
// Choosing and making the directory of a run.
#include "polyform/run/run_directory.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "polyform/base/error.hpp"

namespace polyform::run {
namespace {

namespace fs = std::filesystem;

enum class State { fresh, taken };

// Makes the directory, or finds it empty; `taken` when something is there already.
State make(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status)) {
    if (!fs::is_directory(status)) return State::taken;
    const bool empty = fs::is_empty(path, error);
    if (error)
      throw base::OutputError(path.string() + ": cannot be looked into: " + error.message() +
                              "; give another directory with --out");
    return empty ? State::fresh : State::taken;
  }
  fs::create_directories(path, error);
  if (error)
    throw base::OutputError(path.string() + ": this directory cannot be made: " + error.message() +
                            "; give another with --out");
  return State::fresh;
}

void check_writable(const fs::path& path) {
  if (::access(path.c_str(), W_OK | X_OK) != 0)
    throw base::OutputError(path.string() + ": this directory cannot be written to: " +
                            std::strerror(errno) + "; give another with --out");
}

}  // namespace

fs::path make_run_directory(const std::string& wanted, const std::string& stem) {
  fs::path path = wanted;
  if (!wanted.empty()) {
    if (make(path) == State::taken)
      throw base::OutputError(wanted +
                              ": exists and is not an empty directory, and a run never "
                              "writes over files; name another, or move it away");
  } else {
    path = fs::absolute(stem + "_polyform");
    const fs::path first = path;
    for (int number = 2; make(path) == State::taken; ++number)
      path = first.string() + "_" + std::to_string(number);
  }
  check_writable(path);
  return path;
}

}  // namespace polyform::run
