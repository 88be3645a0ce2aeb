// SPDX-License-Identifier: MPL-2.0
// Amplitudes from merged intensities, by the posterior mean of French & Wilson (1978).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace polyform::crystal {

struct Amplitudes {
  std::vector<double> f;      ///< posterior mean of |F|; NaN where the intensity was rejected
  std::vector<double> sigma;  ///< posterior standard deviation
  long n_rejected =
      0;  ///< intensities too negative to be true (I < -3.7 sigma, as French & Wilson)
};

/// intensity, sigma: merged, NaN allowed; epsilon, centric, inverse_d2: one a reflection. The mean
/// intensity <I/epsilon> is taken from a smooth curve through resolution shells.
/// French, S. & Wilson, K. (1978). Acta Cryst. A34, 517-525, eqs. 6-9 and 16-19. All
/// spans have one value a reflection. Not collective.
Amplitudes french_wilson(std::span<const double> intensity, std::span<const double> sigma,
                         std::span<const std::uint8_t> epsilon,
                         std::span<const std::uint8_t> centric, std::span<const double> inverse_d2);

}  // namespace polyform::crystal
