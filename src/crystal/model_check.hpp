// SPDX-License-Identifier: MPL-2.0
// What a structure must be before it becomes a model.
#pragma once

#include <gemmi/model.hpp>
#include <string>

#include "polyform/base/log.hpp"

namespace polyform::crystal {

/// Throws InputError for: no atoms, more than one model, copies left to MTRIX records, coordinates
/// or B not finite, B below 0, occupancies outside [0, 2], unknown elements, duplicate atoms. Says
/// in the log which atoms have a B of 0 or a very large one, no occupancy or one above 1.01
/// (deposited models have them), and which links name atoms that are not there.
void check_structure(const gemmi::Structure& structure, const std::string& source, base::Log& log);

}  // namespace polyform::crystal
