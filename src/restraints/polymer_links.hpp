// SPDX-License-Identifier: MPL-2.0
// Links between neighbours in a chain, and the forms of residues at its ends and gaps.
#pragma once

#include "polyform/base/log.hpp"
#include "working_copy.hpp"

namespace polyform::restraints {

/// Finds peptide and phosphodiester bonds by distance (no bond over gaps), decides cis and trans,
/// records the links in ResInfo::prev and makes their modifications.
void link_neighbours(gemmi::Topo& topo, const gemmi::MonLib& library, base::Log& log);

/// The peptide link from r1's C to r2's N: TRANS, CIS, or those of proline and N-methyl residues.
/// Both residues must be peptide-like and have these atoms.
std::string peptide_link(const ResInfo& r1, const ResInfo& r2, const gemmi::MonLib& library);

/// Gives residues without a neighbour at N, C or O5' the form that their atoms show: carboxylate,
/// ammonium, hydroxyl, or the form inside a chain beside a gap. After all links are known; `bonded`
/// marks the ids of atoms that LINK records bond.
void settle_chain_ends(gemmi::Topo& topo, const gemmi::MonLib& library,
                       const std::vector<char>& bonded);

}  // namespace polyform::restraints
