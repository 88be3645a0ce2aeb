// SPDX-License-Identifier: MPL-2.0
// The NCS groups of all forms as a term of a minimisation.
#pragma once

#include <span>
#include <vector>

#include "polyform/refine/ensemble.hpp"
#include "polyform/restraints/ncs.hpp"

namespace polyform::refine {

/// Energy of the groups at these values of all forms (positions, B, both or tensors; others have
/// none); its gradient is ADDED. B of a tensor is its equivalent. On symmetry elements only the
/// allowed part of the gradient counts. on_b: factor on what is about B. Not collective.
double ncs_energy(const std::vector<restraints::NcsRestraint>& groups,
                  const std::vector<FormInput>& forms, Parameters which,
                  std::span<const double> values, std::span<double> gradient, double on_b = 1);

/// Tells each copy how much its data know: w times the expected curvature of the data by a
/// coordinate of an atom with the copy's mean B. Groups of equal weights, and all where positions
/// are refined in maps, stay as they are. Not collective.
void weigh_copies(std::vector<restraints::NcsRestraint>& groups, const RefineOptions& options,
                  const std::vector<FormInput>& forms, const std::vector<FormStatus>& status,
                  std::span<const double> weights);

/// Adds what the groups add to the expected curvature (one a value).
void add_ncs_curvature(const std::vector<restraints::NcsRestraint>& groups, Parameters which,
                       std::span<double> curvature);

}  // namespace polyform::refine
