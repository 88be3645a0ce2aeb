// SPDX-License-Identifier: MPL-2.0
// Resolution shells and smooth curves across them.
#include "polyform/targets/shells.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::targets {
namespace {

// s^2 of the counted reflections, ascending.
std::vector<double> sorted_s2(const Reflections& reflections, std::span<const char> counted) {
  std::vector<double> s2;
  for (std::size_t i = 0; i < reflections.size(); ++i)
    if (counted[i]) s2.push_back(reflections.inverse_d2[i]);
  std::sort(s2.begin(), s2.end());
  return s2;
}

// Upper ends of all shells but the last. An edge lies in a gap between neighbours: reflections
// whose s^2 is equal (to rounding, as in cubic cells) stay together, and no shell is empty.
std::vector<double> inner_edges(const std::vector<double>& s2, std::size_t n) {
  constexpr double equal = 1e-9;
  std::vector<double> edges;
  std::size_t previous = 0;
  for (std::size_t shell = 1; shell < n; ++shell) {
    std::size_t first = shell * s2.size() / n;
    while (first < s2.size() && s2[first] - s2[first - 1] < equal * s2[first]) ++first;
    if (first >= s2.size() || first <= previous) continue;
    edges.push_back(0.5 * (s2[first - 1] + s2[first]));
    previous = first;
  }
  return edges;
}

double d_of(double s2) { return 1.0 / std::sqrt(s2); }

}  // namespace

Shells::Shells(const Reflections& reflections, std::span<const char> counted, int n, int least) {
  if (reflections.size() == 0) return;
  std::vector<double> s2 = sorted_s2(reflections, counted);
  const std::size_t affordable =
      std::max<std::size_t>(1, s2.size() / static_cast<std::size_t>(std::max(1, least)));
  if (s2.empty()) s2 = reflections.inverse_d2;
  const std::vector<double> edges =
      inner_edges(s2, std::min(affordable, static_cast<std::size_t>(std::max(1, n))));

  const auto shell_at = [&](double value) {
    return std::upper_bound(edges.begin(), edges.end(), value) - edges.begin();
  };
  shell_.reserve(reflections.size());
  for (double value : reflections.inverse_d2) shell_.push_back(static_cast<int>(shell_at(value)));

  mean_s2_.assign(edges.size() + 1, 0.0);
  std::vector<double> count(mean_s2_.size(), 0.0);
  for (double value : s2) {
    const auto shell = static_cast<std::size_t>(shell_at(value));
    mean_s2_[shell] += value;
    count[shell] += 1.0;
  }
  for (std::size_t k = 0; k < mean_s2_.size(); ++k) mean_s2_[k] /= count[k];

  const auto [lowest, highest] =
      std::minmax_element(reflections.inverse_d2.begin(), reflections.inverse_d2.end());
  for (std::size_t k = 0; k < mean_s2_.size(); ++k) {
    d_low_.push_back(d_of(k == 0 ? *lowest : edges[k - 1]));
    d_high_.push_back(d_of(k == edges.size() ? *highest : edges[k]));
  }
}

double Shells::interpolate(std::span<const double> value_of_shell, double s2) const {
  if (s2 <= mean_s2_.front()) return value_of_shell.front();
  if (s2 >= mean_s2_.back()) return value_of_shell[mean_s2_.size() - 1];
  const auto after = std::upper_bound(mean_s2_.begin(), mean_s2_.end(), s2);
  const auto k = static_cast<std::size_t>(after - mean_s2_.begin());
  const double part = (s2 - mean_s2_[k - 1]) / (mean_s2_[k] - mean_s2_[k - 1]);
  return (1.0 - part) * value_of_shell[k - 1] + part * value_of_shell[k];
}

}  // namespace polyform::targets
