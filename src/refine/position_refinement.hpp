// SPDX-License-Identifier: MPL-2.0
// The minimisation of positions in a cycle, with any target.
#pragma once

#include <functional>
#include <vector>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// Minimises the positions that the options leave free, from where the atoms are, with w of each
/// form fixed; DIFF in rounds, its map made anew between them. status: of now. Returns the number
/// of evaluations. Coordinator only.
int minimise_positions(Ensemble& ensemble, const RefineOptions& options,
                       const std::vector<FormStatus>& status, const std::vector<double>& weights,
                       int cycle, Journal& journal, const std::function<bool()>& stop_asked);

}  // namespace polyform::refine
