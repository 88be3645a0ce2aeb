// SPDX-License-Identifier: MPL-2.0
// -ln p(F_obs; F_model) of one amplitude, with its slope and curvature by |F_model|.
#include "polyform/kernels/likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "polyform/kernels/bessel.hpp"

namespace polyform::kernels {
namespace {

AmplitudeTerm acentric_term(double fo, double fm, double alpha, double eb) {
  const double rate = 2.0 * alpha * fo / eb;  // dx/dFm of x = 2 alpha Fo Fm / eb
  const double x = rate * fm;
  const BesselI bessel = bessel_i(x);
  const double floored = std::max(fo, 1e-6 * std::sqrt(eb));
  const double curvature = 2.0 * alpha * alpha / eb;
  return {-std::log(2.0 * floored / eb) + fo * fo / eb + 0.5 * curvature * fm * fm - bessel.log_i0,
          curvature * fm - rate * bessel.ratio,
          curvature - rate * rate * bessel_ratio_slope(x, bessel.ratio)};
}

AmplitudeTerm centric_term(double fo, double fm, double alpha, double eb) {
  const double rate = alpha * fo / eb;
  const double x = rate * fm;
  const double tangent = std::tanh(x);
  const double curvature = alpha * alpha / eb;
  return {-0.5 * std::log(2.0 / (std::numbers::pi * eb)) + 0.5 * fo * fo / eb +
              0.5 * curvature * fm * fm - log_cosh(x),
          curvature * fm - rate * tangent,
          curvature - rate * rate * (1.0 - tangent) * (1.0 + tangent)};
}

// The root u > 0 of u = p r(u), r = I1/I0(2 p u) or tanh(p u), for p > 1. u - p r(u) is convex and
// positive at u = p, so that Newton's steps from there fall towards the root without passing it.
double most_likely(double p, Parity parity) {
  constexpr int most_steps = 200;
  double u = p;
  for (int step = 0; step < most_steps; ++step) {
    const bool acentric = parity == Parity::acentric;
    const double x = (acentric ? 2.0 : 1.0) * p * u;
    const double r = acentric ? bessel_i(x).ratio : std::tanh(x);
    const double r_slope = acentric ? 2.0 * bessel_ratio_slope(x, r) : (1.0 - r) * (1.0 + r);
    const double shift = (u - p * r) / (1.0 - p * p * r_slope);
    if (!(shift > 1e-15 * u)) break;
    u -= shift;
  }
  return u;
}

}  // namespace

AmplitudeTerm amplitude_likelihood(double f_obs, double f_model, double alpha, double eb,
                                   Parity parity) {
  return parity == Parity::acentric ? acentric_term(f_obs, f_model, alpha, eb)
                                    : centric_term(f_obs, f_model, alpha, eb);
}

AmplitudeParabola likelihood_parabola(double f_obs, double alpha, double eb, Parity parity) {
  const double width = std::sqrt(eb);
  const double p = f_obs / width;
  const double u = p > 1.0 ? most_likely(p, parity) : 0.0;
  const double f_star = alpha > 0.0 ? u * width / alpha : 0.0;
  const AmplitudeTerm term = amplitude_likelihood(f_obs, f_star, alpha, eb, parity);
  return {f_star, std::max(0.0, 0.5 * term.second), term.value};
}

double figure_of_merit(double f_obs, double f_model, double alpha, double eb, Parity parity) {
  const double x = alpha * f_obs * f_model / eb;
  return parity == Parity::acentric ? bessel_i(2.0 * x).ratio : std::tanh(x);
}

// With s = tanh z and v = 1 - s^2 = 1/cosh^2 z, and n = 1 (acentric) or 1/2 (centric),
//   -ln p = n [-2 ln cosh z + eo^2 cosh^2 z + ec^2 sinh^2 z] - ln I0(x) or ln cosh(x),
//   x = 2 n eo ec s/v = n eo ec sinh 2z.
SigmaATerm sigma_a_likelihood(double e_obs, double e_model, double z, Parity parity) {
  const double n = parity == Parity::acentric ? 1.0 : 0.5;
  const double cosh_z = std::cosh(z), cosh_2z = std::cosh(2.0 * z), sinh_2z = std::sinh(2.0 * z);
  const double squares = e_obs * e_obs + e_model * e_model;
  const double x = n * e_obs * e_model * sinh_2z;
  const double x_slope = 2.0 * n * e_obs * e_model * cosh_2z, x_second = 4.0 * x;
  const double m = parity == Parity::acentric ? bessel_i(x).ratio : std::tanh(x);
  const double m_slope =
      parity == Parity::acentric ? bessel_ratio_slope(x, m) : (1.0 - m) * (1.0 + m);
  const double v = 1.0 / (cosh_z * cosh_z);
  return {amplitude_likelihood(e_obs, e_model, std::tanh(z), v, parity).value,
          n * (squares * sinh_2z - 2.0 * std::tanh(z)) - m * x_slope,
          2.0 * n * (squares * cosh_2z - v) - m * x_second - m_slope * x_slope * x_slope};
}

}  // namespace polyform::kernels
