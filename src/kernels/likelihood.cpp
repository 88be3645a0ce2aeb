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

}  // namespace

AmplitudeTerm amplitude_likelihood(double f_obs, double f_model, double alpha, double eb,
                                   Parity parity) {
  return parity == Parity::acentric ? acentric_term(f_obs, f_model, alpha, eb)
                                    : centric_term(f_obs, f_model, alpha, eb);
}

double figure_of_merit(double f_obs, double f_model, double alpha, double eb, Parity parity) {
  const double x = alpha * f_obs * f_model / eb;
  return parity == Parity::acentric ? bessel_i(2.0 * x).ratio : std::tanh(x);
}

SigmaATerm sigma_a_likelihood(double e_obs, double e_model, double z, Parity parity) {
  const double s = std::tanh(z);
  const double v = 1.0 / (std::cosh(z) * std::cosh(z));  // 1 - s^2
  const AmplitudeTerm term = amplitude_likelihood(e_obs, e_model, s, v, parity);
  // Of -ln p = n [ln v + (eo^2 + s^2 ec^2)/v] - ln I0(2 s eo ec / v), n = 1 (acentric) or 1/2 (with
  // ln cosh(s eo ec / v)), by s, times ds/dz = v.
  const double n = parity == Parity::acentric ? 1.0 : 0.5;
  const double m = figure_of_merit(e_obs, e_model, s, v, parity);
  const double cross = e_obs * e_model;
  const double slope =
      2.0 * n *
      (-s + s * e_model * e_model + s * (e_obs * e_obs + s * s * e_model * e_model) / v -
       m * cross * (1.0 + s * s) / v);
  return {term.value, slope};
}

}  // namespace polyform::kernels
