// SPDX-License-Identifier: MPL-2.0
// sigmaA-weighted map coefficients and figures of merit.
#pragma once

#include <span>
#include <vector>

#include "polyform/targets/error_model.hpp"

namespace polyform::targets {

struct MapCoefficients {
  std::vector<Complex>
      two_mfo_dfc;  ///< 2mFo - DFc acentric, mFo centric; D Fc where unobserved or test (see fill)
  std::vector<Complex> mfo_dfc;  ///< mFo - DFc; 0 where unobserved
  std::vector<double> fom;       ///< m; NaN where unobserved
};

enum class TestSet { included, replaced_by_dfc };

/// At the owned reflections. m = I1/I0(x) or tanh(x/2), D = alpha (Read 1986, Acta Cryst. A42, 140,
/// in the notation of Lunin & Skovoroda). Not collective.
MapCoefficients map_coefficients(const Share& share, const ErrorModel& errors,
                                 std::span<const Complex> f_model, TestSet test_set);

}  // namespace polyform::targets
