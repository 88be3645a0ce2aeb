// SPDX-License-Identifier: MPL-2.0
// Job files and --set to a Job, with every mistake reported at once.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "polyform/job/job.hpp"

namespace polyform::job {

/// Reads a YAML job file. Paths in it are relative to the file and come out absolute. Throws
/// InputError when the file cannot be read, else UsageError with ALL mistakes, one a line, each as
/// `file:line:column: option reason`: unknown and repeated options (with the nearest name), wrong
/// types, values out of range or not among the choices, bad YAML. Not collective.
Job read_job(const std::filesystem::path& path);

/// One value for one option, as --set and the flags of the command line give it.
struct Assignment {
  std::string option;  ///< "scaling.shells"; "forms.d_min" means every form, "forms.NAME.d_min" one
  std::string value;   ///< as typed; lists comma separated or as YAML [a, b]
  std::string said;    ///< how the user said it, for messages: "--set scaling.shells=20"
};

/// "a.b=c" of --set. Throws UsageError without '='. Not collective.
Assignment parse_set(const std::string& text);

/// Applies one; returns "" or what is wrong with it. Not collective.
std::string set_option(Job& job, const Assignment& assignment);

/// Applies the assignments in order, with the checks of read_job. Throws UsageError with all
/// mistakes. Not collective.
void set_options(Job& job, const std::vector<Assignment>& assignments);

/// What the forms of a job must have: `simulate` makes the data.
enum class Needs { model_and_data, model };

/// Fills in names of forms from their models' file names, makes paths absolute (relative ones: to
/// the current directory), and checks what no single option can: forms with what the command needs,
/// names that differ and can be file names, limits in order; then makes job.refine.own from what
/// forms have of their own. source: for messages. Throws UsageError. Not collective.
void complete(Job& job, const std::string& source, Needs needs = Needs::model_and_data);

/// File name without directory, ".gz" and extension, made of letters, digits, '_', '-' and '.'.
std::string stem_of(const std::filesystem::path& path);

}  // namespace polyform::job
