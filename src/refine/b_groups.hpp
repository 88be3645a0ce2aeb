// SPDX-License-Identifier: MPL-2.0
// Which atoms share a B, and which are drawn together.
#pragma once

#include <functional>
#include <vector>

#include "refine/free_parameters.hpp"

namespace polyform::refine {

/// One entry an atom of all forms.
struct BGroups {
  std::vector<int> parameter_of;  ///< the parameter that the atom's B follows, or fixed
  int n_free = 0;
  std::vector<SoftGroup> soft;  ///< of atoms
};

/// Groups as `options` say, of active atoms for which `included` (form, atom) holds; others are
/// fixed. Coordinator only.
BGroups group_b(const Ensemble& ensemble, const BFactorOptions& options,
                const std::function<bool(std::size_t, std::size_t)>& included);

}  // namespace polyform::refine
