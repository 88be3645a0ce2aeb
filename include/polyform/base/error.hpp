// SPDX-License-Identifier: MPL-2.0
// The errors a user can meet, each carrying one complete message and the exit code it ends in.
#pragma once

#include <stdexcept>
#include <string>

namespace polyform::base {

/// What the process returns to the shell or to Slurm.
enum class ExitCode : int {
  success = 0,
  failure = 1,  ///< a defect of the program, or of the machine
  usage = 2,    ///< command line or job file
  input = 3,    ///< a model, data or dictionary file that cannot be used
  output = 4,   ///< a directory or file that cannot be written
};

/// Base of everything Polyform throws on purpose. The message is complete: it names the file, the
/// place, the reason, and what to do.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, ExitCode code = ExitCode::failure)
      : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// A command line or job file that asks for something that does not exist or cannot be.
struct UsageError : Error {
  explicit UsageError(const std::string& message) : Error(message, ExitCode::usage) {}
};

/// A file of the user's that cannot be used as it is.
struct InputError : Error {
  explicit InputError(const std::string& message) : Error(message, ExitCode::input) {}
};

/// A place that cannot be written to.
struct OutputError : Error {
  explicit OutputError(const std::string& message) : Error(message, ExitCode::output) {}
};

}  // namespace polyform::base
