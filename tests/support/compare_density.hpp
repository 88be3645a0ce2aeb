// SPDX-License-Identifier: MPL-2.0
// Structure factors and gradients gathered from all ranks, and how far they are from a reference.
#pragma once

#include <vector>

#include "polyform/density/structure_factors.hpp"

namespace polyform::test {

/// F of all reflections, on every rank. Collective over world().
std::vector<density::Complex> calculated(density::StructureFactors& engine,
                                         const crystal::Atoms& atoms);
/// The whole gradient, all fields, on every rank; slope: of all reflections. Collective over
/// world().
density::AtomGradient gradient_of(density::StructureFactors& engine, const crystal::Atoms& atoms,
                                  const std::vector<density::Complex>& slope);

/// sum |f - reference| / sum |reference|.
double relative_difference(const std::vector<density::Complex>& f,
                           const std::vector<density::Complex>& reference);

/// Relative r.m.s. differences; u over the anisotropic atoms.
struct GradientDifference {
  double xyz = 0, b = 0, u = 0, weight = 0;
};
GradientDifference gradient_difference(const density::AtomGradient& g,
                                       const density::AtomGradient& reference,
                                       const crystal::Atoms& atoms);

}  // namespace polyform::test
