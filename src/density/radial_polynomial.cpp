// SPDX-License-Identifier: MPL-2.0
// Transforms of compact radial polynomials, from spherical Bessel functions.
#include "density/radial_polynomial.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "polyform/base/units.hpp"

namespace polyform::density {
namespace {

constexpr int largest_order = n_radial + 2;  // j_10 for u^9
using Orders = std::array<double, largest_order + 1>;

// j_n(x) / x^n, n = 0 ... 10: series where x is small, recursion upwards where it is stable.
Orders scaled_bessel(double x) {
  Orders g{};
  const double x2 = x * x;
  if (x < 14) {
    double first = 1;  // 1 / (2n + 1)!!
    for (int n = 0; n <= largest_order; ++n) {
      first /= 2 * n + 1;
      double term = first, sum = first;
      for (int k = 1; k < 200 && std::abs(term) > 1e-17 * std::abs(first); ++k) {
        term *= -x2 / (2.0 * k * (2 * n + 2 * k + 1));
        sum += term;
      }
      g[static_cast<std::size_t>(n)] = sum;
    }
    return g;
  }
  g[0] = std::sin(x) / x;
  g[1] = (std::sin(x) / x - std::cos(x)) / x2;
  for (std::size_t n = 1; n < largest_order; ++n)
    g[n + 1] = (static_cast<double>(2 * n + 1) * g[n] - g[n - 1]) / x2;
  return g;
}

constexpr double table_step = 0.002, table_end = 24;  // q R

RadialProducts products_times(const RadialCoefficients& t, double factor) {
  RadialProducts made;
  std::size_t at = 0;
  for (std::size_t k = 0; k < n_radial; ++k)
    for (std::size_t l = 0; l <= k; ++l) made[at++] = factor * t[k] * t[l];
  return made;
}

// The integral at every table_step.
std::vector<RadialProducts> made_table() {
  std::vector<RadialProducts> table = {RadialProducts{}};
  RadialProducts before{};
  for (int i = 1; i * table_step < table_end + 2 * table_step; ++i) {
    const double q = i * table_step;
    const RadialProducts here = products_times(radial_transforms(q), q);
    table.push_back(table.back());
    for (std::size_t j = 0; j < here.size(); ++j)
      table.back()[j] += table_step / 2 * (before[j] + here[j]);
    before = here;
  }
  return table;
}

}  // namespace

RadialCoefficients radial_transforms(double q) {
  const Orders g = scaled_bessel(base::two_pi * q);
  RadialCoefficients transform{};
  double factor = 16 * base::pi * 2;  // 2^(n+2) pi n! for n = 2
  for (std::size_t k = 0; k < n_radial; ++k) {
    transform[k] = factor * g[k + 3];
    factor *= 2.0 * static_cast<double>(k + 3);
  }
  return transform;
}

RadialProducts integral_of_products(double q) {
  static const std::vector<RadialProducts> table = made_table();
  const double place = std::min(q, table_end) / table_step;
  const auto i = static_cast<std::size_t>(place);
  const double part = place - static_cast<double>(i);
  RadialProducts value;
  for (std::size_t j = 0; j < value.size(); ++j)
    value[j] = table[i][j] * (1 - part) + table[i + 1][j] * part;
  return value;
}

}  // namespace polyform::density
