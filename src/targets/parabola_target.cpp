// SPDX-License-Identifier: MPL-2.0
// ML_APR: the mean over the work set of the parabolas that stand for ML's terms.
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/kernels/magnitude.hpp"
#include "polyform/targets/target.hpp"

namespace polyform::targets {
namespace {

using kernels::AmplitudeParabola;

class Parabolas final : public Target {
 public:
  Parabolas(const Share& share, const ErrorModel& errors, double n_work)
      : share_(share), n_work_(n_work), parabolas_(share.size()) {
    for (std::size_t k = 0; k < share.size(); ++k) {
      if (!in_work(share, k)) continue;
      const std::size_t i = share.global(k);
      parabolas_[k] =
          kernels::likelihood_parabola(share.all.f_obs[i], errors.alpha[k],
                                       share.all.epsilon[i] * errors.beta[k], parity_of(share, k));
    }
  }

  // T = mean of least + w* (Fm - F*)^2, dT/dFm = 2 w* (Fm - F*) / n_work
  double evaluate(std::span<const Complex> f_model, std::span<Complex> slope) const override {
    double total = 0.0;
    for (std::size_t k = 0; k < share_.size(); ++k) {
      slope[k] = 0.0;
      if (!in_work(share_, k)) continue;
      const auto [f_star, w_star, least] = parabolas_[k];
      const double magnitude = kernels::magnitude(f_model[k]);
      const double difference = magnitude - f_star;
      total += (least + w_star * difference * difference) / n_work_;
      slope[k] = along(f_model[k], magnitude, 2.0 * w_star * difference / n_work_);
    }
    return total;
  }

  void curvature(std::span<const Complex>, std::span<double> second) const override {
    for (std::size_t k = 0; k < share_.size(); ++k)
      second[k] = in_work(share_, k) ? 2.0 * parabolas_[k].w_star / n_work_ : 0.0;
  }

 private:
  Share share_;
  double n_work_;                             // of the whole form
  std::vector<AmplitudeParabola> parabolas_;  // at the owned reflections; of the work set alone
};

}  // namespace

std::unique_ptr<Target> make_ml_apr(const Share& share, const ErrorModel& errors) {
  return std::make_unique<Parabolas>(share, errors, require_work_set(share));
}

}  // namespace polyform::targets
