// SPDX-License-Identifier: MPL-2.0
// Radii and hydrogen-bond roles of energy types and elements, where the library has no table.
#pragma once

#include <gemmi/monlib.hpp>

namespace polyform::crystal {

/// Adds Polyform's own types to `table`; those that it has already stay as they are.
void add_standard_energy_types(gemmi::EnerLib& table);

/// Residue kind of a monomer from its group ("L-peptide", "D-pyranose", "RNA" ...) and its bonds,
/// where groups are not to be trusted: prolines and N-methyl residues that are called plain
/// peptides, sialic acids and their like that are called non-polymers. Not collective.
gemmi::ResidueInfo::Kind kind_of(const gemmi::ChemComp& monomer);

}  // namespace polyform::crystal
