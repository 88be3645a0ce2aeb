// SPDX-License-Identifier: MPL-2.0
// Bonds of a model that no refinement can mend.
#pragma once

#include "polyform/base/log.hpp"
#include "polyform/crystal/model.hpp"
#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

/// A warning that names bonds (the first five, and how many) with atoms farther apart than the ideal
/// by more than 1.5 A: an atom out of place, a hydrogen that a program left at the origin, residues
/// linked across a gap. Not collective.
void warn_of_stretched_bonds(const crystal::Model& model, const Lists& lists, base::Log& log);

}  // namespace polyform::restraints
