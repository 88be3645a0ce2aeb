// SPDX-License-Identifier: MPL-2.0
// Flags and arguments of the commands that work on models and data.
#pragma once

#include <string>
#include <vector>

#include "polyform/job/job.hpp"
#include "polyform/job/read_job.hpp"

namespace polyform::app {

/// What follows a command's name, understood.
struct Request {
  job::Job job;        ///< complete: names and absolute paths
  std::string stem;    ///< of the job file or the first model, names a fresh run directory
  bool pairs = false;  ///< --pairs, of `check`
  int traffic = 0;     ///< --traffic, of `bench`: evaluations to count
  bool help = false;   ///< --help was among the flags; the rest is not filled in
  // Of `config`, which makes the job of files: job.out is the job file to be.
  std::vector<std::string> files;
  std::vector<job::Assignment> assignments;
  bool superposed = false, no_ncs = false;
};

/// MODEL DATA (simulate: MODEL; config: any number of either) or JOB.yaml, with flags; reads the
/// job file. Throws UsageError
/// (unknown flags with the nearest one, missing or superfluous arguments, mistakes of options) and
/// InputError (no such job file). Not collective.
Request understand(const std::string& command, const std::vector<std::string>& arguments);

/// What stands for the files in a command's usage: "MODEL DATA", or "MODEL".
std::string files_of(const std::string& command);

/// The flags of a command, one a line with its sentence.
std::string flags_help(const std::string& command);

}  // namespace polyform::app
