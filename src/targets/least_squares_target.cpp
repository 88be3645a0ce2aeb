// SPDX-License-Identifier: MPL-2.0
// LSQ: the weighted sum of squared differences of amplitudes.
#include <algorithm>
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/kernels/magnitude.hpp"
#include "polyform/targets/shells.hpp"
#include "polyform/targets/target.hpp"

namespace polyform::targets {
namespace {

constexpr int least_in_shell = 30;
constexpr double least_residual = 1e-6;  // of <Fo^2>: a shell that fits better weighs no more

class LeastSquares final : public Target {
 public:
  /// weight: of the work set over sum w Fo^2; scale: k. One an owned reflection.
  LeastSquares(const Share& share, std::vector<double> weight, std::vector<double> scale)
      : share_(share), weight_(std::move(weight)), scale_(std::move(scale)) {}

  // T = sum w (Fo - k Fm)^2, dT/dFm = -2 w k (Fo - k Fm)
  double evaluate(std::span<const Complex> f_model, std::span<Complex> slope) const override {
    double total = 0.0;
    for (std::size_t k = 0; k < share_.size(); ++k) {
      slope[k] = 0.0;
      if (!in_work(share_, k)) continue;
      const double magnitude = kernels::magnitude(f_model[k]);
      const double difference = share_.all.f_obs[share_.global(k)] - scale_[k] * magnitude;
      total += weight_[k] * difference * difference;
      slope[k] = along(f_model[k], magnitude, -2.0 * weight_[k] * scale_[k] * difference);
    }
    return total;
  }

  void curvature(std::span<const Complex>, std::span<double> second) const override {
    for (std::size_t k = 0; k < share_.size(); ++k)
      second[k] = in_work(share_, k) ? 2.0 * weight_[k] * scale_[k] * scale_[k] : 0.0;
  }

 private:
  Share share_;
  std::vector<double> weight_, scale_;
};

// Weights and scales of one target while it is made.
class LsqTerms {
 public:
  LsqTerms(const Share& share, std::span<const Complex> f_model, const LsqOptions& options)
      : share_(share),
        f_model_(f_model),
        shells_(share.all, marked(share.all, crystal::Use::work), options.shells, least_in_shell),
        weight_(share.size(), 1.0),
        scale_(share.size(), 1.0) {
    require_something();
    if (options.weights == "sigma") weigh_by_sigma();
    fit_scale(options.scale);
    if (options.weights == "shell") {
      weigh_by_residual();
      fit_scale(options.scale);
    }
    normalise();
  }

  std::unique_ptr<Target> target() {
    return std::make_unique<LeastSquares>(share_, std::move(weight_), std::move(scale_));
  }

 private:
  double f_obs(std::size_t k) const { return share_.all.f_obs[share_.global(k)]; }
  double sigma(std::size_t k) const { return share_.all.sigma[share_.global(k)]; }
  std::size_t shell(std::size_t k) const {
    return static_cast<std::size_t>(shells_.of(share_.global(k)));
  }

  // Sums over the work set by shell of two quantities of a reflection, then their totals.
  template <class First, class Second>
  std::vector<double> sums(First first, Second second) const {
    const auto n = static_cast<std::size_t>(shells_.size());
    std::vector<double> sum(2 * (n + 1), 0.0);
    for (std::size_t k = 0; k < share_.size(); ++k) {
      if (!in_work(share_, k)) continue;
      for (std::size_t to : {shell(k), n}) {
        sum[2 * to] += first(k);
        sum[2 * to + 1] += second(k);
      }
    }
    share_.team.sum(sum);
    return sum;
  }
  // The ratio of the two of a shell, or of all where the shell has none of the second.
  double ratio(const std::vector<double>& sum, std::size_t of) const {
    const std::size_t at = sum[2 * of + 1] > 0.0 ? of : static_cast<std::size_t>(shells_.size());
    return sum[2 * at] / sum[2 * at + 1];
  }

  void require_something() const {
    const auto sum = sums([&](std::size_t k) { return std::norm(f_model_[k]); },
                          [&](std::size_t k) { return f_obs(k) * f_obs(k); });
    if (sum[sum.size() - 2] > 0.0 && sum.back() > 0.0) return;
    throw base::InputError(
        "the least-squares target has nothing to compare: no work reflection with F_obs and "
        "F_model above 0; check the resolution limits, the free flags and the model");
  }

  void weigh_by_sigma() {
    const auto has_sigma = [&](std::size_t k) { return std::isfinite(sigma(k)) && sigma(k) > 0.0; };
    const auto sum = sums([&](std::size_t k) { return has_sigma(k) ? sigma(k) * sigma(k) : 0.0; },
                          [&](std::size_t k) { return has_sigma(k) ? 1.0 : 0.0; });
    if (!(sum.back() > 0.0))
      throw base::InputError(
          "lsq.weights is sigma, and no work reflection has a sigma above 0; name the column of "
          "sigmas with --labels, or set lsq.weights to unit or shell");
    for (std::size_t k = 0; k < share_.size(); ++k)
      weight_[k] = 1.0 / (has_sigma(k) ? sigma(k) * sigma(k) : ratio(sum, shell(k)));
  }

  void fit_scale(const std::string& scale) {
    const auto sum =
        sums([&](std::size_t k) { return weight_[k] * f_obs(k) * kernels::magnitude(f_model_[k]); },
             [&](std::size_t k) { return weight_[k] * std::norm(f_model_[k]); });
    const auto all = static_cast<std::size_t>(shells_.size());
    for (std::size_t k = 0; k < share_.size(); ++k)
      scale_[k] = ratio(sum, scale == "shell" ? shell(k) : all);
  }

  void weigh_by_residual() {
    const auto residual = sums(
        [&](std::size_t k) {
          const double difference = f_obs(k) - scale_[k] * kernels::magnitude(f_model_[k]);
          return difference * difference;
        },
        [](std::size_t) { return 1.0; });
    const auto power =
        sums([&](std::size_t k) { return f_obs(k) * f_obs(k); }, [](std::size_t) { return 1.0; });
    const double all = ratio(power, static_cast<std::size_t>(shells_.size()));
    for (std::size_t k = 0; k < share_.size(); ++k)
      weight_[k] = 1.0 / std::max(ratio(residual, shell(k)), least_residual * all);
  }

  void normalise() {
    const auto sum = sums([&](std::size_t k) { return weight_[k] * f_obs(k) * f_obs(k); },
                          [](std::size_t) { return 1.0; });
    for (double& weight : weight_) weight /= sum[sum.size() - 2];
  }

  Share share_;
  std::span<const Complex> f_model_;
  Shells shells_;
  std::vector<double> weight_, scale_;
};

}  // namespace

std::unique_ptr<Target> make_lsq(const Share& share, std::span<const Complex> f_model,
                                 const LsqOptions& options) {
  return LsqTerms(share, f_model, options).target();
}

}  // namespace polyform::targets
