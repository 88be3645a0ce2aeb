// SPDX-License-Identifier: MPL-2.0
// How well a model predicts reflections that it was not fitted to.
#include "polyform/targets/held_out.hpp"
#include "polyform/kernels/magnitude.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/kernels/likelihood.hpp"
#include "polyform/targets/error_model.hpp"
#include "polyform/targets/shells.hpp"

namespace polyform::targets {
namespace {

constexpr int most_shells = 20;
constexpr int least_in_shell = 50;
constexpr double least_part = 1e-6;  // of beta in the mean square amplitude

// Amplitudes of one shell, and where they stand among the chosen.
struct Pairs {
  std::vector<std::size_t> place;
  std::vector<double> f_obs, f_model, epsilon;
  std::vector<char> centric;
};

std::vector<Pairs> by_shell(const crystal::Reflections& reflections,
                            std::span<const std::size_t> chosen, std::span<const Complex> f_model) {
  std::vector<char> marks(reflections.size(), 0);
  for (std::size_t i : chosen) marks[i] = 1;
  const Shells shells(reflections, marks, most_shells, least_in_shell);
  std::vector<Pairs> all(static_cast<std::size_t>(shells.size()));
  for (std::size_t j = 0; j < chosen.size(); ++j) {
    const std::size_t i = chosen[j];
    Pairs& shell = all[static_cast<std::size_t>(shells.of(i))];
    shell.place.push_back(j);
    shell.f_obs.push_back(reflections.f_obs[i]);
    shell.f_model.push_back(kernels::magnitude(f_model[i]));
    shell.epsilon.push_back(reflections.epsilon[i]);
    shell.centric.push_back(static_cast<char>(reflections.centric[i]));
  }
  return all;
}

// A model without any error keeps a little, so that ln p stays finite.
double least_beta(const Pairs& shell) {
  double sum = 0;
  for (std::size_t j = 0; j < shell.f_obs.size(); ++j)
    sum += shell.f_obs[j] * shell.f_obs[j] / shell.epsilon[j];
  return std::max(least_part * sum / static_cast<double>(shell.f_obs.size()), 1e-300);
}

}  // namespace

std::vector<double> held_out_likelihood(const crystal::Reflections& reflections,
                                        std::span<const std::size_t> chosen,
                                        std::span<const Complex> f_model) {
  std::vector<double> found(chosen.size());
  for (const Pairs& shell : by_shell(reflections, chosen, f_model)) {
    if (shell.place.empty()) continue;
    const AlphaBeta best =
        alpha_beta_of_shell(shell.f_obs, shell.f_model, shell.epsilon, shell.centric);
    const double beta = std::max(best.beta, least_beta(shell));
    for (std::size_t j = 0; j < shell.place.size(); ++j)
      found[shell.place[j]] =
          kernels::amplitude_likelihood(
              shell.f_obs[j], shell.f_model[j], best.alpha, shell.epsilon[j] * beta,
              shell.centric[j] ? kernels::Parity::centric : kernels::Parity::acentric)
              .value;
  }
  return found;
}

}  // namespace polyform::targets
