// SPDX-License-Identifier: MPL-2.0
// The errors of the likelihood and figures of merit, shell by shell.
#pragma once

#include <complex>
#include <span>

#include "polyform/refine/journal.hpp"
#include "polyform/targets/error_model.hpp"

namespace polyform::refine {

/// Fills error_shells and fom of `status`: alpha, beta and sigma_a as they were estimated, in the
/// shells they were estimated in (none for ML_EST, whose errors are formulas), and the mean figure
/// of merit of the work set. f_model: at the owned reflections. Collective over the share's team.
void describe_errors(const targets::Share& share, const targets::ErrorModel& errors,
                     std::span<const std::complex<double>> f_model, FormStatus& status);

}  // namespace polyform::refine
