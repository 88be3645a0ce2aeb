// SPDX-License-Identifier: MPL-2.0
// Cardinal B-splines of degree 5.
#include "polyform/kernels/spline.hpp"

#include <cmath>

namespace polyform::kernels {

SplineShares spline_shares(double part) {
  constexpr std::size_t n = spline_points;
  SplineShares shares;
  std::array<double, n>& m = shares.value;
  // M_2, then M_k(u) = u/(k-1) M_{k-1}(u) + (k-u)/(k-1) M_{k-1}(u-1), in place from the far end.
  m[0] = 1 - part;
  m[1] = part;
  for (std::size_t k = 3; k <= n; ++k) {
    if (k == n) {
      // dM_k(u)/du = M_{k-1}(u) - M_{k-1}(u-1)
      shares.slope[0] = -m[0];
      for (std::size_t j = 1; j + 1 < n; ++j) shares.slope[j] = m[j - 1] - m[j];
      shares.slope[n - 1] = m[n - 2];
    }
    const double scale = 1.0 / static_cast<double>(k - 1);
    m[k - 1] = scale * part * m[k - 2];
    for (std::size_t j = k - 2; j > 0; --j)
      m[j] = scale * ((part + static_cast<double>(k - 1 - j)) * m[j - 1] +
                      (static_cast<double>(j + 1) - part) * m[j]);
    m[0] *= scale * (1 - part);
  }
  return shares;
}

double spline_transfer(double cycles) {
  if (cycles == 0) return 1;
  const double x = std::acos(-1.0) * cycles;
  const double sinc = std::sin(x) / x;
  return std::pow(sinc, spline_points);
}

}  // namespace polyform::kernels
