// SPDX-License-Identifier: MPL-2.0
// From a job to crystal forms ready for refinement: models, data and restraints read and checked.
#pragma once

#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/job/job.hpp"
#include "polyform/refine/form_input.hpp"
#include "polyform/run/outputs.hpp"

namespace polyform::app {

struct Forms {
  std::vector<run::FormSource> sources;
  std::vector<refine::FormInput> inputs;
  std::vector<crystal::Dictionary> dictionaries;  ///< one a form
};

/// Reads every form of the job, says in the log what was decided, and refuses what the target
/// cannot use. Throws InputError. Not collective.
Forms read_forms(const job::Job& job, base::Log& log);

}  // namespace polyform::app
