// SPDX-License-Identifier: MPL-2.0
// Side chains whose ends are alike but for their names.
#pragma once

#include <string>
#include <vector>

#include "polyform/crystal/model.hpp"

namespace polyform::crystal {

/// Exchanges, in `atoms` (one a site, -1 for none; its mates of the first copy in `first`), the
/// ends of Asp, Glu, Phe, Tyr and Arg where the superposed copies are nearer that way. Returns the
/// residues' labels.
std::vector<std::string> fit_symmetric_ends(const Model& first_model, const std::vector<int>& first,
                                            const Model& model, std::vector<int>& atoms);

}  // namespace polyform::crystal
