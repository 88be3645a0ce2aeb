// SPDX-License-Identifier: MPL-2.0
// Symmetry mates as Cartesian operators.
#include "images.hpp"

#include <cmath>
#include <gemmi/symmetry.hpp>

namespace polyform::restraints {

Image cartesian(const crystal::Crystal& crystal, const crystal::SymmetryOperator& op,
                const std::array<int, 3>& cells) {
  const Vec3 t = op.translation + Vec3(cells[0], cells[1], cells[2]);
  return {crystal.orthogonalise * op.rotation.cast<double>() * crystal.fractionalise,
          crystal.orthogonalise * t};
}

Image inverse(const Image& image) {
  const kernels::Mat3 back = image.rotation.transpose();
  return {back, -(back * image.shift)};
}

std::string text_of(const crystal::Crystal& crystal, const Image& image) {
  const kernels::Mat3 rotation = crystal.fractionalise * image.rotation * crystal.orthogonalise;
  const Vec3 shift = crystal.fractionalise * image.shift;
  gemmi::Op op;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto row = static_cast<Eigen::Index>(i);
    op.tran[i] = static_cast<int>(std::lround(gemmi::Op::DEN * shift[row]));
    for (std::size_t j = 0; j < 3; ++j)
      op.rot[i][j] = static_cast<int>(
          std::lround(gemmi::Op::DEN * rotation(row, static_cast<Eigen::Index>(j))));
  }
  return op.triplet();
}

bool same(const Image& a, const Image& b) {
  return (a.rotation - b.rotation).cwiseAbs().maxCoeff() < 1e-4 &&
         (a.shift - b.shift).cwiseAbs().maxCoeff() < 1e-2;
}

NearestImage nearest_image(const crystal::Crystal& crystal, const Vec3& a, const Vec3& b,
                           Allow allow) {
  NearestImage best;
  const Vec3 fa = crystal.fractionalise * a, fb = crystal.fractionalise * b;
  bool first = true;
  for (const crystal::SymmetryOperator& op : crystal.all_operators()) {
    const Vec3 moved = op.rotation.cast<double>() * fb + op.translation;
    std::array<int, 3> nearest;
    for (int k = 0; k < 3; ++k)
      nearest[static_cast<std::size_t>(k)] = static_cast<int>(std::lround(fa[k] - moved[k]));
    // In oblique cells the nearest lattice point may be a neighbour of the rounded one.
    for (int i = -1; i <= 1; ++i)
      for (int j = -1; j <= 1; ++j)
        for (int k = -1; k <= 1; ++k) {
          const std::array<int, 3> cells = {nearest[0] + i, nearest[1] + j, nearest[2] + k};
          const bool identity = first && cells == std::array<int, 3>{0, 0, 0};
          if (identity && allow == Allow::symmetry_mates) continue;
          const Vec3 difference = fa - moved - Vec3(cells[0], cells[1], cells[2]);
          const double d = (crystal.orthogonalise * difference).norm();
          // The atom itself is preferred to a mate as near.
          if (d < best.distance - 1e-3 || (identity && d < best.distance + 1e-3))
            best = {cartesian(crystal, op, cells), d, identity};
        }
    first = false;
  }
  return best;
}

}  // namespace polyform::restraints
