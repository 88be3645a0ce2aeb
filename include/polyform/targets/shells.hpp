// SPDX-License-Identifier: MPL-2.0
// Resolution shells and smooth curves across them.
#pragma once

#include <span>
#include <vector>

#include "polyform/crystal/reflections.hpp"

namespace polyform::targets {

using crystal::Reflections;
using crystal::Use;

/// Shells of equal numbers of reflections, from low to high resolution.
class Shells {
 public:
  Shells() = default;
  /// n shells with equal numbers of the reflections that `counted` marks (one entry a reflection);
  /// fewer when a shell would have less than `least` of them; at least one. All reflections,
  /// counted or not, are put into the shell their resolution falls in (the outer ones into the
  /// ends).
  Shells(const Reflections& reflections, std::span<const char> counted, int n, int least);

  int size() const { return static_cast<int>(d_low_.size()); }
  int of(std::size_t reflection) const { return shell_[reflection]; }
  double d_low(int shell) const { return d_low_[static_cast<std::size_t>(shell)]; }  ///< [A]
  double d_high(int shell) const { return d_high_[static_cast<std::size_t>(shell)]; }
  /// Mean s^2 [1/A^2] of the counted reflections of a shell.
  double mean_s2(int shell) const { return mean_s2_[static_cast<std::size_t>(shell)]; }

  /// Value at s2 of the curve through (mean_s2, value of shell): linear in s^2, constant outside.
  double interpolate(std::span<const double> value_of_shell, double s2) const;

 private:
  std::vector<int> shell_;
  std::vector<double> d_low_, d_high_, mean_s2_;
};

}  // namespace polyform::targets
