// SPDX-License-Identifier: MPL-2.0
// From sigma_a of shells or of a curve to alpha and beta of every reflection.
#include "error_curves.hpp"

#include <algorithm>
#include <cmath>

#include "amplitudes.hpp"

namespace polyform::targets {
namespace {

constexpr int most_power_shells = 40;  // of A and B
constexpr int least_in_power_shell = 100;
constexpr double least_sigma_a = 0.05;
constexpr double least_error = 1e-4;  // of 1 - sigma_a^2

double logarithm(double power) { return std::log(std::max(power, 1e-30)); }

}  // namespace

MeanPower::MeanPower(const Share& share, std::span<const Complex> f_model)
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

double MeanPower::obs(double s2) const { return std::exp(shells_.interpolate(log_obs_, s2)); }
double MeanPower::model(double s2) const { return std::exp(shells_.interpolate(log_model_, s2)); }

namespace {

// The pairs of one shell, solved.
AlphaBeta solve(const Gathered& pairs, const Shells& shells, int shell) {
  std::vector<double> f_obs, f_model, epsilon;
  std::vector<char> centric;
  for (std::size_t j = 0; j < pairs.size(); ++j) {
    if (shells.of(pairs.index[j]) != shell) continue;
    f_obs.push_back(pairs.f_obs[j]);
    f_model.push_back(pairs.f_model[j]);
    epsilon.push_back(pairs.epsilon[j]);
    centric.push_back(pairs.centric[j]);
  }
  return alpha_beta_of_shell(f_obs, f_model, epsilon, centric);
}

}  // namespace

void estimate_shells(const parallel::Communicator& team, const Gathered& pairs,
                     ErrorModel& errors) {
  const auto n = static_cast<std::size_t>(errors.shells.size());
  std::vector<double> found(3 * n, 0.0);  // alpha, beta, sigma_a; 0 where another rank solves
  for (std::size_t shell = 0; shell < n; ++shell) {
    if (shell % static_cast<std::size_t>(team.size()) != static_cast<std::size_t>(team.rank()))
      continue;
    const AlphaBeta raw = solve(pairs, errors.shells, static_cast<int>(shell));
    found[3 * shell] = raw.alpha;
    found[3 * shell + 1] = raw.beta;
    found[3 * shell + 2] = raw.sigma_a;
  }
  team.sum(found);
  errors.shell_n.assign(n, 0);
  for (std::size_t i : pairs.index) ++errors.shell_n[static_cast<std::size_t>(errors.shells.of(i))];
  for (std::size_t shell = 0; shell < n; ++shell) {
    errors.shell_alpha.push_back(found[3 * shell]);
    errors.shell_beta.push_back(found[3 * shell + 1]);
    errors.shell_sigma_a.push_back(found[3 * shell + 2]);
  }
}

std::vector<double> smoothed_z(const ErrorModel& errors) {
  const auto n = errors.shell_sigma_a.size();
  std::vector<double> smooth(n);
  for (std::size_t shell = 0; shell < n; ++shell) {
    double sum = 0.0, weights = 0.0;
    for (std::size_t near = shell > 0 ? shell - 1 : 0; near < std::min(n, shell + 2); ++near) {
      const double weight = (near == shell ? 2.0 : 1.0) * static_cast<double>(errors.shell_n[near]);
      sum += weight * std::atanh(std::min(errors.shell_sigma_a[near], 1.0 - 1e-8));
      weights += weight;
    }
    smooth[shell] = sum / weights;
  }
  return smooth;
}

void add_reflection(const MeanPower& power, double s2, double sigma_a, ErrorModel& errors) {
  const double kept = std::clamp(sigma_a, least_sigma_a, std::sqrt(1.0 - least_error));
  const double obs = power.obs(s2);
  errors.alpha.push_back(kept * std::sqrt(obs / power.model(s2)));
  errors.beta.push_back((1.0 - kept * kept) * obs);
}

}  // namespace polyform::targets
