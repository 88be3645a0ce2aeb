// SPDX-License-Identifier: MPL-2.0
// Options that a job sets and that nothing in it reads.
#pragma once

#include <string>
#include <vector>

#include "polyform/job/job.hpp"

namespace polyform::job {

/// One sentence for each option of `job` that differs from its default and has no effect beside the
/// others, with the reason: "lsq.weights has no effect: no target is LSQ". Options of single forms
/// (own) are judged by the targets of their form.
std::vector<std::string> idle_options(const Job& job);

}  // namespace polyform::job
