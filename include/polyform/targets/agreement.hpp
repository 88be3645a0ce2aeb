// SPDX-License-Identifier: MPL-2.0
// R-work, R-free, correlation, counts and completeness, by shell and overall.
#pragma once

#include <span>
#include <vector>

#include "polyform/targets/share.hpp"
#include "polyform/targets/shells.hpp"

namespace polyform::targets {

struct ShellAgreement {
  double d_low = 0, d_high = 0;  ///< [A]
  long n_work = 0, n_test = 0, n_unobserved = 0;
  double r_work = 0, r_free = 0;    ///< NaN where there are no reflections
  double cc_work = 0, cc_free = 0;  ///< Pearson correlation of F_obs and |F_model|
  double completeness = 0;          ///< observed / possible, 0 to 1
  double scale = 1;                 ///< sum F_obs |F_model| / sum |F_model|^2 of the work set
};
struct Agreement {
  ShellAgreement overall;
  std::vector<ShellAgreement> shells;
};

/// R = sum |F_obs - |F_model|| / sum F_obs with F_model as scaled. f_model: owned. Collective over
/// team.
Agreement agreement(const Share& share, const Shells& shells, std::span<const Complex> f_model);

}  // namespace polyform::targets
