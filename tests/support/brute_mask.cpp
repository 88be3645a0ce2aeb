// SPDX-License-Identifier: MPL-2.0
// The solvent mask point by point from distances alone.
#include "support/brute_mask.hpp"

#include <cmath>
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
  for (std::size_t p = 0; p < grid.size(); ++p)
    for (std::size_t q = 0; q < grid.size() && !mask.solvent[p]; ++q)
      if (centres[q] && near(crystal, grid[p] - grid[q], shrink_radius)) mask.solvent[p] = 1;
  return mask;
}

std::vector<std::complex<double>> direct_f_mask(const crystal::Crystal& crystal,
                                                const BruteMask& mask,
                                                std::span<const crystal::Hkl> hkl) {
  const std::vector<Vec3> grid = points(mask.size);
  const auto operators = crystal.all_operators();
  const double scale = crystal.cell.volume / static_cast<double>(grid.size() * operators.size());
  std::vector<std::complex<double>> f(hkl.size());
  for (std::size_t i = 0; i < hkl.size(); ++i)
    for (const auto& s : operators)
      for (std::size_t p = 0; p < grid.size(); ++p)
        if (mask.solvent[p]) {
          const Vec3 x = s.rotation.cast<double>() * grid[p] + s.translation;
          f[i] += std::polar(scale, 2 * M_PI * Vec3(hkl[i][0], hkl[i][1], hkl[i][2]).dot(x));
        }
  return f;
}

}  // namespace polyform::test
