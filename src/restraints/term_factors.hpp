// SPDX-License-Identifier: MPL-2.0
// Restraints of chosen atoms made stronger, weaker or left out.
#pragma once

#include "polyform/restraints/energies.hpp"

namespace polyform::restraints {

/// The bonded restraints with sigma / sqrt(f), f the smallest factor of a restraint's atoms; those
/// with f = 0, and those of atoms that do not interact, are left out. All else as it was.
Lists with_factors(Lists lists, const TermFactors& factors);

/// Factor of a pair of atoms; 1 where there are none.
float factor_of_pair(const std::vector<float>& factors, int i, int j);

}  // namespace polyform::restraints
