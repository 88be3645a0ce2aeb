// SPDX-License-Identifier: MPL-2.0
// Between gemmi's structure and the flat atoms.
#pragma once

#include "polyform/crystal/model.hpp"

namespace polyform::crystal {

/// Fills model.atoms and model.label from model.structure, in gemmi's order; weights are the
/// occupancies, no special positions yet. B of an anisotropic atom is 8 pi^2 trace(U) / 3.
void flatten(Model& model);

}  // namespace polyform::crystal
