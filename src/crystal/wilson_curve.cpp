// SPDX-License-Identifier: MPL-2.0
// Shell means of intensities and the lines between them.
#include "crystal/wilson_curve.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace polyform::crystal {
namespace {

constexpr std::size_t least_size = 150;
constexpr double precision = 0.08;  // wanted standard error of a shell's mean, relative

struct Shell {
  double sum = 0, squares = 0, s2 = 0;
  std::size_t n = 0;

  void add(double intensity, double inverse_d2) {
    sum += intensity;
    squares += intensity * intensity;
    s2 += inverse_d2;
    ++n;
  }
  void add(const Shell& other) {
    sum += other.sum;
    squares += other.squares;
    s2 += other.s2;
    n += other.n;
  }
  double mean() const { return sum / static_cast<double>(n); }
  double standard_error() const {
    const double count = static_cast<double>(n);
    return std::sqrt(std::max(squares / count - mean() * mean(), 0.0) / count);
  }
  bool is_precise() const { return n >= least_size && standard_error() < precision * mean(); }
};

std::vector<Shell> shells_of(std::span<const double> reduced, std::span<const double> inverse_d2) {
  std::vector<std::size_t> order(reduced.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return inverse_d2[a] < inverse_d2[b]; });
  const std::size_t most = std::max(order.size() / 6, least_size);
  std::vector<Shell> shells;
  Shell shell;
  for (const std::size_t i : order) {
    shell.add(reduced[i], inverse_d2[i]);
    if (!shell.is_precise() && shell.n < most) continue;
    shells.push_back(shell);
    shell = {};
  }
  // What is left over at the end is too little for a shell of its own.
  if (shells.empty())
    shells.push_back(shell);
  else if (shell.n > 0)
    shells.back().add(shell);
  return shells;
}

}  // namespace

WilsonCurve::WilsonCurve(std::span<const double> reduced, std::span<const double> inverse_d2) {
  for (const Shell& shell : shells_of(reduced, inverse_d2)) {
    const double mean = std::max(shell.mean(), shell.standard_error());
    if (!(mean > 0)) continue;  // nothing but zeros
    centre_.push_back(shell.s2 / static_cast<double>(shell.n));
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
