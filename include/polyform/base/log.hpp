// SPDX-License-Identifier: MPL-2.0
// The log of a run: lines for people, to a file and, where the program says so, to the terminal.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace polyform::base {

/// Lines for the user. Silent until a sink is opened; on ranks other than the coordinator it stays
/// silent, so that any layer may speak without knowing where it runs.
class Log {
 public:
  Log();
  ~Log();
  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;

  /// Lines go to standard error ("warning: " before warnings) from now on.
  void to_terminal();
  /// Lines go to this file, too, those said before first. Throws OutputError when it cannot be
  /// opened.
  void to_file(const std::filesystem::path& path);

  void info(const std::string& line);
  void warning(const std::string& line);  ///< also counted and kept for summary.json

  const std::vector<std::string>& warnings() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polyform::base
