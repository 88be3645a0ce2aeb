// SPDX-License-Identifier: MPL-2.0
// The weight w of each form's target against its chemistry.
#pragma once

#include <vector>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// w with |gradient of chemistry| / |w x gradient of T| = ratio, form by form. At a minimum the two
/// cancel, so both are measured on a reference state: the model after a small seeded kick and a few
/// steps down the chemistry. `previous` (empty in the first cycle) damps the change: the geometric
/// mean of old and new. Coordinator only; the atoms are as before afterwards.
std::vector<double> position_weights(Ensemble& ensemble, const RefineOptions& options, int cycle,
                                     const std::vector<double>& previous);

/// w of T against the restraints on B. The mean log-likelihood times twice the work set is the
/// natural scale beside restraints of the form (deviation / sigma)^2; options.b_factors.scale
/// overrides it.
std::vector<double> b_weights(const Ensemble& ensemble, const RefineOptions& options);

}  // namespace polyform::refine
