// SPDX-License-Identifier: MPL-2.0
// The test reflections of a form, gathered to every rank: what error estimates are made of.
#pragma once

#include <span>
#include <vector>

#include "polyform/kernels/likelihood.hpp"
#include "polyform/targets/share.hpp"

namespace polyform::targets {

/// One entry a test reflection, in the order of the form's reflections, the same on every rank.
struct TestReflections {
  std::vector<double> f_obs, f_model, s2, epsilon;
  std::vector<char> centric;
  std::vector<std::size_t> index;  ///< in the form's reflections

  std::size_t size() const { return index.size(); }
  kernels::Parity parity(std::size_t j) const {
    return centric[j] ? kernels::Parity::centric : kernels::Parity::acentric;
  }
};

/// Collective over team.
TestReflections gather_test_set(const Share& share, std::span<const Complex> f_model);

}  // namespace polyform::targets
