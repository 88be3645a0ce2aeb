// SPDX-License-Identifier: MPL-2.0
// Non-bonded radii, hydrogen-bond roles, charges and kinds of the atoms.
#pragma once

#include "polyform/restraints/lists.hpp"
#include "topology.hpp"

namespace polyform::restraints {

/// Fills Lists::types and Lists::molecule_kind; Lists::bonds must be there.
void fill_atom_types(Lists& lists, const Topology& topology, const gemmi::MonLib& library,
                     std::size_t n_atoms);

}  // namespace polyform::restraints
