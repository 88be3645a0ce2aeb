// SPDX-License-Identifier: MPL-2.0
// alpha and beta of the likelihood: from the test set, from kicked models, or from missing atoms.
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
  int kicked_below = 500;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "test_per_shell", test_per_shell,
        {.sentence = "Fewest test reflections in a shell of error estimates", .range = {10, 1000}});
    visit("smooth_below", smooth_below,
          {.sentence = "With fewer test reflections than this a smooth curve of few parameters is "
                       "fitted by likelihood instead of shells",
           .range = {0, 100000}});
    visit("kicked_below", kicked_below,
          {.sentence = "With fewer test reflections than this ML and ML_APR take their errors from "
                       "kicked models and the work set, as ML_FK does",
           .range = {0, 100000}});
  }
};

/// p(F_obs | F_model): mean alpha F_model, variance epsilon beta. alpha is without unit on the
/// scale of F_model, beta in F_obs^2. Lunin & Skovoroda (1995) Acta Cryst. A51, 880, eqs. 12-15.
struct ErrorModel {
  std::vector<double> alpha, beta;              ///< at the owned reflections
  std::vector<double> shell_alpha, shell_beta;  ///< raw, one a shell of `shells`
  std::vector<double> shell_sigma_a;            ///< raw, 0 to 1
  std::vector<long> shell_n;                    ///< pairs of amplitudes estimated from
  Shells shells;
};

/// Estimates from the test set: sigma_a of each shell, smoothed over neighbours and interpolated in
/// s^2, or a smooth curve of 2 to 4 parameters; then alpha = sigma_a sqrt(B/A), beta =
/// (1 - sigma_a^2) B with A = <Fm^2/epsilon>, B = <Fo^2/epsilon> of the work set
/// (docs/methods/likelihood.md). alpha and beta are positive everywhere. Throws InputError when
/// there is no test set. The same on any number of ranks. Collective over team.
ErrorModel estimate_errors(const Share& share, std::span<const Complex> f_model,
                           const ErrorModelOptions& options);

/// Estimates for ML_FK (Praznikar & Turk 2014, Acta Cryst. D70, 3124): sigma_a of each shell from
/// the WORK set and F_model of models whose atoms were displaced at random, all of them pooled;
/// smoothed and interpolated as above; A and B of the model as it stands. kicked: F_model of each
/// kicked model at the owned reflections. The test set is not read. Throws InputError when there is
/// no work reflection. Collective over team.
ErrorModel estimate_errors_free_kick(const Share& share, std::span<const Complex> f_model,
                                     std::span<const std::vector<Complex>> kicked);

/// Mean |F|^2/epsilon [e^2] that atoms strewn at random over the asymmetric unit would give, all
/// symmetry copies of them summed, at the owned reflections.
struct ExpectedPower {
  std::vector<double> model;    ///< of the atoms of the model
  std::vector<double> missing;  ///< of those that it lacks
};

/// Errors for ML_EST, from what is missing and how far atoms are off:
///   alpha = exp(-pi^3/4 error^2 s^2),  beta = K^2 [(1 - alpha^2) model + missing]
/// with `error` the mean distance [A] of atoms from the truth and K = dF_model/dF_calc, which puts
/// beta on the scale of F_obs. Urzhumtsev, Skovoroda & Lunin (1996) J. Appl. Cryst. 29, 741;
/// Lunin, Afonine & Urzhumtsev (2002) Acta Cryst. A58, 270. 1 - alpha^2 is at least 1e-4. k_total:
/// one an owned reflection. No F_obs is read. Not collective.
ErrorModel errors_of_missing_atoms(const Share& share, const ExpectedPower& power,
                                   std::span<const double> k_total, double error);

/// The mean coordinate error [A, 0 to 1.5, to 0.0001] with which errors_of_missing_atoms gives the
/// work set its largest likelihood. Collective over team.
double most_likely_coordinate_error(const Share& share, const ExpectedPower& power,
                                    std::span<const double> k_total,
                                    std::span<const Complex> f_model);

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
