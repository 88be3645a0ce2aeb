// SPDX-License-Identifier: MPL-2.0
// The mean intensity as a smooth function of resolution.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace polyform::crystal {

/// <I/epsilon> against s^2 = 1/d^2: logarithms of shell means joined by straight lines. A shell has
/// at least 150 reflections, and as many more as its mean needs to be known to 8 %, but no more than a
/// sixth of all. A shell whose mean is not positive counts as its own standard error, so that the
/// curve is positive everywhere.
class WilsonCurve {
 public:
  /// reduced: I/epsilon; one value a reflection, none of them NaN. Not empty.
  WilsonCurve(std::span<const double> reduced, std::span<const double> inverse_d2);

  /// Sigma(s^2), in the units of the intensities.
  double operator()(double inverse_d2) const;

 private:
  std::vector<double> centre_;  ///< mean s^2 of each shell [1/A^2], ascending
  std::vector<double> log_mean_;
};

}  // namespace polyform::crystal
