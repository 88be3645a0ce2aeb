// SPDX-License-Identifier: MPL-2.0
// A Job to text: the job file as run, the reference page of options, values for comparison.
#pragma once

#include <string>
#include <vector>

#include "polyform/job/job.hpp"

namespace polyform::job {

/// The complete job as YAML, every option with its sentence; read_job gives the same job back.
/// command: which runs it, for the first line.
std::string write_job(Job job, const std::string& command = "refine");

/// Markdown page of every option: name, default, unit and allowed values, sentence.
std::string reference_page();

struct NamedValue {
  std::string option;  ///< "scaling.shells", "forms.1cbs.d_min"
  std::string value;   ///< as a job file would say it
};
/// Every option of a job with its value.
std::vector<NamedValue> values_of(Job job);
/// Options of `job` whose value is not the default's; forms are left out.
std::vector<NamedValue> differences_from_default(const Job& job);

/// A selection of atoms that an option of a job holds.
struct NamedSelection {
  std::string option;  ///< "positions.active", "sets.loop.atoms"
  std::string text;    ///< the expression
};
/// Every selection that a job makes, empty ones left out.
std::vector<NamedSelection> selections_of(Job job);

}  // namespace polyform::job
