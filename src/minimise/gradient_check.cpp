// SPDX-License-Identifier: MPL-2.0
// Gradients against central differences.
#include "polyform/minimise/gradient_check.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace polyform::minimise {

GradientCheck check_gradient(Objective& objective, std::span<const double> x, double step,
                             std::size_t n_sampled) {
  std::vector<double> at(x.begin(), x.end()), gradient(x.size()), unused(x.size());
  objective.evaluate(at, gradient);
  GradientCheck check;
  double difference2 = 0, size2 = 0;
  const std::size_t stride =
      std::max<std::size_t>(1, x.size() / std::max<std::size_t>(n_sampled, 1));
  for (std::size_t i = 0; i < x.size(); i += stride) {
    at[i] = x[i] + step;
    const double above = objective.evaluate(at, unused);
    at[i] = x[i] - step;
    const double below = objective.evaluate(at, unused);
    at[i] = x[i];
    const double numeric = (above - below) / (2 * step);
    difference2 += (numeric - gradient[i]) * (numeric - gradient[i]);
    size2 += numeric * numeric;
    ++check.n;
  }
  check.relative_rms = size2 > 0 ? std::sqrt(difference2 / size2) : std::sqrt(difference2);
  objective.evaluate(at, unused);
  return check;
}

}  // namespace polyform::minimise
