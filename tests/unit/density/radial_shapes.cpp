// SPDX-License-Identifier: MPL-2.0
// Compact shapes of atoms: their transforms, their smoothness in B, and how far they reach.
#include "density/radial_shapes.hpp"

#include <cmath>

#include "polyform/base/units.hpp"
#include "polyform/density/scattering.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::density;

namespace {

// 4 pi integral of rho(r) r^2 sin(2 pi s r) / (2 pi s r), by Simpson's rule.
template <class Density>
double transform(Density density, double radius, double s) {
  constexpr int n = 2000;
  double sum = 0;
  for (int i = 0; i <= n; ++i) {
    const double r = radius * i / n, phase = base::two_pi * s * r;
    const double wave = phase < 1e-9 ? 1.0 : std::sin(phase) / phase;
    sum += density(r) * r * r * wave * (i == 0 || i == n ? 1 : i % 2 == 0 ? 2 : 4);
  }
  return 4 * base::pi * sum * radius / n / 3;
}

// Of a cubic grid with 2.7 points to d_min.
std::vector<double> grid_vectors(double d_min) {
  std::vector<double> lengths;
  for (int code = 14; code < 27; ++code)
    lengths.push_back(2.7 / d_min *
                      std::sqrt(std::pow(code / 9 - 1, 2) + std::pow(code / 3 % 3 - 1, 2) +
                                std::pow(code % 3 - 1, 2)));
  return lengths;
}

double density_at(const RadialShape& shape, double r) {
  const double u = 1 - r * r / (shape.radius * shape.radius);
  if (u <= 0) return 0;
  double sum = 0;
  for (std::size_t k = 0; k < n_radial; ++k)
    sum += shape.density[k] * std::pow(u, static_cast<double>(k + 2));
  return sum;
}

}  // namespace

TEST_CASE("transforms of radial polynomials equal their integrals") {
  for (double q : {0.0, 0.1, 0.7, 2.2, 2.3, 5.0}) {
    const RadialCoefficients closed = radial_transforms(q);
    for (std::size_t k = 0; k < n_radial; ++k) {
      const double integral = transform(
          [&](double r) { return std::pow(1 - r * r, static_cast<double>(k + 2)); }, 1.0, q);
      INFO("u^" << k + 2 << " at " << q);
      CHECK(closed[k] == Approx(integral).margin(1e-9));
    }
  }
}

TEST_CASE("integrals of their products are those of Simpson's rule, in the far tail, too") {
  for (const auto& [low, high] :
       {std::pair(0.0, 0.31), std::pair(1.0031, 1.4), std::pair(3.3, 4.7007)}) {
    const RadialProducts to_low = integral_of_products(low), to_high = integral_of_products(high);
    constexpr int n = 400;
    RadialProducts sum{};
    for (int i = 0; i <= n; ++i) {
      const double q = low + (high - low) * i / n;
      const RadialCoefficients t = radial_transforms(q);
      const double factor = q * (high - low) / n / 3 * (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2);
      std::size_t at = 0;
      for (std::size_t k = 0; k < n_radial; ++k)
        for (std::size_t l = 0; l <= k; ++l) sum[at++] += factor * t[k] * t[l];
    }
    std::size_t at = 0;
    for (std::size_t k = 0; k < n_radial; ++k)
      for (std::size_t l = 0; l <= k; ++l, ++at)
        if (k == l) CHECK(to_high[at] - to_low[at] == Approx(sum[at]).epsilon(2e-3));
  }
  CHECK(integral_of_products(1000) == integral_of_products(24));
}

TEST_CASE("shapes times D(s) scatter as atoms do, to d_min") {
  for (double d_min : {1.3, 2.0, 3.0}) {
    RadialShapes shapes(grid_vectors(d_min), d_min, 2.0, {});
    for (std::uint8_t element : {std::uint8_t{6}, std::uint8_t{8}, std::uint8_t{16}})
      for (double b : {3.0, 17.0, 40.0, 90.0}) {
        const RadialShape shape = shapes.shape(element, b);
        double wrong = 0, right = 0;
        for (int i = 0; i < 12; ++i) {
          const double s = (i + 0.5) / 12 / d_min;
          const double f = scattering_of(element, {}).at(s * s) * std::exp(-b * s * s / 4);
          const double found =
              shapes.deconvolution().at(s * s) *
              transform([&](double r) { return density_at(shape, r); }, shape.radius, s);
          wrong += s * s * (found - f) * (found - f);
          right += s * s * f * f;
        }
        INFO("element " << int{element} << ", B " << b << ", to " << d_min << " A");
        CHECK(std::sqrt(wrong / right) < 5e-4);
      }
  }
}

TEST_CASE("derivatives by B are those of the shapes") {
  RadialShapes shapes(grid_vectors(2.0), 2.0, 2.0, {});
  for (double b : {2.5, 9.0, 23.4, 71.0}) {
    constexpr double h = 1e-4;
    const RadialShape here = shapes.shape(7, b), there = shapes.shape(7, b + h),
                      back = shapes.shape(7, b - h);
    const double peak = density_at(here, 0);
    for (double r = 0; r < 0.98 * here.radius; r += 0.1) {
      const double u = 1 - r * r / (here.radius * here.radius);
      double by_b = 0;
      for (std::size_t k = 0; k <= n_radial; ++k)
        by_b += here.by_b[k] * std::pow(u, static_cast<double>(k + 1));
      const double difference = (density_at(there, r) - density_at(back, r)) / (2 * h);
      CHECK(std::abs(by_b - difference) < 1e-6 * peak);
    }
  }
}

TEST_CASE("shapes are compact: a carbon of usual B reaches five grid steps, a broad one farther") {
  RadialShapes shapes(grid_vectors(2.0), 2.0, 2.0, {});
  const double step = 2.0 / 2.7;
  CHECK(shapes.shape(6, 20).radius < 5.5 * step);
  CHECK(shapes.shape(6, 200).radius > 1.5 * shapes.shape(6, 20).radius);
  // Hydrogens need not be as exact, in proportion.
  CHECK(shapes.shape(1, 30).radius <= shapes.shape(6, 30).radius * 1.1);
}
