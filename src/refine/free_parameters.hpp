// SPDX-License-Identifier: MPL-2.0
// What is free in a minimisation: which atoms, in which groups, within which limits.
#pragma once

#include <span>
#include <vector>

#include "polyform/refine/ensemble.hpp"
#include "refine/exact_copies.hpp"
#include "refine/parametrisation.hpp"
#include "refine/tensor_limits.hpp"

namespace polyform::refine {

/// Values that are pulled to their mean.
struct SoftGroup {
  std::vector<std::size_t> values;
  double force = 0;
};

/// The free parameters of one kind, all forms.
struct FreeParameters {
  Parametrisation map;
  std::vector<double> lower, upper;  ///< one a parameter; both empty: no limits
  std::vector<SoftGroup> soft{};
  // Between what the map spreads and the atoms' values:
  TensorLimits tensors{};
  ExactCopies copies{};
  std::vector<double> units{};  ///< of a step, one a parameter; empty: 1
};

/// Coordinates of the atoms that positions.active selects. Those of exact NCS copies are one set a
/// site, with the operators of the copies, where a site's atoms all may move, none is on a symmetry
/// element, and they are of the same conformer. Coordinator only.
FreeParameters free_positions(const Ensemble& ensemble, const PositionsOptions& options);

/// B values, one by one or in groups (MAIN's DEFINE GROUP: SINGLE, ATOM, RESIDUE, SEGMENT, hard or
/// soft; segments are chains), of the atoms that b_factors.active selects. An atom of several of
/// b_factors.groups is in the last. Groups do not reach across forms. Coordinator only.
FreeParameters free_b_factors(const Ensemble& ensemble, const BFactorOptions& options);

/// U of the form's anisotropic atoms is to be refined, and it has such atoms. Not collective.
bool has_free_tensors(const FormInput& form);

/// Tensors U of anisotropic atoms in forms whose U is refined, and B of isotropic ones, grouped as
/// above, in rows of six an atom (Parameters::u_aniso), of the atoms that b_factors.active selects.
/// The limits of B hold for every principal value of U, and so for the equivalent B too: U is
/// positive definite whatever the data say. On a symmetry element U has its symmetry. Coordinator
/// only.
FreeParameters free_tensors(const Ensemble& ensemble, const BFactorOptions& options);

/// Positions beside B or beside tensors, for Parameters::positions_and_b or positions_and_u. on_b:
/// factor on each form's restraints on B and U, soft groups included. Not for exact copies.
/// Coordinator only.
FreeParameters free_together(const Ensemble& ensemble, Parameters which,
                             const PositionsOptions& positions, const BFactorOptions& b_factors,
                             std::span<const double> on_b);

/// Occupancies of alternate conformers, and of the atoms that occupancies.atoms selects outside of
/// these. A stretch of bonded residues with the same set of conformers has one occupancy for each,
/// together 1. Coordinator only.
FreeParameters free_occupancies(const Ensemble& ensemble, const OccupancyOptions& options);

/// Energy of the soft groups, force sum (value - mean)^2; its gradient is added.
double soft_group_energy(const std::vector<SoftGroup>& groups, std::span<const double> values,
                         std::span<double> gradient);

}  // namespace polyform::refine
