// SPDX-License-Identifier: MPL-2.0
// What all targets of amplitudes share: the work set, and from d/d|F| to d/dF.
#pragma once

#include <vector>

#include "polyform/base/error.hpp"
#include "polyform/kernels/likelihood.hpp"
#include "polyform/targets/share.hpp"

namespace polyform::targets {

inline bool in_work(const Share& share, std::size_t k) {
  return share.all.use[share.global(k)] == crystal::Use::work;
}

/// One entry a reflection of the form: 1 where it is used so.
inline std::vector<char> marked(const crystal::Reflections& reflections, crystal::Use use) {
  std::vector<char> marks(reflections.size());
  for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = reflections.use[i] == use;
  return marks;
}

/// Reflections of the work set. Throws InputError when there is none. Not collective.
inline double require_work_set(const Share& share) {
  const std::size_t n_work = share.all.count(crystal::Use::work);
  if (n_work == 0)
    throw base::InputError(
        "the target has nothing to compare: no work reflection is left; check the resolution "
        "limits and which value of the free flags marks the test set");
  return static_cast<double>(n_work);
}

/// dT/dA + i dT/dB = dT/d|F| F/|F|; 0 at F = 0, where the direction is undefined.
inline Complex along(Complex f, double magnitude, double slope) {
  return magnitude > 0.0 ? f * (slope / magnitude) : Complex{};
}

inline kernels::Parity parity_of(const Share& share, std::size_t k) {
  return share.all.centric[share.global(k)] ? kernels::Parity::centric : kernels::Parity::acentric;
}

}  // namespace polyform::targets
