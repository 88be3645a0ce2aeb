// SPDX-License-Identifier: MPL-2.0
// The mean |F|^2 of a form's atoms, and of those that it lacks.
#pragma once

#include "polyform/density/structure_factors.hpp"
#include "polyform/refine/options.hpp"
#include "polyform/restraints/riding.hpp"
#include "polyform/targets/error_model.hpp"

namespace polyform::refine {

/// Sums of f(s)^2 exp(-B s^2/2) over the cell [e^2], what Wilson's statistics give for
/// <|F|^2/epsilon> of atoms in unrelated places: over the operators without centring, times the
/// square of the lattice points of the cell, since centred copies scatter in phase. An atom on a
/// symmetry element counts with the order of its site. Riding hydrogens are included; of
/// anisotropic atoms the equivalent isotropic B is taken. Throws InputError for an element it does
/// not know. Not collective.
targets::ExpectedPower expected_power(const targets::Share& share, const crystal::Atoms& atoms,
                                      const restraints::RidingHydrogens& hydrogens,
                                      const MissingAtomsOptions& missing,
                                      const density::FormFactorOptions& form_factors);

}  // namespace polyform::refine
