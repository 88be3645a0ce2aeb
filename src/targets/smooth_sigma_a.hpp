// SPDX-License-Identifier: MPL-2.0
// A smooth curve sigma_a(s) of few parameters, by likelihood, for small test sets.
#pragma once

#include <span>
#include <vector>

#include "polyform/kernels/likelihood.hpp"

namespace polyform::targets {

/// One test reflection, normalised: E = F / sqrt(epsilon <F^2/epsilon>).
struct NormalisedPair {
  double e_obs, e_model, s2;
  kernels::Parity parity;
};

/// sigma_a(s) = tanh z(s), ln z = sum_k c_k P_k(t), P_k Legendre polynomials and t in [-1, 1]
/// linear in s^2 across the test set: for small z the fall exp(-b s^2) that coordinate errors give
/// (Luzzati 1952), and never outside (0, 1).
class SmoothSigmaA {
 public:
  /// Most probable curve with 2 (fewer than 150 pairs), 3 or 4 (300 and more) parameters. A wide
  /// prior (sigma_a about 0.9 within a factor e^0.7 in z, slopes and curvatures of ln z within 0.7)
  /// carries weight when there are only a few pairs. `pairs` must not be empty.
  explicit SmoothSigmaA(std::span<const NormalisedPair> pairs);

  double z(double s2) const;
  const std::vector<double>& coefficients() const { return c_; }

 private:
  double position(double s2) const;
  double s2_low_ = 0, s2_high_ = 1;
  std::vector<double> c_;
};

}  // namespace polyform::targets
