// SPDX-License-Identifier: MPL-2.0
// How the true structure differs from the model it is made of, and the starting model from it.
#pragma once

#include "polyform/crystal/atoms.hpp"
#include "polyform/simulate/options.hpp"

namespace polyform::simulate {

/// Makes atoms true: adds added_b, a shift of coordinate_error r.m.s. [A] and a change of b_error
/// r.m.s. [A^2] in B (U of anisotropic atoms grows or shrinks by as much in all directions). Both
/// are random fields in space with the correlation exp(-r^2 / (2 error_range^2)), so that
/// neighbours move together and bonds keep their lengths, or independent for each atom where the
/// range is 0. Atoms on special positions stay on them; B that falls does not fall below 2 A^2. The
/// same for the same seed. Not collective.
void add_model_errors(crystal::Atoms& atoms, const SimulateOptions& options, int seed);

/// Moves every atom for itself by a shift uniform in a sphere, `error` [A] r.m.s.; atoms on special
/// positions stay on them. Not collective.
void kick_start(crystal::Atoms& atoms, double error, int seed);

/// r.m.s. distance [A] of the atoms, hydrogens aside, of two models with the same atoms.
double rms_distance(const crystal::Atoms& a, const crystal::Atoms& b);

}  // namespace polyform::simulate
