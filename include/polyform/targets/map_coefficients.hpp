// SPDX-License-Identifier: MPL-2.0
// sigmaA-weighted map coefficients and figures of merit.
#pragma once

#include <span>
#include <vector>

#include "polyform/targets/error_model.hpp"

namespace polyform::targets {

struct MapCoefficients {
  std::vector<Complex>
      two_mfo_dfc;  ///< 2mFo - DFc acentric, mFo centric; D Fc where unobserved
  std::vector<Complex> mfo_dfc;  ///< mFo - DFc; 0 where unobserved
  std::vector<double> fom;       ///< m; NaN where unobserved
};

/// Of maps that are shown: test reflections are in them. At the owned reflections. m = I1/I0(x) or tanh(x/2), D = alpha (Read 1986, Acta Cryst. A42, 140,
/// in the notation of Lunin & Skovoroda). Not collective.
MapCoefficients map_coefficients(const Share& share, const ErrorModel& errors,
                                 std::span<const Complex> f_model);

/// Parts of the observed and of the model's amplitude in a map.
struct MapParts {
  double of_observed = 2, of_model = -1;
};

/// Coefficients of maps that are refined against, at the owned reflections, with the phases of
/// F_model: n m F_obs + k D |F_model| for parts n and k (m = D = 1 without errors; errors may be
/// null). Centric reflections as acentric ones but for those of weighted maps with n + k = 1, which
/// get m F_obs. Unobserved and test reflections have (n + k) D F_model: their F_obs is not read. Not
/// collective.
std::vector<Complex> mixed_coefficients(const Share& share, const ErrorModel* errors,
                                        std::span<const Complex> f_model, const MapParts& parts);

}  // namespace polyform::targets
