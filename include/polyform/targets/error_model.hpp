// SPDX-License-Identifier: MPL-2.0
// alpha and beta of the likelihood, estimated from the test set by shell.
#pragma once

#include <span>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/targets/share.hpp"
#include "polyform/targets/shells.hpp"

namespace polyform::targets {

struct ErrorModelOptions {
  int test_per_shell = 50;
  int smooth_below = 500;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "test_per_shell", test_per_shell,
        {.sentence = "Fewest test reflections in a shell of error estimates", .range = {10, 1000}});
    visit("smooth_below", smooth_below,
          {.sentence = "With fewer test reflections than this a smooth curve of few parameters is "
                       "fitted by likelihood instead of shells",
           .range = {0, 100000}});
  }
};

/// p(F_obs | F_model): mean alpha F_model, variance epsilon beta. alpha is without unit on the
/// scale of F_model, beta in F_obs^2. Lunin & Skovoroda (1995) Acta Cryst. A51, 880, eqs. 12-15.
struct ErrorModel {
  std::vector<double> alpha, beta;              ///< at the owned reflections
  std::vector<double> shell_alpha, shell_beta;  ///< raw, one a shell of `shells`
  std::vector<double> shell_sigma_a;            ///< raw, 0 to 1
  std::vector<long> shell_n_test;
  Shells shells;
};

/// Estimates from the test set: sigma_a of each shell, smoothed over neighbours and interpolated in
/// s^2, or a smooth curve of 2 to 4 parameters; then alpha = sigma_a sqrt(B/A), beta =
/// (1 - sigma_a^2) B with A = <Fm^2/epsilon>, B = <Fo^2/epsilon> of the work set
/// (docs/methods/likelihood.md). alpha and beta are positive everywhere. Throws InputError when
/// there is no test set. The same on any number of ranks. Collective over team.
ErrorModel estimate_errors(const Share& share, std::span<const Complex> f_model,
                           const ErrorModelOptions& options);

/// Raw alpha and beta that maximise the likelihood of one shell, the exact root of Lunin &
/// Skovoroda's equations (1995, eqs. 12-15). sigma_a = alpha sqrt(A/B) lies in [0, 1]; alpha is 0
/// and beta = B where the model says nothing. One entry a reflection; amplitudes on the same scale.
struct AlphaBeta {
  double alpha = 0, beta = 0;
  double sigma_a = 0;
};
AlphaBeta alpha_beta_of_shell(std::span<const double> f_obs, std::span<const double> f_model,
                              std::span<const double> epsilon, std::span<const char> centric);

}  // namespace polyform::targets
