// SPDX-License-Identifier: MPL-2.0
// LSQ: the sum of squared differences of amplitudes.
#include <array>
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/base/error.hpp"
#include "polyform/targets/target.hpp"

namespace polyform::targets {
namespace {

class LeastSquares final : public Target {
 public:
  LeastSquares(const Share& share, double scale, double norm)
      : share_(share), scale_(scale), norm_(norm) {}

  // T = sum (Fo - k Fm)^2 / sum Fo^2, dT/dFm = -2 k (Fo - k Fm) / sum Fo^2
  double evaluate(std::span<const Complex> f_model, std::span<Complex> slope) const override {
    double total = 0.0;
    for (std::size_t k = 0; k < share_.size(); ++k) {
      slope[k] = 0.0;
      if (!in_work(share_, k)) continue;
      const double magnitude = std::abs(f_model[k]);
      const double difference = share_.all.f_obs[share_.global(k)] - scale_ * magnitude;
      total += difference * difference / norm_;
      slope[k] = along(f_model[k], magnitude, -2.0 * scale_ * difference / norm_);
    }
    return total;
  }

  void curvature(std::span<const Complex>, std::span<double> second) const override {
    for (std::size_t k = 0; k < share_.size(); ++k)
      second[k] = in_work(share_, k) ? 2.0 * scale_ * scale_ / norm_ : 0.0;
  }

 private:
  Share share_;
  double scale_;  // k
  double norm_;   // sum of Fo^2
};

}  // namespace

std::unique_ptr<Target> make_lsq(const Share& share, std::span<const Complex> f_model) {
  std::array<double, 3> sums{};  // Fo Fm, Fm^2, Fo^2
  for (std::size_t k = 0; k < share.size(); ++k) {
    if (!in_work(share, k)) continue;
    const double f_obs = share.all.f_obs[share.global(k)];
    sums[0] += f_obs * std::abs(f_model[k]);
    sums[1] += std::norm(f_model[k]);
    sums[2] += f_obs * f_obs;
  }
  share.team.sum(sums);
  if (!(sums[1] > 0.0) || !(sums[2] > 0.0))
    throw base::InputError(
        "the least-squares target has nothing to compare: no work reflection with F_obs and "
        "F_model above 0; check the resolution limits, the free flags and the model");
  return std::make_unique<LeastSquares>(share, sums[0] / sums[1], sums[2]);
}

}  // namespace polyform::targets
