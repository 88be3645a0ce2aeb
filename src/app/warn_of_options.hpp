// SPDX-License-Identifier: MPL-2.0
// Options that do nothing, or that the data will hardly bear.
#pragma once

#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/job/job.hpp"
#include "polyform/refine/form_input.hpp"

namespace polyform::app {

/// Warns of options of the job without effect (job::idle_options), of atoms that several groups of
/// B claim, and of what asks more of the data than they tell. Selections are those of `forms`.
void warn_of_options(const job::Job& job, const std::vector<refine::FormInput>& forms,
                     base::Log& log);

}  // namespace polyform::app
