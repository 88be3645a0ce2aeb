// SPDX-License-Identifier: MPL-2.0
// The reflections of a form as one rank of its team sees them.
#pragma once

#include <complex>

#include "polyform/crystal/reflections.hpp"
#include "polyform/parallel/communicator.hpp"

namespace polyform::targets {

using Complex = std::complex<double>;

/// All reflections are known to every rank of the team (they are light); F_calc and what is
/// computed of it exist at the rank's own block only. Arrays 'owned' have entry k for reflection
/// own.begin + k. References must outlive the share.
struct Share {
  const crystal::Reflections& all;
  const crystal::Crystal& crystal;
  parallel::Block own;
  const parallel::Communicator& team;

  std::size_t size() const { return own.size(); }
  std::size_t global(std::size_t k) const { return own.begin + k; }
};

}  // namespace polyform::targets
