// SPDX-License-Identifier: MPL-2.0
// The weight w of each form's target against its chemistry.
#pragma once

#include <vector>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// The weight of every form at which data and restraints are both -2 ln p, for this kind of
/// parameter. For MAP and DIFF, whose energies are no likelihoods, the one with which the map holds
/// an atom of mean B as the data would by the target for B. status: of now. Coordinator only.
std::vector<double> natural_weights(Ensemble& ensemble, const RefineOptions& options,
                                    const std::vector<FormStatus>& status, Parameters which);

/// w with |gradient of chemistry| / |w x gradient of T| = ratio, form by form. At a minimum the two
/// cancel, so both are measured on a reference state: the model after a small seeded kick and a few
/// steps down the chemistry. `previous` (empty in the first cycle) damps the change: the geometric
/// mean of old and new. The ratio's weight grows with the number of atoms each reflection must
/// carry, so it is held between a half of and the whole natural weight, at which restraints and
/// data count as what they are, -2 ln p. status: of now. Coordinator only; the atoms are as before
/// afterwards.
std::vector<double> position_weights(Ensemble& ensemble, const RefineOptions& options,
                                     const std::vector<FormStatus>& status, int cycle,
                                     const std::vector<double>& previous);

/// By how much w for B exceeds the natural weight: (mean B / 20 A^2)^2.
double b_weight_over_natural(const crystal::Atoms& atoms);

/// w of T against the restraints on B: the natural weight, or options.b_factors.scale. Coordinator
/// only.
std::vector<double> b_weights(Ensemble& ensemble, const RefineOptions& options,
                              const std::vector<FormStatus>& status);

}  // namespace polyform::refine
