// SPDX-License-Identifier: MPL-2.0
// How far atoms reach on the grid, against Fourier integrals of what lies within.
#include "density/cutoff.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/units.hpp"
#include "polyform/density/scattering.hpp"
#include "support/catch.hpp"

using namespace polyform;
using base::pi;
using kernels::FormFactor;

namespace {

constexpr double blur = 6, d_min = 1.6, tolerance = 1.5e-4;

double density_at(const FormFactor& f, double b, double r) {
  double sum = 0;
  for (std::size_t g = 0; g < static_cast<std::size_t>(f.terms); ++g) {
    const double t = f.b[g] + b + blur;
    sum += f.a[g] * std::pow(4 * pi / t, 1.5) * std::exp(-4 * pi * pi * r * r / t);
  }
  return sum;
}

struct Sums {
  double error = 0, whole = 0;  // root of the sum over s of s^2 (...)^2
};

// Of the part of the density within `radius`, the blur taken off.
Sums within(const FormFactor& f, double b, double radius) {
  constexpr int n_s = 30, n_r = 2000;
  Sums sums;
  for (int j = 0; j < n_s; ++j) {
    const double s = (j + 0.5) / n_s / d_min, whole = f.at(s * s) * std::exp(-b * s * s / 4);
    double part = 0;
    for (int i = 0; i < n_r; ++i) {
      const double r = (i + 0.5) / n_r * radius;
      part += 2 / s * density_at(f, b, r) * r * std::sin(2 * pi * s * r) * radius / n_r;
    }
    sums.error += s * s * std::pow(part * std::exp(blur * s * s / 4) - whole, 2);
    sums.whole += s * s * whole * whole;
  }
  return {std::sqrt(sums.error), std::sqrt(sums.whole)};
}

}  // namespace

TEST_CASE("atoms reach as far as the tolerance of their own or of carbon's scattering asks") {
  const FormFactor carbon = density::scattering_of(6, {});
  for (const int z : {1, 6, 8, 16, 30}) {
    const FormFactor f = density::scattering_of(static_cast<std::uint8_t>(z), {});
    const density::Cutoff cutoff(f, carbon, blur, d_min, tolerance);
    for (const double b : {5.0, 20.0, 70.0, 300.0}) {
      INFO("element " << z << ", B " << b);
      const Sums here = within(f, b, cutoff.radius(b));
      const double allowed = tolerance * std::max(here.whole, within(carbon, b, 9).whole);
      CHECK(here.error < 1.1 * allowed);
      CHECK(within(f, b, 0.9 * cutoff.radius(b)).error > allowed);
    }
  }
}

TEST_CASE("a hydrogen is the smallest atom of its B") {
  const FormFactor carbon = density::scattering_of(6, {});
  const density::Cutoff hydrogen(density::scattering_of(1, {}), carbon, blur, d_min, tolerance);
  const density::Cutoff own(carbon, carbon, blur, d_min, tolerance);
  for (const double b : {2.0, 20.0, 100.0}) CHECK(hydrogen.radius(b) < 0.9 * own.radius(b));
}
