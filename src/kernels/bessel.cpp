// SPDX-License-Identifier: MPL-2.0
// Modified Bessel functions I0 and I1 and ln cosh.
#include "polyform/kernels/bessel.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace polyform::kernels {
namespace {

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

// Taylor series of the ratio r around points a quarter apart. Its nearest singularities, zeros of
// I0, are at +-2.405i, so that terms fall at least as (1/8 / 2.4)^k; ln I0 is its integral.
constexpr int n_terms = 13;
constexpr double point_step = 0.25;
constexpr int n_points = 161;
constexpr double table_end = (n_points - 1) * point_step;

struct Expansion {
  double log_i0;
  std::array<double, n_terms> ratio;
};

// From x (r' + r^2 - 1) + r = 0 (Abramowitz & Stegun (1964), 9.6.26), power by power.
Expansion expansion_at(double x) {
  const BesselI here = by_power_series(x);
  Expansion e{here.log_i0, {here.ratio}};
  auto& a = e.ratio;
  double square_before = 0;  // coefficient of r^2, one power lower
  for (std::size_t k = 0; k + 1 < n_terms; ++k) {
    double square = 0;
    for (std::size_t i = 0; i <= k; ++i) square += a[i] * a[k - i];
    const auto next = static_cast<double>(k + 1);
    const double one = (k == 0 ? x : 0.0) + (k == 1 ? 1.0 : 0.0);
    a[k + 1] = (one - next * a[k] - x * square - square_before) / (next * x);
    square_before = square;
  }
  return e;
}

const std::array<Expansion, n_points>& expansions() {
  static const auto table = [] {
    std::array<Expansion, n_points> made{};
    for (int i = 1; i < n_points; ++i)
      made[static_cast<std::size_t>(i)] = expansion_at(i * point_step);
    return made;
  }();
  return table;
}

BesselI by_expansion(double x) {
  const auto point = static_cast<std::size_t>(x / point_step + 0.5);
  const Expansion& e = expansions()[point];
  const double d = x - static_cast<double>(point) * point_step;
  double ratio = 0, integral = 0;
  for (std::size_t k = n_terms; k-- > 0;) {
    ratio = ratio * d + e.ratio[k];
    integral = integral * d + e.ratio[k] / static_cast<double>(k + 1);
  }
  return {e.log_i0 + integral * d, ratio};
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
  if (x < point_step / 2) return by_power_series(x);
  if (x < table_end) return by_expansion(x);
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
