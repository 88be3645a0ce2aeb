// SPDX-License-Identifier: MPL-2.0
// Atom names of the model against those of the dictionary.
#pragma once

#include "polyform/base/log.hpp"
#include "topology.hpp"
#include "working_copy.hpp"

namespace polyform::restraints {

/// Renames hydrogens and deuteriums whose names the residue's dictionary form does not have to one
/// it has, on the same parent.
void adopt_hydrogen_names(gemmi::Topo& topo);

/// Throws InputError naming every atom, other than hydrogens, that is in neither the linked form of
/// its residue nor the form of the library.
void refuse_unknown_atoms(gemmi::Topo& topo, const gemmi::MonLib& library,
                          const std::string& source);

/// Atoms that a link's modification took out of the residue, yet are in the model, and hydrogens
/// that no dictionary knows: bonds and angles as in the unmodified form or as hybridisation tells.
/// Logs them, and the atoms that the dictionary has and the model lacks. After all restraints are
/// in place.
void restrain_leftovers(gemmi::Topo& topo, const gemmi::MonLib& library, LinkRestraints& out,
                        base::Log& log);

}  // namespace polyform::restraints
