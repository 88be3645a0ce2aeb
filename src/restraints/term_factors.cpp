// SPDX-License-Identifier: MPL-2.0
// Restraints of chosen atoms made stronger, weaker or left out.
#include "term_factors.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::restraints {
namespace {

template <class Atoms>
double smallest(const std::vector<float>& factors, const Atoms& atoms) {
  float least = factors[static_cast<std::size_t>(*std::begin(atoms))];
  for (int atom : atoms) least = std::min(least, factors[static_cast<std::size_t>(atom)]);
  return static_cast<double>(least);
}

// atoms_of: the atoms of one restraint.
template <class Restraint, class AtomsOf>
void apply(std::vector<Restraint>& restraints, const std::vector<float>& factors,
           AtomsOf atoms_of) {
  if (factors.empty()) return;
  std::vector<Restraint> kept;
  for (Restraint restraint : restraints) {
    const double factor = smallest(factors, atoms_of(restraint));
    if (factor <= 0) continue;
    restraint.sigma /= std::sqrt(factor);
    kept.push_back(restraint);
  }
  restraints = std::move(kept);
}

}  // namespace

Lists with_factors(Lists lists, const TermFactors& factors) {
  const auto own = [](const auto& restraint) -> const auto& { return restraint.atom; };
  apply(lists.bonds, factors.bond, own);
  apply(lists.angles, factors.angl, own);
  apply(lists.torsions, factors.dihe, own);
  apply(lists.chiralities, factors.impr, own);
  apply(lists.planes, factors.impr, [&](const Plane& plane) {
    return std::span(lists.plane_atoms)
        .subspan(static_cast<std::size_t>(plane.first), static_cast<std::size_t>(plane.count));
  });
  return lists;
}

float factor_of_pair(const std::vector<float>& factors, int i, int j) {
  if (factors.empty()) return 1.0F;
  return std::min(factors[static_cast<std::size_t>(i)], factors[static_cast<std::size_t>(j)]);
}

}  // namespace polyform::restraints
