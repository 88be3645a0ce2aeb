// SPDX-License-Identifier: MPL-2.0
// Radii and hydrogen-bond roles of energy types and elements, where the library has no table.
#pragma once

#include <gemmi/monlib.hpp>

namespace polyform::crystal {

/// Adds Polyform's own types to `table`; those that it has already stay as they are.
void add_standard_energy_types(gemmi::EnerLib& table);

/// Residue kind of a monomer from its group ("L-peptide", "D-pyranose", "RNA" ...) and, for sialic
/// acids and their like, which libraries call non-polymer, from its bonds.
gemmi::ResidueInfo::Kind kind_of(const gemmi::ChemComp& monomer);

}  // namespace polyform::crystal
