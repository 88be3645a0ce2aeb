// SPDX-License-Identifier: MPL-2.0
// A made crystal form with data computed from its own atoms: refinement's inputs without files.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "polyform/refine/form_input.hpp"

namespace polyform::test {

/// Lattices to make forms in: with a screw axis, hexagonal, centred.
struct Lattice {
  std::string space_group;
  std::array<double, 6> cell;  ///< [A], [degrees]
};
inline const std::vector<Lattice> lattices = {{"P 1 21 1", {24, 31, 27, 90, 104, 90}},
                                              {"P 65 2 2", {38, 38, 52, 90, 90, 120}},
                                              {"C 1 2 1", {45, 22, 30, 90, 110, 90}}};

struct SimulatedForm {
  refine::FormInput input;       ///< the data of the true atoms, and the atoms moved by `shift`
  crystal::Atoms truth;
};

/// Chains of bonded C, N, O atoms at seeded places of the asymmetric unit's size, some B spread, one
/// atom in eight anisotropic when asked; F_obs = |F(truth)| with 3 % noise, every tenth reflection in
/// the test set. Four atoms are a residue, twenty a segment. shift: [A] largest displacement of the input's atoms from the truth.
SimulatedForm simulate_form(const std::string& space_group, const std::array<double, 6>& cell,
                            int n_atoms, double d_min, double shift, bool anisotropic = false);

}  // namespace polyform::test
