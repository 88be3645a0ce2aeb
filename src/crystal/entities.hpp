// SPDX-License-Identifier: MPL-2.0
// What each residue of a chain belongs to: polymer, ligand or water, as gemmi's topology needs it.
#pragma once

#include <gemmi/model.hpp>

namespace polyform::crystal {

/// Joins the parts of each chain and sets entity types, subchains and entities. Polymers end where
/// the file says so (TER, _entity); where it does not, the residues decide: the polymer is the run
/// of residues of the chain's kind, with caps and modified residues that are bonded to it.
void set_up_entities(gemmi::Structure& structure);

}  // namespace polyform::crystal
