// SPDX-License-Identifier: MPL-2.0
// alpha and beta that maximise the likelihood of one shell.
#include <cmath>

#include "polyform/kernels/likelihood.hpp"
#include "polyform/targets/error_model.hpp"

// Lunin & Skovoroda (1995), eqs. 12-15. With A = <Fm^2/eps>, B = <Fo^2/eps> (means weighted 2 for
// acentric, 1 for centric), normalised amplitudes Ec = Fm / sqrt(eps A), Eo = Fo / sqrt(eps B), and
// alpha = sigma_a sqrt(B/A), beta = (1 - sigma_a^2) B, their equations become one,
//   sigma_a = < m Eo Ec >,   m = I1/I0(2 t Eo Ec) or tanh(t Eo Ec),  t = sigma_a / (1 - sigma_a^2),
// with a root in (0, 1) when < (Eo Ec)^2 > exceeds 1, and sigma_a = 0 otherwise.

namespace polyform::targets {
namespace {

constexpr double z_low = 1e-4;   // sigma_a = tanh z
constexpr double z_high = 10.0;  // 1 - sigma_a^2 = 8e-9

struct Shell {
  std::vector<double> product;  // Eo Ec
  std::vector<double> weight;   // 2 acentric, 1 centric; their sum is 1
  double mean_model = 0;        // A
  double mean_obs = 0;          // B
};

Shell normalised(std::span<const double> f_obs, std::span<const double> f_model,
                 std::span<const double> epsilon, std::span<const char> centric) {
  Shell shell;
  double weights = 0.0;
  for (std::size_t j = 0; j < f_obs.size(); ++j) {
    const double weight = centric[j] ? 1.0 : 2.0;
    shell.weight.push_back(weight);
    weights += weight;
    shell.mean_model += weight * f_model[j] * f_model[j] / epsilon[j];
    shell.mean_obs += weight * f_obs[j] * f_obs[j] / epsilon[j];
  }
  if (f_obs.empty()) return shell;
  shell.mean_model /= weights;
  shell.mean_obs /= weights;
  const double scale = std::sqrt(shell.mean_model * shell.mean_obs);
  for (std::size_t j = 0; j < f_obs.size(); ++j) {
    shell.weight[j] /= weights;
    shell.product.push_back(scale > 0.0 ? f_obs[j] * f_model[j] / (epsilon[j] * scale) : 0.0);
  }
  return shell;
}

// tanh z - < m Eo Ec >: negative below the root, positive above.
double excess(const Shell& shell, std::span<const char> centric, double z) {
  const double t = 0.5 * std::sinh(2.0 * z);
  double mean = 0.0;
  for (std::size_t j = 0; j < shell.product.size(); ++j) {
    const auto parity = centric[j] ? kernels::Parity::centric : kernels::Parity::acentric;
    mean += shell.weight[j] * shell.product[j] *
            kernels::figure_of_merit(shell.product[j], 1.0, t, 1.0, parity);
  }
  return std::tanh(z) - mean;
}

// Root in [low, high] of a function negative at low and positive at high, by false position with
// halved ends (the Illinois method: Dowell & Jarratt (1971) BIT 11, 168).
template <class Function>
double root(Function function, double low, double high) {
  double at_low = function(low), at_high = function(high);
  if (at_low >= 0.0) return 0.0;
  if (at_high <= 0.0) return high;
  int kept = 0;
  for (int step = 0; step < 200 && high - low > 1e-13 * high; ++step) {
    const double middle = (low * at_high - high * at_low) / (at_high - at_low);
    const double at_middle = function(middle);
    if (at_middle == 0.0) return middle;
    if (at_middle > 0.0) {
      high = middle;
      at_high = at_middle;
      if (kept == -1) at_low *= 0.5;
      kept = -1;
    } else {
      low = middle;
      at_low = at_middle;
      if (kept == 1) at_high *= 0.5;
      kept = 1;
    }
  }
  return 0.5 * (low + high);
}

}  // namespace

AlphaBeta alpha_beta_of_shell(std::span<const double> f_obs, std::span<const double> f_model,
                              std::span<const double> epsilon, std::span<const char> centric) {
  const Shell shell = normalised(f_obs, f_model, epsilon, centric);
  if (!(shell.mean_model > 0.0) || !(shell.mean_obs > 0.0)) return {0.0, shell.mean_obs, 0.0};
  const double z = root([&](double at) { return excess(shell, centric, at); }, z_low, z_high);
  const double cosh_z = std::cosh(z);
  return {std::tanh(z) * std::sqrt(shell.mean_obs / shell.mean_model),
          shell.mean_obs / (cosh_z * cosh_z), std::tanh(z)};
}

}  // namespace polyform::targets
