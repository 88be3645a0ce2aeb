// SPDX-License-Identifier: MPL-2.0
// Reflections of one use, gathered to every rank: what error estimates are made of.
#pragma once

#include <span>
#include <vector>

#include "polyform/kernels/likelihood.hpp"
#include "polyform/targets/share.hpp"

namespace polyform::targets {

/// Pairs of observed and model amplitudes, one entry a reflection, in the order of the form's
/// reflections (once for each model), the same on every rank.
struct Gathered {
  std::vector<double> f_obs, f_model, s2, epsilon;
  std::vector<char> centric;
  std::vector<std::size_t> index;  ///< in the form's reflections

  std::size_t size() const { return index.size(); }
  kernels::Parity parity(std::size_t j) const {
    return centric[j] ? kernels::Parity::centric : kernels::Parity::acentric;
  }
};

/// Adds the reflections of this use, with the amplitudes of this model. Collective over team.
void gather(const Share& share, crystal::Use use, std::span<const Complex> f_model,
            Gathered& pairs);

}  // namespace polyform::targets
