// SPDX-License-Identifier: MPL-2.0
// French-Wilson amplitudes: limits in closed form, brute force, and simulated data.
#include "polyform/crystal/french_wilson.hpp"

#include <cmath>
#include <random>

#include "crystal/posterior_amplitude.hpp"
#include "polyform/base/units.hpp"
#include "support/catch.hpp"

using namespace polyform;
using crystal::Parity;
using crystal::posterior_amplitude;

namespace {

// Moments by a plain sum over J, without any change of variable but J = F^2.
crystal::PosteriorAmplitude brute_force(double intensity, double sigma, double expected,
                                        Parity parity) {
  const double largest = std::sqrt(std::max(intensity, 0.0) + 12 * sigma);
  const int n = 400000;
  double norm = 0, first = 0, second = 0, peak = -1e300;
  const auto log_density = [&](double f) {
    const double j = f * f, d = (intensity - j) / sigma;
    // dJ = 2 F dF; the centric prior's J^(-1/2) cancels F.
    return parity == Parity::acentric ? std::log(f) - j / expected - 0.5 * d * d
                                      : -0.5 * j / expected - 0.5 * d * d;
  };
  for (int i = 0; i < n; ++i) peak = std::max(peak, log_density((i + 0.5) * largest / n));
  for (int i = 0; i < n; ++i) {
    const double f = (i + 0.5) * largest / n, p = std::exp(log_density(f) - peak);
    norm += p;
    first += p * f;
    second += p * f * f;
  }
  const double mean = first / norm;
  return {mean, std::sqrt(second / norm - mean * mean)};
}

}  // namespace

TEST_CASE("Strong intensities give sqrt(I) and sigma / 2 sqrt(I)") {
  for (const Parity parity : {Parity::acentric, Parity::centric}) {
    const auto amplitude = posterior_amplitude(10000.0, 10.0, 5000.0, parity);
    CHECK(amplitude.mean == Approx(100.0).epsilon(1e-5));
    CHECK(amplitude.deviation == Approx(0.05).epsilon(1e-4));
  }
}

TEST_CASE("A measurement that says nothing gives Wilson's prior") {
  const double s = 400.0, sigma = 1e7;
  CHECK(posterior_amplitude(0.0, sigma, s, Parity::acentric).mean ==
        Approx(std::sqrt(base::pi * s) / 2).epsilon(1e-4));
  CHECK(posterior_amplitude(0.0, sigma, s, Parity::centric).mean ==
        Approx(std::sqrt(2 * s / base::pi)).epsilon(1e-4));
  // <F^2> = S for both
  const auto a = posterior_amplitude(0.0, sigma, s, Parity::acentric);
  CHECK(a.mean * a.mean + a.deviation * a.deviation == Approx(s).epsilon(1e-4));
  const auto c = posterior_amplitude(0.0, sigma, s, Parity::centric);
  CHECK(c.mean * c.mean + c.deviation * c.deviation == Approx(s).epsilon(1e-4));
}

TEST_CASE("The quadrature agrees with brute force from I = -3.7 sigma to 50 sigma") {
  for (const Parity parity : {Parity::acentric, Parity::centric})
    for (const double expected : {0.3, 1.0, 10.0, 1000.0})
      for (const double i_over_sigma : {-3.7, -2.0, -0.5, 0.0, 0.5, 2.0, 5.0, 50.0}) {
        INFO("I/sigma " << i_over_sigma << ", S/sigma " << expected << ", centric "
                        << (parity == Parity::centric));
        const auto quick = posterior_amplitude(i_over_sigma * 2.0, 2.0, expected * 2.0, parity);
        const auto slow = brute_force(i_over_sigma * 2.0, 2.0, expected * 2.0, parity);
        CHECK(quick.mean == Approx(slow.mean).epsilon(2e-5));
        CHECK(quick.deviation == Approx(slow.deviation).epsilon(1e-4));
      }
}

TEST_CASE("A larger intensity never gives a smaller amplitude") {
  for (const Parity parity : {Parity::acentric, Parity::centric}) {
    double previous = 0;
    for (double i = -3.7; i < 30; i += 0.05) {
      const double f = posterior_amplitude(i, 1.0, 3.0, parity).mean;
      CHECK(f > previous);
      previous = f;
    }
  }
}

namespace {

// Wilson-distributed intensities of a crystal with B = 40 A^2, measured with sigma = 60: from
// strong at low resolution to I/sigma = 0.1 at 2 A.
struct WeakData {
  std::vector<double> truth, intensity, sigma, inverse_d2, expected;
  std::vector<std::uint8_t> epsilon, centric;
};

WeakData weak_data(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::exponential_distribution<double> exponential(1.0);
  std::normal_distribution<double> normal(0.0, 1.0);
  WeakData data;
  for (std::size_t i = 0; i < n; ++i) {
    const double share = (static_cast<double>(i) + 1) / static_cast<double>(n);
    const double s2 = 0.25 * std::pow(share, 2.0 / 3.0);
    data.epsilon.push_back(i % 20 == 0 ? 2 : 1);
    data.centric.push_back(i % 10 == 0 ? 1 : 0);
    const double expected = data.epsilon[i] * 1000.0 * std::exp(-20.0 * s2), e = normal(random);
    const double j = expected * (data.centric[i] ? e * e : exponential(random));
    data.truth.push_back(std::sqrt(j));
    data.expected.push_back(expected);
    data.sigma.push_back(60.0);
    data.intensity.push_back(j + 60.0 * normal(random));
    data.inverse_d2.push_back(s2);
  }
  return data;
}

struct ShellErrors {
  double bias = 0, standard_error = 0, mean = 0;
  double chi = 0;  ///< mean of (error / stated deviation)^2
};

// Errors of amplitudes f with deviations in the range [begin, end) of reflections.
template <class F, class Deviation>
ShellErrors errors(const WeakData& data, std::size_t begin, std::size_t end, F f,
                   Deviation deviation) {
  ShellErrors e;
  double variance = 0, used = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const double value = f(i), d = value - data.truth[i], s = deviation(i);
    if (std::isnan(value)) continue;
    e.bias += d;
    e.mean += data.truth[i];
    variance += d * d;
    e.chi += d * d / (s * s);
    used += 1;
  }
  return {e.bias / used, std::sqrt(variance) / used, e.mean / used, e.chi / used};
}

}  // namespace

TEST_CASE("With the true mean intensity amplitudes of weak data are unbiased") {
  const WeakData data = weak_data(40000, 11);
  for (std::size_t shell = 0; shell < 8; ++shell) {
    const auto posterior = [&](std::size_t i) {
      return posterior_amplitude(data.intensity[i], data.sigma[i], data.expected[i],
                                 data.centric[i] ? Parity::centric : Parity::acentric);
    };
    const ShellErrors e = errors(
        data, shell * 5000, (shell + 1) * 5000, [&](std::size_t i) { return posterior(i).mean; },
        [&](std::size_t i) { return posterior(i).deviation; });
    INFO("shell " << shell);
    CHECK(std::abs(e.bias) < 4 * e.standard_error);
    CHECK(e.chi == Approx(1.0).margin(0.05));
  }
}

TEST_CASE("With the mean intensity estimated the bias stays below a tenth of the mean amplitude") {
  for (const unsigned seed : {11u, 12u, 13u, 14u, 15u}) {
    const WeakData data = weak_data(40000, seed);
    const auto amplitudes = crystal::french_wilson(data.intensity, data.sigma, data.epsilon,
                                                   data.centric, data.inverse_d2);
    for (std::size_t shell = 0; shell < 8; ++shell) {
      const ShellErrors e = errors(
          data, shell * 5000, (shell + 1) * 5000, [&](std::size_t i) { return amplitudes.f[i]; },
          [&](std::size_t i) { return amplitudes.sigma[i]; });
      INFO("seed " << seed << ", shell " << shell);
      CHECK(std::abs(e.bias) < 4 * e.standard_error + 0.1 * e.mean);
      CHECK(e.chi == Approx(1.0).margin(0.15));
    }
    CHECK(amplitudes.n_rejected < 20);
  }
}

TEST_CASE("Missing intensities stay missing, impossible ones are rejected and counted") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> intensity(200, 100.0), sigma(200, 5.0), s2(200);
  for (std::size_t i = 0; i < s2.size(); ++i) s2[i] = 0.01 + 1e-4 * static_cast<double>(i);
  intensity[3] = nan;
  sigma[4] = nan;
  sigma[5] = 0;
  intensity[6] = -18.6;
  intensity[7] = -18.4;
  const std::vector<std::uint8_t> ones(200, 1), zeros(200, 0);
  const auto amplitudes = crystal::french_wilson(intensity, sigma, ones, zeros, s2);
  for (const std::size_t i : {3u, 4u, 5u, 6u}) CHECK(std::isnan(amplitudes.f[i]));
  CHECK(amplitudes.f[7] > 0);
  CHECK(amplitudes.n_rejected == 1);
}
