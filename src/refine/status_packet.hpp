// SPDX-License-Identifier: MPL-2.0
// How what a team found travels to the coordinator.
#pragma once

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

inline void travel(parallel::Packet& p, FormStatus& s) {
  p(s.agreement.overall)(s.agreement.shells)(s.scales)(s.solvent_fraction)(s.shell_alpha)(
      s.shell_beta)(s.error_shells)(s.fom)(s.coordinate_error)(s.free_kick)(s.curvature.s2)(
      s.curvature.q)(s.b_curvature.s2)(s.b_curvature.q)(s.geometry)(s.b_mean)(s.b_min)(s.b_max)(
      s.b_shift)(s.at_b_limit)(s.grid);
}

inline void travel(parallel::Packet& p, FormMaps& m) {
  p(m.f_calc)(m.f_model)(m.two_mfo_dfc)(m.mfo_dfc)(m.fom);
}

inline void travel(parallel::Packet& p, RankReport& r) { p(r.load)(r.peak_mib)(r.bytes_exchanged); }

}  // namespace polyform::refine
