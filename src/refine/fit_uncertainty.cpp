// SPDX-License-Identifier: MPL-2.0
// How far the fit to noisy data can have carried an atom.
#include "refine/fit_uncertainty.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::refine {

double fit_uncertainty(const targets::Share& share, const crystal::Atoms& atoms,
                       const restraints::Lists& lists, const targets::ShellAgreement& agreement) {
  double n_atoms = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (!atoms.is_hydrogen(i)) n_atoms += atoms.occupancy[i];
  const std::size_t n_restraints = lists.bonds.size() + lists.angles.size() +
                                   lists.torsions.size() + lists.chiralities.size() +
                                   lists.plane_atoms.size();
  const auto n_known = static_cast<double>(share.all.count(crystal::Use::work) + n_restraints);
  const double completeness = std::max(agreement.completeness, 0.01);
  return agreement.r_work * share.all.d_min() * std::cbrt(1.0 / completeness) *
         std::sqrt(n_atoms / n_known);
}

}  // namespace polyform::refine
