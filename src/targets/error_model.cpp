// SPDX-License-Identifier: MPL-2.0
// alpha and beta of the likelihood at every reflection, from sigma_a of the test set.
#include "polyform/targets/error_model.hpp"

#include <algorithm>
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/base/error.hpp"
#include "smooth_sigma_a.hpp"
#include "test_set.hpp"

// The likelihood's maximum obeys alpha^2 A + beta = B (A, B the means of Fm^2/eps and Fo^2/eps), so
// that one number, sigma_a, is to be estimated from the test set at each resolution, and A and B
// can come from the many reflections of the work set:
//   alpha = sigma_a sqrt(B/A),  beta = (1 - sigma_a^2) B.

namespace polyform::targets {
namespace {

constexpr int most_shells = 20;        // of estimates from the test set
constexpr int most_power_shells = 40;  // of A and B
constexpr int least_in_power_shell = 100;
constexpr double least_sigma_a = 0.05;  // so that a poor model keeps a gradient
constexpr double least_error = 1e-4;    // of 1 - sigma_a^2, so that none gets an endless weight

std::vector<char> marked(const crystal::Reflections& reflections, crystal::Use use) {
  std::vector<char> marks(reflections.size());
  for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = reflections.use[i] == use;
  return marks;
}

// ln <F^2/epsilon> of observed and model amplitudes as curves in s^2, from the work set.
class MeanPower {
 public:
  // Collective over team.
  MeanPower(const Share& share, std::span<const Complex> f_model)
      : shells_(share.all, marked(share.all, crystal::Use::work), most_power_shells,
                least_in_power_shell) {
    const auto n = static_cast<std::size_t>(shells_.size());
    std::vector<double> sums(3 * n, 0.0);  // weight, Fo^2, Fm^2
    for (std::size_t k = 0; k < share.size(); ++k) {
      if (!in_work(share, k)) continue;
      const std::size_t i = share.global(k);
      const auto shell = static_cast<std::size_t>(shells_.of(i));
      const double weight = share.all.centric[i] ? 1.0 : 2.0;
      sums[shell] += weight;
      sums[n + shell] += weight * share.all.f_obs[i] * share.all.f_obs[i] / share.all.epsilon[i];
      sums[2 * n + shell] += weight * std::norm(f_model[k]) / share.all.epsilon[i];
    }
    share.team.sum(sums);
    for (std::size_t shell = 0; shell < n; ++shell) {
      log_obs_.push_back(logarithm(sums[n + shell] / sums[shell]));
      log_model_.push_back(logarithm(sums[2 * n + shell] / sums[shell]));
    }
  }
  double obs(double s2) const { return std::exp(shells_.interpolate(log_obs_, s2)); }
  double model(double s2) const { return std::exp(shells_.interpolate(log_model_, s2)); }

 private:
  static double logarithm(double power) { return std::log(std::max(power, 1e-30)); }
  Shells shells_;
  std::vector<double> log_obs_, log_model_;
};

// Raw estimates of every shell, into `errors`.
void estimate_shells(const TestReflections& test, ErrorModel& errors) {
  for (int shell = 0; shell < errors.shells.size(); ++shell) {
    std::vector<double> f_obs, f_model, epsilon;
    std::vector<char> centric;
    for (std::size_t j = 0; j < test.size(); ++j) {
      if (errors.shells.of(test.index[j]) != shell) continue;
      f_obs.push_back(test.f_obs[j]);
      f_model.push_back(test.f_model[j]);
      epsilon.push_back(test.epsilon[j]);
      centric.push_back(test.centric[j]);
    }
    const AlphaBeta raw = alpha_beta_of_shell(f_obs, f_model, epsilon, centric);
    errors.shell_alpha.push_back(raw.alpha);
    errors.shell_beta.push_back(raw.beta);
    errors.shell_n_test.push_back(static_cast<long>(f_obs.size()));
    errors.shell_sigma_a.push_back(raw.sigma_a);
  }
}

// z = artanh sigma_a of the shells, each averaged with its neighbours (weights 1/4, 1/2, 1/4 times
// the number of test reflections): shells of 50 scatter by about 0.1 in z.
std::vector<double> smoothed_z(const ErrorModel& errors) {
  const auto n = errors.shell_sigma_a.size();
  std::vector<double> smooth(n);
  for (std::size_t shell = 0; shell < n; ++shell) {
    double sum = 0.0, weights = 0.0;
    for (std::size_t near = shell > 0 ? shell - 1 : 0; near < std::min(n, shell + 2); ++near) {
      const double weight =
          (near == shell ? 2.0 : 1.0) * static_cast<double>(errors.shell_n_test[near]);
      sum += weight * std::atanh(std::min(errors.shell_sigma_a[near], 1.0 - 1e-8));
      weights += weight;
    }
    smooth[shell] = sum / weights;
  }
  return smooth;
}

SmoothSigmaA smooth_curve(const TestReflections& test, const MeanPower& power) {
  std::vector<NormalisedPair> pairs;
  for (std::size_t j = 0; j < test.size(); ++j) {
    const double s2 = test.s2[j];
    pairs.push_back({test.f_obs[j] / std::sqrt(test.epsilon[j] * power.obs(s2)),
                     test.f_model[j] / std::sqrt(test.epsilon[j] * power.model(s2)), s2,
                     test.parity(j)});
  }
  return SmoothSigmaA(pairs);
}

// alpha and beta at the owned reflections from the curve z(s^2).
template <class Curve>
void spread(const Share& share, const MeanPower& power, Curve z_at, ErrorModel& errors) {
  for (std::size_t k = 0; k < share.size(); ++k) {
    const double s2 = share.all.inverse_d2[share.global(k)];
    const double sigma_a =
        std::clamp(std::tanh(z_at(s2)), least_sigma_a, std::sqrt(1.0 - least_error));
    const double obs = power.obs(s2);
    errors.alpha.push_back(sigma_a * std::sqrt(obs / power.model(s2)));
    errors.beta.push_back((1.0 - sigma_a * sigma_a) * obs);
  }
}

void require_test_set(std::size_t n_test) {
  if (n_test > 0) return;
  throw base::InputError(
      "the target ML estimates its errors from a test set, and no observed reflection is marked as "
      "test; name the column of free flags and the value that marks the test set, make a test set "
      "with --make-free, or choose a target that needs none (LSQ)");
}

}  // namespace

ErrorModel estimate_errors(const Share& share, std::span<const Complex> f_model,
                           const ErrorModelOptions& options) {
  const TestReflections test = gather_test_set(share, f_model);
  require_test_set(test.size());
  const MeanPower power(share, f_model);

  ErrorModel errors;
  errors.shells =
      Shells(share.all, marked(share.all, crystal::Use::test), most_shells, options.test_per_shell);
  estimate_shells(test, errors);
  if (test.size() < static_cast<std::size_t>(options.smooth_below)) {
    const SmoothSigmaA curve = smooth_curve(test, power);
    spread(
        share, power, [&](double s2) { return curve.z(s2); }, errors);
  } else {
    const std::vector<double> z = smoothed_z(errors);
    spread(
        share, power, [&](double s2) { return errors.shells.interpolate(z, s2); }, errors);
  }
  return errors;
}

}  // namespace polyform::targets
