// SPDX-License-Identifier: MPL-2.0
// Modified Bessel functions I0 and I1 and ln cosh.
#include "polyform/kernels/bessel.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace polyform::kernels {
namespace {

// Largest argument of the power series; beyond it the asymptotic series is exact to rounding.
constexpr double series_limit = 20.0;
constexpr double epsilon = std::numeric_limits<double>::epsilon();

// I_n(x) = (x/2)^n sum_k (x^2/4)^k / (k! (k + n)!), all terms positive.
BesselI by_power_series(double x) {
  const double quarter = 0.25 * x * x;
  double term0 = 1.0, term1 = 1.0;
  double i0 = 1.0, i1 = 1.0;
  for (int k = 1; term0 > epsilon * i0; ++k) {
    term0 *= quarter / (k * k);
    term1 *= quarter / (k * (k + 1.0));
    i0 += term0;
    i1 += term1;
  }
  return {std::log(i0), 0.5 * x * i1 / i0};
}

// I_n(x) sqrt(2 pi x) exp(-x) = 1 - (m-1)/(8x) + (m-1)(m-9)/(2! (8x)^2) - ..., m = 4 n^2.
double asymptotic_sum(double m, double x) {
  double term = 1.0, sum = 1.0;
  for (int k = 1; k < 40; ++k) {
    const double odd = 2.0 * k - 1.0;
    const double factor = (odd * odd - m) / (8.0 * k * x);
    if (std::abs(factor) >= 1.0 || std::abs(term) < epsilon) break;
    term *= factor;
    sum += term;
  }
  return sum;
}

}  // namespace

BesselI bessel_i(double x) {
  if (x <= series_limit) return by_power_series(x);
  const double i0 = asymptotic_sum(0.0, x);
  const double i1 = asymptotic_sum(4.0, x);
  return {x - 0.5 * std::log(2.0 * std::numbers::pi * x) + std::log(i0), i1 / i0};
}

double bessel_ratio_slope(double x, double ratio) {
  // I1/I0 = x/2 - x^3/16 + ...; the closed form cancels near 0.
  if (x < 1e-3) return 0.5 - 0.1875 * x * x;
  // For large x the derivative of 1 - 1/(2x) - 1/(8x^2) - 1/(8x^3) - 25/(128x^4) - 13/(32x^5),
  // where the closed form cancels, too.
  const double y = 1.0 / x;
  if (x > 200.0) return y * y * (0.5 + y * (0.25 + y * (0.375 + y * (0.78125 + y * 2.03125))));
  return 1.0 - ratio / x - ratio * ratio;
}

double log_cosh(double x) {
  const double magnitude = std::abs(x);
  return magnitude + std::log1p(std::exp(-2.0 * magnitude)) - std::numbers::ln2;
}

}  // namespace polyform::kernels
