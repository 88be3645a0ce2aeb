// SPDX-License-Identifier: MPL-2.0
// alpha and beta of the likelihood from missing atoms and the coordinate error.
#include <algorithm>
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/base/units.hpp"
#include "polyform/kernels/magnitude.hpp"
#include "polyform/targets/error_model.hpp"

namespace polyform::targets {
namespace {

constexpr double least_error = 1e-4;     // of 1 - alpha^2
constexpr double largest_error = 1.5;    // [A]
constexpr double coarse_step = 0.05;     // [A]
constexpr double precision = 1e-4;       // [A]
constexpr double golden = 0.6180339887;  // (sqrt(5) - 1) / 2

double alpha_of(double error, double s2) {
  return std::exp(-0.25 * base::pi * base::pi * base::pi * error * error * s2);
}

// -ln likelihood of the work set.
class Misfit {
 public:
  Misfit(const Share& share, const ExpectedPower& power, std::span<const double> k_total,
         std::span<const Complex> f_model)
      : share_(share), power_(power), k_total_(k_total), f_model_(f_model) {}

  // Collective over team.
  double at(double error) const {
    const ErrorModel errors = errors_of_missing_atoms(share_, power_, k_total_, error);
    double sum = 0.0;
    for (std::size_t k = 0; k < share_.size(); ++k) {
      if (!in_work(share_, k)) continue;
      const std::size_t i = share_.global(k);
      sum += kernels::amplitude_likelihood(share_.all.f_obs[i], kernels::magnitude(f_model_[k]),
                                           errors.alpha[k], share_.all.epsilon[i] * errors.beta[k],
                                           parity_of(share_, k))
                 .value;
    }
    return share_.team.sum(sum);
  }

 private:
  const Share& share_;
  const ExpectedPower& power_;
  std::span<const double> k_total_;
  std::span<const Complex> f_model_;
};

// The lowest point of a coarse grid over [0, largest_error].
double coarse_minimum(const Misfit& misfit) {
  double best = 0.0, least = misfit.at(0.0);
  for (int i = 1; i * coarse_step <= largest_error + 1e-9; ++i) {
    const double value = misfit.at(i * coarse_step);
    if (value < least) {
      least = value;
      best = i * coarse_step;
    }
  }
  return best;
}

}  // namespace

ErrorModel errors_of_missing_atoms(const Share& share, const ExpectedPower& power,
                                   std::span<const double> k_total, double error) {
  ErrorModel errors;
  for (std::size_t k = 0; k < share.size(); ++k) {
    const double alpha = alpha_of(error, share.all.inverse_d2[share.global(k)]);
    const double misplaced = std::max(1.0 - alpha * alpha, least_error) * power.model[k];
    errors.alpha.push_back(alpha);
    errors.beta.push_back(k_total[k] * k_total[k] * (misplaced + power.missing[k]));
  }
  return errors;
}

double most_likely_coordinate_error(const Share& share, const ExpectedPower& power,
                                    std::span<const double> k_total,
                                    std::span<const Complex> f_model) {
  const Misfit misfit(share, power, k_total, f_model);
  const double start = coarse_minimum(misfit);
  double low = std::max(0.0, start - coarse_step);
  double high = std::min(largest_error, start + coarse_step);
  // Golden section: the minimum stays in [low, high].
  double left = high - golden * (high - low), right = low + golden * (high - low);
  double at_left = misfit.at(left), at_right = misfit.at(right);
  while (high - low > 0.1 * precision) {
    if (at_left <= at_right) {
      high = right;
      right = left;
      at_right = at_left;
      left = high - golden * (high - low);
      at_left = misfit.at(left);
    } else {
      low = left;
      left = right;
      at_left = at_right;
      right = low + golden * (high - low);
      at_right = misfit.at(right);
    }
  }
  return precision * std::round(0.5 * (low + high) / precision);
}

}  // namespace polyform::targets
