// SPDX-License-Identifier: MPL-2.0
// gemmi's placement of hydrogens, for large models.
#pragma once

#include <gemmi/topo.hpp>

namespace polyform::restraints {

/// What gemmi::place_hydrogens_on_all_atoms() does, with the same result. That searches all planes,
/// torsions and chiralities of the model for those of each atom; here it sees those that touch the
/// atom's residue, so that the time grows with the number of atoms and not with its square.
void place_hydrogens_by_residue(gemmi::Topo& topo);

}  // namespace polyform::restraints
