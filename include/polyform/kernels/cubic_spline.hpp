// SPDX-License-Identifier: MPL-2.0
// Smooth curves through values at equal steps.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace polyform::kernels {

/// n natural cubic splines over the same steps: twice continuously differentiable, no curvature at
/// their ends (de Boor (1978) A Practical Guide to Splines, ch. IV). Beyond the ends they stay what
/// they are there, with slope 0.
template <std::size_t n>
class CubicSplines {
 public:
  using Values = std::array<double, n>;
  struct Point {
    Values value{}, slope{};
  };

  CubicSplines() = default;
  /// values at first, first + step, ...; at least two.
  CubicSplines(double first, double step, std::vector<Values> values)
      : first_(first), step_(step), value_(std::move(values)), bend_(value_.size(), Values{}) {
    for (std::size_t k = 0; k < n; ++k) find_bends(k);
  }

  Point at(double x) const {
    const double place = (x - first_) / step_;
    if (place <= 0) return {value_.front(), {}};
    if (place >= static_cast<double>(value_.size() - 1)) return {value_.back(), {}};
    const auto i = static_cast<std::size_t>(place);
    const double t = place - static_cast<double>(i), u = 1 - t;
    const double bend_u = (u * u * u - u) / 6, bend_t = (t * t * t - t) / 6;
    const double slope_u = (1 - 3 * u * u) / 6, slope_t = (3 * t * t - 1) / 6;
    Point point;
    for (std::size_t k = 0; k < n; ++k) {
      const double low = value_[i][k], high = value_[i + 1][k];
      point.value[k] = u * low + t * high + bend_u * bend_[i][k] + bend_t * bend_[i + 1][k];
      point.slope[k] = (high - low + slope_u * bend_[i][k] + slope_t * bend_[i + 1][k]) / step_;
    }
    return point;
  }

 private:
  // bend_{i-1} + 4 bend_i + bend_{i+1} = 6 (value_{i-1} - 2 value_i + value_{i+1}), by elimination.
  void find_bends(std::size_t k) {
    const std::size_t size = value_.size();
    std::vector<double> above(size, 0.0);
    for (std::size_t i = 1; i + 1 < size; ++i) {
      const double right = 6 * (value_[i - 1][k] - 2 * value_[i][k] + value_[i + 1][k]);
      above[i] = 1 / (4 - above[i - 1]);
      bend_[i][k] = (right - bend_[i - 1][k]) * above[i];
    }
    for (std::size_t i = size - 1; i-- > 1;) bend_[i][k] -= above[i] * bend_[i + 1][k];
  }

  double first_ = 0, step_ = 1;
  std::vector<Values> value_, bend_;  // second derivatives, in steps
};

}  // namespace polyform::kernels
