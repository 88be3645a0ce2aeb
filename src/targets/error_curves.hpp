// SPDX-License-Identifier: MPL-2.0
// From sigma_a of shells or of a curve to alpha and beta of every reflection.
#pragma once

#include "gathered.hpp"
#include "polyform/targets/error_model.hpp"

// The likelihood's maximum obeys alpha^2 A + beta = B (A, B the means of Fm^2/eps and Fo^2/eps), so
// that one number, sigma_a, is to be estimated from the test set at each resolution, and A and B
// can come from the many reflections of the work set:
//   alpha = sigma_a sqrt(B/A),  beta = (1 - sigma_a^2) B.

namespace polyform::targets {

/// <F^2/epsilon> of observed and model amplitudes as smooth curves in s^2, from the work set.
class MeanPower {
 public:
  /// Collective over team.
  MeanPower(const Share& share, std::span<const Complex> f_model);
  double obs(double s2) const;    ///< [F_obs^2]
  double model(double s2) const;  ///< [F_model^2]

 private:
  Shells shells_;
  std::vector<double> log_obs_, log_model_;
};

/// Raw estimates of every shell of errors.shells from the pairs in it, into errors.shell_*. Ranks
/// share the shells. Collective over team.
void estimate_shells(const parallel::Communicator& team, const Gathered& pairs, ErrorModel& errors);

/// z = artanh sigma_a of the shells, each averaged with its neighbours (weights 1/4, 1/2, 1/4 times
/// the number of pairs): shells of 50 scatter by about 0.1 in z.
std::vector<double> smoothed_z(const ErrorModel& errors);

/// alpha and beta at an owned reflection with this sigma_a, kept where likelihoods are sane:
/// between 0.05, so that a poor model keeps a gradient, and sqrt(1 - 1e-4), so that no reflection
/// gets an endless weight.
void add_reflection(const MeanPower& power, double s2, double sigma_a, ErrorModel& errors);

}  // namespace polyform::targets
