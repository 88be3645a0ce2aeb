// SPDX-License-Identifier: MPL-2.0
// The mean direction of an uncertain phase.
#include "crystal/phase_centroid.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "polyform/base/units.hpp"

namespace polyform::crystal {

// hR = -h: F(-h) = F(h) exp(-2 pi i h.t) is the conjugate of F(h), so that 2 phi = 2 pi h.t.
PhaseRestriction phase_restriction(const Hkl& hkl, const Crystal& crystal) {
  const Eigen::RowVector3i h(hkl[0], hkl[1], hkl[2]);
  for (const SymmetryOperator& op : crystal.primitive) {
    const Eigen::RowVector3i mate = h * op.rotation;
    if (mate == -h) return base::pi * h.cast<double>().dot(op.translation);
  }
  return {};
}

std::complex<double> phase_centroid(const std::array<double, 4>& abcd,
                                    const PhaseRestriction& allowed) {
  constexpr int steps = 72;
  const int n = allowed ? 2 : steps;
  const double first = allowed.value_or(0.0);
  const auto phase = [&](int k) { return first + base::two_pi * k / n; };
  const auto exponent = [&](double phi) {
    return abcd[0] * std::cos(phi) + abcd[1] * std::sin(phi) + abcd[2] * std::cos(2 * phi) +
           abcd[3] * std::sin(2 * phi);
  };
  double most = exponent(phase(0));
  for (int k = 1; k < n; ++k) most = std::max(most, exponent(phase(k)));
  std::complex<double> sum;
  double norm = 0;
  for (int k = 0; k < n; ++k) {
    const double p = std::exp(exponent(phase(k)) - most);
    sum += std::polar(p, phase(k));
    norm += p;
  }
  return sum / norm;
}

}  // namespace polyform::crystal
