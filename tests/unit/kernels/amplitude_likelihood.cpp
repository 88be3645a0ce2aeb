// SPDX-License-Identifier: MPL-2.0
// Bessel functions and likelihoods of amplitudes against integrals and central differences.
#include <cmath>
#include <numbers>

#include "polyform/kernels/bessel.hpp"
#include "polyform/kernels/likelihood.hpp"
#include "support/catch.hpp"

using namespace polyform::kernels;

namespace {

// I_n(x) exp(-x) = 1/pi int_0^pi exp(x (cos t - 1)) cos(n t) dt: the trapezoidal rule converges
// faster than any power for this periodic integrand.
double scaled_bessel_integral(int n, double x) {
  const int points = 4000;
  double sum = 0.0;
  for (int i = 0; i <= points; ++i) {
    const double t = std::numbers::pi * i / points;
    const double end = i == 0 || i == points ? 0.5 : 1.0;
    sum += end * std::exp(x * (std::cos(t) - 1.0)) * std::cos(n * t);
  }
  return sum / points;
}

double probability(double fo, double fm, double alpha, double eb, Parity parity) {
  return std::exp(-amplitude_likelihood(fo, fm, alpha, eb, parity).value);
}

}  // namespace

TEST_CASE("ln I0 and I1/I0 agree with their integrals on both sides of every change of series") {
  for (double x : {0.0, 1e-8, 1e-3, 0.1, 1.0, 5.0, 19.999, 20.0, 20.001, 25.0, 80.0, 700.0, 1e5}) {
    const double i0 = scaled_bessel_integral(0, x);
    const double i1 = scaled_bessel_integral(1, x);
    INFO("x = " << x);
    CHECK(bessel_i(x).log_i0 == Approx(x + std::log(i0)).epsilon(1e-13).margin(1e-14));
    CHECK(bessel_i(x).ratio == Approx(i1 / i0).epsilon(1e-12).margin(1e-14));
  }
  CHECK(std::isfinite(bessel_i(1e300).log_i0));
  CHECK(bessel_i(1e300).ratio == 1.0);
}

TEST_CASE("the slope of I1/I0 is that of its values") {
  for (double x : {0.01, 0.5, 3.0, 19.0, 60.0, 190.0}) {
    const double h = 1e-4 * x;
    const double numerical = (bessel_i(x + h).ratio - bessel_i(x - h).ratio) / (2.0 * h);
    CHECK(bessel_ratio_slope(x, bessel_i(x).ratio) == Approx(numerical).epsilon(1e-6));
  }
  CHECK(bessel_ratio_slope(0.0, 0.0) == 0.5);
  const double edge = 200.0;
  CHECK(bessel_ratio_slope(edge, bessel_i(edge).ratio) ==
        Approx(bessel_ratio_slope(edge * 1.0000001, 1.0)).epsilon(1e-6));
}

TEST_CASE("ln cosh neither overflows nor loses small arguments") {
  CHECK(log_cosh(1e-6) == Approx(5e-13).epsilon(1e-3));
  CHECK(log_cosh(2.0) == Approx(std::log(std::cosh(2.0))));
  CHECK(log_cosh(-1e6) == Approx(1e6 - std::numbers::ln2));
}

TEST_CASE("the distributions of F_obs integrate to one, with mean square (alpha Fm)^2 + eb") {
  const double eb = 2.5, alpha = 0.8, fm = 3.0;
  for (Parity parity : {Parity::acentric, Parity::centric}) {
    double total = 0.0, square = 0.0;
    const double step = 0.001;
    for (double fo = 0.5 * step; fo < 25.0; fo += step) {
      const double p = probability(fo, fm, alpha, eb, parity) * step;
      total += p;
      square += p * fo * fo;
    }
    CHECK(total == Approx(1.0).epsilon(1e-5));
    CHECK(square == Approx(alpha * alpha * fm * fm + eb).epsilon(1e-5));
  }
}

TEST_CASE("slope and curvature by |F_model| are central differences of the value") {
  for (Parity parity : {Parity::acentric, Parity::centric})
    for (double fo : {0.3, 2.0, 40.0})
      for (double fm : {0.05, 1.5, 45.0})
        for (double eb : {0.02, 1.0, 300.0}) {
          const double alpha = 0.9, h = 1e-4 * fm;
          const auto at = [&](double f) { return amplitude_likelihood(fo, f, alpha, eb, parity); };
          INFO("Fo " << fo << " Fm " << fm << " eb " << eb);
          const double scale = alpha * alpha / eb;
          CHECK(at(fm).slope == Approx((at(fm + h).value - at(fm - h).value) / (2 * h))
                                    .epsilon(1e-6)
                                    .margin(1e-6 * scale * fm + 1e-7 / h * 1e-6));
          CHECK(at(fm).second == Approx((at(fm + h).slope - at(fm - h).slope) / (2 * h))
                                     .epsilon(1e-5)
                                     .margin(1e-6 * scale));
        }
}

TEST_CASE("huge arguments, zero F_model and zero F_obs give finite numbers") {
  for (Parity parity : {Parity::acentric, Parity::centric}) {
    for (double f : {0.0, 1e-12, 1.0, 1e9}) {
      const AmplitudeTerm term = amplitude_likelihood(f, 1e9, 1.0, 1e-3, parity);
      CHECK(std::isfinite(term.value));
      CHECK(std::isfinite(term.slope));
      CHECK(std::isfinite(term.second));
    }
    CHECK(amplitude_likelihood(5.0, 0.0, 1.0, 1.0, parity).slope == 0.0);
    CHECK(figure_of_merit(5.0, 0.0, 1.0, 1.0, parity) == 0.0);
    CHECK(figure_of_merit(1e6, 1e6, 1.0, 1e-6, parity) == Approx(1.0));
  }
}

TEST_CASE("slope and curvature of the sigma_a likelihood are those of its values") {
  for (Parity parity : {Parity::acentric, Parity::centric})
    for (double z : {0.05, 0.7, 1.5, 3.0}) {
      const double eo = 1.3, ec = 0.8, h = 1e-5;
      const auto at = [&](double x) { return sigma_a_likelihood(eo, ec, x, parity); };
      CHECK(at(z).slope_z == Approx((at(z + h).value - at(z - h).value) / (2 * h)).epsilon(1e-6));
      CHECK(at(z).second_z ==
            Approx((at(z + h).slope_z - at(z - h).slope_z) / (2 * h)).epsilon(1e-6));
    }
}

TEST_CASE("the parabola touches -ln p at its minimum with the same curvature") {
  for (const Parity parity : {Parity::acentric, Parity::centric})
    for (const double p : {1.001, 1.1, 1.5, 2.0, 4.0, 20.0, 300.0}) {
      const double alpha = 0.8, eb = 250.0, fo = p * std::sqrt(eb);
      const AmplitudeParabola parabola = likelihood_parabola(fo, alpha, eb, parity);
      const AmplitudeTerm there = amplitude_likelihood(fo, parabola.f_star, alpha, eb, parity);
      INFO("p = " << p);
      CHECK(parabola.f_star > 0.0);
      CHECK(parabola.least == Approx(there.value));
      // No slope, compared with that of a model as far off as the width of p.
      CHECK(std::abs(there.slope) < 1e-12 * alpha * fo / eb + 1e-15);
      const double h = 1e-3 * std::sqrt(eb) / alpha * std::min(1.0, p - 1.0);
      const auto at = [&](double f) {
        return amplitude_likelihood(fo, f, alpha, eb, parity).value;
      };
      for (const double side : {-h, h}) CHECK(at(parabola.f_star + side) > parabola.least);
      const double slope_up =
          amplitude_likelihood(fo, parabola.f_star + h, alpha, eb, parity).slope;
      const double slope_down =
          amplitude_likelihood(fo, parabola.f_star - h, alpha, eb, parity).slope;
      CHECK(2.0 * parabola.w_star == Approx((slope_up - slope_down) / (2.0 * h)).epsilon(1e-3));
    }
}

TEST_CASE("a weak amplitude's most likely F_model is 0, and an amplitude of p = 1 has no weight") {
  for (const Parity parity : {Parity::acentric, Parity::centric}) {
    const double alpha = 0.9, eb = 400.0;
    for (const double p : {0.0, 0.3, 0.7, 1.0}) {
      const AmplitudeParabola parabola = likelihood_parabola(p * std::sqrt(eb), alpha, eb, parity);
      CHECK(parabola.f_star == 0.0);
      // Half the second derivative at F = 0: alpha^2/eb (1 - p^2), half of it where centric.
      const double expected = (parity == Parity::acentric ? 1.0 : 0.5) * alpha * alpha / eb;
      CHECK(parabola.w_star == Approx(expected * (1.0 - p * p)).margin(1e-12));
    }
    CHECK(likelihood_parabola(50.0, 0.0, eb, parity).w_star == 0.0);
    CHECK(likelihood_parabola(50.0, 0.0, eb, parity).f_star == 0.0);
  }
}
