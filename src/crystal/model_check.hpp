// SPDX-License-Identifier: MPL-2.0
// What a structure must be before it becomes a model.
#pragma once

#include <gemmi/model.hpp>
#include <string>

#include "polyform/base/log.hpp"

namespace polyform::crystal {

/// Throws InputError for: no atoms, more than one model, copies left to MTRIX records, coordinates
/// or B not finite, B below 0, occupancies outside [0, 1.01], unknown elements, duplicate atoms. Says
/// in the log which atoms have no B, a very large one or no occupancy, and which links name atoms that
/// are not there.
void check_structure(const gemmi::Structure& structure, const std::string& source, base::Log& log);

/// What the header says of TLS, stated in the log: the records are kept, B values are taken as they
/// stand, and a file whose B values are residual is warned of.
void report_tls(const gemmi::Structure& structure, const std::string& source, base::Log& log);

}  // namespace polyform::crystal
