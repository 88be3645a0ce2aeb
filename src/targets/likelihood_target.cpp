// SPDX-License-Identifier: MPL-2.0
// ML: the mean over the work set of -ln p(F_obs; alpha |F_model|, epsilon beta).
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/kernels/magnitude.hpp"
#include "polyform/targets/target.hpp"

namespace polyform::targets {
namespace {

using kernels::AmplitudeTerm;

class MaximumLikelihood final : public Target {
 public:
  MaximumLikelihood(const Share& share, const ErrorModel& errors, double n_work)
      : share_(share), alpha_(errors.alpha), beta_(errors.beta), n_work_(n_work) {}

  double evaluate(std::span<const Complex> f_model, std::span<Complex> slope) const override {
    double total = 0.0;
    for (std::size_t k = 0; k < share_.size(); ++k) {
      slope[k] = 0.0;
      if (!in_work(share_, k)) continue;
      const double magnitude = kernels::magnitude(f_model[k]);
      const AmplitudeTerm term = term_of(k, magnitude);
      total += term.value / n_work_;
      slope[k] = along(f_model[k], magnitude, term.slope / n_work_);
    }
    return total;
  }

  void curvature(std::span<const Complex> f_model, std::span<double> second) const override {
    for (std::size_t k = 0; k < share_.size(); ++k)
      second[k] =
          in_work(share_, k) ? term_of(k, kernels::magnitude(f_model[k])).second / n_work_ : 0.0;
  }

 private:
  AmplitudeTerm term_of(std::size_t k, double magnitude) const {
    const std::size_t i = share_.global(k);
    return kernels::amplitude_likelihood(share_.all.f_obs[i], magnitude, alpha_[k],
                                         share_.all.epsilon[i] * beta_[k], parity_of(share_, k));
  }

  Share share_;
  std::vector<double> alpha_, beta_;  // at the owned reflections
  double n_work_;                     // of the whole form
};

}  // namespace

std::unique_ptr<Target> make_ml(const Share& share, const ErrorModel& errors) {
  return std::make_unique<MaximumLikelihood>(share, errors, require_work_set(share));
}

}  // namespace polyform::targets
