// SPDX-License-Identifier: MPL-2.0
// What all targets of amplitudes share: the work set, and from d/d|F| to d/dF.
#pragma once

#include "polyform/kernels/likelihood.hpp"
#include "polyform/targets/share.hpp"

namespace polyform::targets {

inline bool in_work(const Share& share, std::size_t k) {
  return share.all.use[share.global(k)] == crystal::Use::work;
}

/// dT/dA + i dT/dB = dT/d|F| F/|F|; 0 at F = 0, where the direction is undefined.
inline Complex along(Complex f, double magnitude, double slope) {
  return magnitude > 0.0 ? f * (slope / magnitude) : Complex{};
}

inline kernels::Parity parity_of(const Share& share, std::size_t k) {
  return share.all.centric[share.global(k)] ? kernels::Parity::centric : kernels::Parity::acentric;
}

}  // namespace polyform::targets
