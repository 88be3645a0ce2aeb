// SPDX-License-Identifier: MPL-2.0
// The posterior of a structure-factor amplitude given its measured intensity, by quadrature.
#include "polyform/crystal/french_wilson.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "crystal/posterior_amplitude.hpp"
#include "crystal/wilson_curve.hpp"

namespace polyform::crystal {
namespace {

constexpr double least_i_over_sigma = -3.7;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool measured(double intensity, double sigma) {
  return std::isfinite(intensity) && std::isfinite(sigma) && sigma > 0;
}

WilsonCurve curve_of(std::span<const double> intensity, std::span<const double> sigma,
                     std::span<const std::uint8_t> epsilon, std::span<const double> inverse_d2) {
  std::vector<double> reduced, s2;
  for (std::size_t i = 0; i < intensity.size(); ++i)
    if (measured(intensity[i], sigma[i])) {
      reduced.push_back(intensity[i] / epsilon[i]);
      s2.push_back(inverse_d2[i]);
    }
  return WilsonCurve(reduced, s2);
}

}  // namespace

Amplitudes french_wilson(std::span<const double> intensity, std::span<const double> sigma,
                         std::span<const std::uint8_t> epsilon,
                         std::span<const std::uint8_t> centric,
                         std::span<const double> inverse_d2) {
  const std::size_t n = intensity.size();
  Amplitudes result{std::vector<double>(n, nan), std::vector<double>(n, nan), 0};
  const WilsonCurve mean_intensity = curve_of(intensity, sigma, epsilon, inverse_d2);
  for (std::size_t i = 0; i < n; ++i) {
    if (!measured(intensity[i], sigma[i])) continue;
    if (intensity[i] < least_i_over_sigma * sigma[i]) {
      ++result.n_rejected;
      continue;
    }
    const double expected = epsilon[i] * mean_intensity(inverse_d2[i]);
    const PosteriorAmplitude posterior = posterior_amplitude(
        intensity[i], sigma[i], expected, centric[i] ? Parity::centric : Parity::acentric);
    result.f[i] = posterior.mean;
    result.sigma[i] = posterior.deviation;
  }
  return result;
}

}  // namespace polyform::crystal
