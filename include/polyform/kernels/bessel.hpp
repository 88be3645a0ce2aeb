// SPDX-License-Identifier: MPL-2.0
// Modified Bessel functions I0 and I1 and ln cosh, as the likelihoods of amplitudes need them.
#pragma once

namespace polyform::kernels {

/// ln I0(x) and I1(x)/I0(x), to about 1e-15 relative for any x >= 0; nothing overflows.
struct BesselI {
  double log_i0;
  double ratio;  ///< I1/I0, 0 at 0, towards 1 for large x
};
/// Power series for small x, Taylor series around tabulated points to x = 40, asymptotic series
/// beyond: Abramowitz & Stegun (1964), 9.6.10, 9.6.26 and 9.7.1.
BesselI bessel_i(double x);

/// d/dx of I1/I0, given x and the ratio: 1 - ratio/x - ratio^2 (1/2 at x = 0).
double bessel_ratio_slope(double x, double ratio);

/// ln cosh x without overflow.
double log_cosh(double x);

}  // namespace polyform::kernels
