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

// Leaves out what no interaction has all atoms of.
template <class Restraint, class AtomsOf>
void keep_interacting(std::vector<Restraint>& restraints, const TermFactors& factors,
                      AtomsOf atoms_of) {
  if (factors.first_side.empty()) return;
  std::erase_if(restraints, [&](const Restraint& restraint) {
    std::uint64_t of_all = ~std::uint64_t{0};
    for (int atom : atoms_of(restraint)) {
      const auto i = static_cast<std::size_t>(atom);
      of_all &= factors.first_side[i] | factors.second_side[i];
    }
    return of_all == 0;
  });
}

}  // namespace

Lists with_factors(Lists lists, const TermFactors& factors) {
  const auto own = [](const auto& restraint) -> const auto& { return restraint.atom; };
  apply(lists.bonds, factors.bond, own);
  apply(lists.angles, factors.angl, own);
  apply(lists.torsions, factors.dihe, own);
  apply(lists.chiralities, factors.impr, own);
  const auto of_plane = [&](const Plane& plane) {
    return std::span(lists.plane_atoms)
        .subspan(static_cast<std::size_t>(plane.first), static_cast<std::size_t>(plane.count));
  };
  apply(lists.planes, factors.impr, of_plane);
  keep_interacting(lists.bonds, factors, own);
  keep_interacting(lists.angles, factors, own);
  keep_interacting(lists.torsions, factors, own);
  keep_interacting(lists.chiralities, factors, own);
  keep_interacting(lists.planes, factors, of_plane);
  return lists;
}

float factor_of_pair(const std::vector<float>& factors, int i, int j) {
  if (factors.empty()) return 1.0F;
  return std::min(factors[static_cast<std::size_t>(i)], factors[static_cast<std::size_t>(j)]);
}

}  // namespace polyform::restraints
