// SPDX-License-Identifier: MPL-2.0
// Shell means of intensities and the lines between them.
#include "crystal/wilson_curve.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace polyform::crystal {
namespace {

constexpr std::size_t shell_size = 150;
constexpr std::size_t most_shells = 60;

}  // namespace

WilsonCurve::WilsonCurve(std::span<const double> reduced, std::span<const double> inverse_d2) {
  const std::size_t n = reduced.size();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return inverse_d2[a] < inverse_d2[b]; });
  const std::size_t shells = std::clamp<std::size_t>(n / shell_size, 1, most_shells);
  for (std::size_t shell = 0; shell < shells; ++shell) {
    const std::size_t begin = shell * n / shells, end = (shell + 1) * n / shells;
    double sum = 0, squares = 0, s2 = 0;
    for (std::size_t i = begin; i < end; ++i) {
      sum += reduced[order[i]];
      squares += reduced[order[i]] * reduced[order[i]];
      s2 += inverse_d2[order[i]];
    }
    const double count = static_cast<double>(end - begin);
    const double standard_error = std::sqrt(squares) / count;
    const double mean = std::max(sum / count, standard_error);
    if (!(mean > 0)) continue;  // nothing but zeros
    centre_.push_back(s2 / count);
    log_mean_.push_back(std::log(mean));
  }
}

double WilsonCurve::operator()(double inverse_d2) const {
  if (centre_.empty()) return 1.0;
  if (centre_.size() == 1) return std::exp(log_mean_[0]);
  const auto above = std::upper_bound(centre_.begin() + 1, centre_.end() - 1, inverse_d2);
  const auto right = static_cast<std::size_t>(above - centre_.begin());
  const std::size_t left = right - 1;
  const double t = (inverse_d2 - centre_[left]) / (centre_[right] - centre_[left]);
  // Half a shell beyond the first and last centre, at most.
  const double within = std::clamp(t, -0.5, 1.5);
  return std::exp(log_mean_[left] + within * (log_mean_[right] - log_mean_[left]));
}

}  // namespace polyform::crystal
