// SPDX-License-Identifier: MPL-2.0
// The solvent mask point by point from distances alone.
#include "support/brute_mask.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>

namespace polyform::test {
namespace {

using kernels::Vec3;

// Is any lattice translation of the fractional difference within the radius?
bool near(const crystal::Crystal& crystal, const Vec3& difference, double radius) {
  Vec3 shift;
  std::array<int, 3> reach{};
  for (int axis = 0; axis < 3; ++axis) {
    shift[axis] = difference[axis] - std::round(difference[axis]);
    // A sphere spans radius |a*| cells along an axis.
    reach[static_cast<std::size_t>(axis)] =
        1 + static_cast<int>(radius * crystal.fractionalise.row(axis).norm());
  }
  for (int i = -reach[0]; i <= reach[0]; ++i)
    for (int j = -reach[1]; j <= reach[1]; ++j)
      for (int k = -reach[2]; k <= reach[2]; ++k)
        if ((crystal.orthogonalise * (shift + Vec3(i, j, k))).norm() <= radius * (1 + 1e-9))
          return true;
  return false;
}

std::vector<Vec3> points(const density::GridSize& size) {
  std::vector<Vec3> all;
  for (int w = 0; w < size[2]; ++w)
    for (int v = 0; v < size[1]; ++v)
      for (int u = 0; u < size[0]; ++u)
        all.emplace_back(1.0 * u / size[0], 1.0 * v / size[1], 1.0 * w / size[2]);
  return all;
}

using GridShift = std::array<int, 3>;

// Differences of two points that are within the radius, lattice translations allowed.
std::vector<GridShift> shifts_within(const crystal::Crystal& crystal, const density::GridSize& size,
                                     double radius) {
  std::vector<GridShift> shifts;
  for (int w = 0; w < size[2]; ++w)
    for (int v = 0; v < size[1]; ++v)
      for (int u = 0; u < size[0]; ++u)
        if (near(crystal, Vec3(1.0 * u / size[0], 1.0 * v / size[1], 1.0 * w / size[2]), radius))
          shifts.push_back({u, v, w});
  return shifts;
}

std::size_t neighbour(const density::GridSize& size, std::size_t point, const GridShift& shift) {
  const int p = static_cast<int>(point), nu = size[0], nv = size[1], nw = size[2];
  const int u = (p % nu + shift[0]) % nu, v = (p / nu % nv + shift[1]) % nv;
  const int w = (p / (nu * nv) + shift[2]) % nw;
  return static_cast<std::size_t>((w * nv + v) * nu + u);
}

// exp(2 pi i k/n) for k from 0 to n - 1.
std::vector<std::complex<double>> roots_of_unity(int n) {
  std::vector<std::complex<double>> roots;
  for (int k = 0; k < n; ++k) roots.push_back(std::polar(1.0, 2 * M_PI * k / n));
  return roots;
}

int remainder(int a, int n) { return ((a % n) + n) % n; }

}  // namespace

double BruteMask::fraction() const {
  return std::accumulate(solvent.begin(), solvent.end(), 0.0) / static_cast<double>(solvent.size());
}

BruteMask brute_mask(const crystal::Crystal& crystal, const crystal::Atoms& atoms,
                     std::span<const double> radii, const density::GridSize& size,
                     double shrink_radius) {
  const std::vector<Vec3> grid = points(size);
  std::vector<std::uint8_t> centres(grid.size(), 1);
  for (std::size_t a = 0; a < atoms.size(); ++a)
    for (const auto& s : crystal.all_operators()) {
      const Vec3 image =
          s.rotation.cast<double>() * (crystal.fractionalise * atoms.xyz[a]) + s.translation;
      for (std::size_t p = 0; p < grid.size(); ++p)
        if (radii[a] > 0 && centres[p] && near(crystal, grid[p] - image, radii[a])) centres[p] = 0;
    }
  BruteMask mask{size, centres};
  const std::vector<GridShift> within = shifts_within(crystal, size, shrink_radius);
  for (std::size_t p = 0; p < grid.size(); ++p)
    mask.solvent[p] = std::any_of(within.begin(), within.end(), [&](const GridShift& shift) {
      return centres[neighbour(size, p, shift)];
    });
  return mask;
}

std::vector<std::complex<double>> direct_f_mask(const crystal::Crystal& crystal,
                                                const BruteMask& mask,
                                                std::span<const crystal::Hkl> hkl) {
  const auto operators = crystal.all_operators();
  const auto [nu, nv, nw] = std::array{mask.size[0], mask.size[1], mask.size[2]};
  const std::array roots = {roots_of_unity(nu), roots_of_unity(nv), roots_of_unity(nw)};
  const double scale = crystal.cell.volume / (1.0 * nu * nv * nw * operators.size());
  std::vector<std::complex<double>> f(hkl.size());
  for (std::size_t i = 0; i < hkl.size(); ++i)
    for (const auto& s : operators) {
      // h (R x + t) = (h R) x + h t
      const Eigen::RowVector3i h(hkl[i][0], hkl[i][1], hkl[i][2]);
      const Eigen::RowVector3i rotated = h * s.rotation;
      std::complex<double> sum = 0;
      std::size_t point = 0;
      for (int w = 0; w < nw; ++w)
        for (int v = 0; v < nv; ++v) {
          const auto row = roots[1][static_cast<std::size_t>(remainder(rotated[1] * v, nv))] *
                           roots[2][static_cast<std::size_t>(remainder(rotated[2] * w, nw))];
          std::complex<double> along = 0;
          for (int u = 0; u < nu; ++u)
            if (mask.solvent[point++])
              along += roots[0][static_cast<std::size_t>(remainder(rotated[0] * u, nu))];
          sum += row * along;
        }
      f[i] += scale * std::polar(1.0, 2 * M_PI * h.cast<double>().dot(s.translation)) * sum;
    }
  return f;
}

}  // namespace polyform::test
