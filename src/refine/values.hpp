// SPDX-License-Identifier: MPL-2.0
// Parameters of atoms as numbers in a row, and hydrogens that follow their parents.
#pragma once

#include <span>
#include <vector>

#include "polyform/density/structure_factors.hpp"
#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// One kind of parameter of a form's atoms as numbers in a row, and back.
std::size_t count_values(const crystal::Atoms& atoms, Parameters which);
void copy_values(const crystal::Atoms& atoms, Parameters which, std::span<double> x);
void put_values(std::span<const double> x, Parameters which, crystal::Atoms& atoms);

/// The atoms, then a hydrogen for each that rides on them, with its parent's B, U and weight.
crystal::Atoms with_hydrogens(const crystal::Atoms& atoms,
                              const restraints::RidingHydrogens& hydrogens);
/// Brings positions, B and U of such scatterers to where the atoms are now, in place.
void follow_parents(const crystal::Atoms& atoms, const restraints::RidingHydrogens& hydrogens,
                    crystal::Atoms& scatterers);
/// A hydrogen moves and spreads with its parent: its gradient is the parent's, too. The gradient is
/// that of the atoms alone afterwards.
void fold_hydrogens(const restraints::RidingHydrogens& hydrogens, density::AtomGradient& gradient);

/// Adds an isotropic B to atom i, its U tensor included.
void add_b(crystal::Atoms& atoms, std::size_t i, double shift);

}  // namespace polyform::refine
