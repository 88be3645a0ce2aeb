// SPDX-License-Identifier: MPL-2.0
// SCALE records that place the cell otherwise than the PDB convention does.
#pragma once

#include <gemmi/model.hpp>
#include <string>

#include "polyform/base/log.hpp"

namespace polyform::crystal {

/// Coordinates that SCALE (_atom_sites.fract_transf_matrix) puts into another Cartesian frame are
/// turned and shifted into the standard one, U with them, and the log says so. SCALE that
/// contradicts the cell's lengths is ignored with a warning: CRYST1 counts.
void to_standard_frame(gemmi::Structure& structure, const std::string& source, base::Log& log);

}  // namespace polyform::crystal
