// SPDX-License-Identifier: MPL-2.0
// Counts and limits of a list of reflections.
#include "polyform/crystal/reflections.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace polyform::crystal {
namespace {

double resolution(double inverse_d2) { return inverse_d2 > 0 ? 1.0 / std::sqrt(inverse_d2) : 0.0; }

}  // namespace

std::size_t Reflections::count(Use which) const {
  return static_cast<std::size_t>(std::count(use.begin(), use.end(), which));
}

double Reflections::d_min() const {
  double largest = 0.0;
  for (std::size_t i = 0; i < size(); ++i)
    if (use[i] != Use::unobserved) largest = std::max(largest, inverse_d2[i]);
  return resolution(largest);
}

double Reflections::d_max() const {
  double smallest = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < size(); ++i)
    if (use[i] != Use::unobserved) smallest = std::min(smallest, inverse_d2[i]);
  return std::isfinite(smallest) ? resolution(smallest) : 0.0;
}

}  // namespace polyform::crystal
