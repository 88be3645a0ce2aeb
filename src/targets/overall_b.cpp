// SPDX-License-Identifier: MPL-2.0
// The overall B by a Wilson-type comparison.
#include "polyform/targets/overall_b.hpp"

#include <cmath>
#include <vector>

#include "amplitudes.hpp"

namespace polyform::targets {
namespace {

constexpr double lowest_resolution = 5.0;  // [A]

// Of one shell: reflections, sums of F_obs^2/epsilon and |F|^2/epsilon.
std::vector<double> power_by_shell(const Share& share, const Shells& shells,
                                   std::span<const Complex> f) {
  std::vector<double> sums(3 * static_cast<std::size_t>(shells.size()), 0.0);
  for (std::size_t k = 0; k < share.size(); ++k) {
    if (!in_work(share, k)) continue;
    const std::size_t i = share.global(k);
    double* of_shell = &sums[3 * static_cast<std::size_t>(shells.of(i))];
    of_shell[0] += 1;
    of_shell[1] += share.all.f_obs[i] * share.all.f_obs[i] / share.all.epsilon[i];
    of_shell[2] += std::norm(f[k]) / share.all.epsilon[i];
  }
  share.team.sum(sums);
  return sums;
}

}  // namespace

double wilson_b_shift(const Share& share, const Shells& shells, std::span<const Complex> f) {
  const std::vector<double> power = power_by_shell(share, shells, f);
  const int last = shells.size() - 1;
  const bool low_only = last >= 0 && shells.d_high(last) > lowest_resolution;
  // Line y = a + slope x with weights n: slope = (S Sxy - Sx Sy) / (S Sxx - Sx^2).
  double s = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (int shell = 0; shell < shells.size(); ++shell) {
    const double* of_shell = &power[3 * static_cast<std::size_t>(shell)];
    if (!low_only && shells.d_low(shell) > lowest_resolution) continue;
    if (!(of_shell[1] > 0) || !(of_shell[2] > 0)) continue;
    const double x = shells.mean_s2(shell), y = std::log(of_shell[1] / of_shell[2]);
    s += of_shell[0];
    sx += of_shell[0] * x;
    sy += of_shell[0] * y;
    sxx += of_shell[0] * x * x;
    sxy += of_shell[0] * x * y;
  }
  const double determinant = s * sxx - sx * sx;
  return determinant > 0 ? -2 * (s * sxy - sx * sy) / determinant : 0.0;
}

}  // namespace polyform::targets
