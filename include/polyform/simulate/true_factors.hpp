// SPDX-License-Identifier: MPL-2.0
// Structure factors of a true structure: its atoms, its bulk solvent, overall scale and B.
#pragma once

#include <array>
#include <complex>
#include <span>
#include <vector>

#include "polyform/crystal/reflections.hpp"
#include "polyform/density/solvent_mask.hpp"
#include "polyform/restraints/riding.hpp"
#include "polyform/simulate/options.hpp"

namespace polyform::simulate {

using Complex = std::complex<double>;

/// What scatters in a crystal, ready to travel to other ranks.
struct Sample {
  std::array<double, 6> cell{};  ///< [A], [degrees]
  std::string space_group;       ///< Hermann-Mauguin with setting
  crystal::Atoms atoms;
  restraints::RidingHydrogens hydrogens;
  void travel(parallel::Packet& p) { p(cell)(space_group)(atoms)(hydrogens); }
};
crystal::Crystal crystal_of(const Sample& sample);

struct TrueFactors {
  std::vector<Complex> f;       ///< one a reflection, on every rank
  double solvent_fraction = 0;  ///< of the mask, 0 to 1; 0 where there is no bulk solvent
};

/// F = scale exp(-s'Bs/4) [F_calc + k_sol exp(-B_sol s^2/4) F_mask], s in Cartesian reciprocal
/// space: refinement's model of the data (docs/methods/scaling.md). hkl: unique, of the sample's
/// crystal, the same on every rank; so is the sample. The grid is in double precision, so that the
/// number of ranks does not show. Throws InputError for an element without scattering factors, on
/// every rank. Collective over team.
TrueFactors true_factors(const Sample& sample, std::span<const crystal::Hkl> hkl,
                         const SimulateOptions& options,
                         const density::FormFactorOptions& form_factors,
                         const density::MaskOptions& mask, const parallel::Communicator& team);

/// The overall anisotropic B of the options, zero where there is none. Throws UsageError for one
/// that the symmetry of the crystal does not leave as it is, with the nearest that it does. Not
/// collective.
kernels::Sym3 overall_b(const SimulateOptions& options, const crystal::Crystal& crystal);

}  // namespace polyform::simulate
