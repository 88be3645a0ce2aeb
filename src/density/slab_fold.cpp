// SPDX-License-Identifier: MPL-2.0
// Atoms sent to the thinnest slab by symmetry.
#include "density/slab_fold.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::density {

using kernels::Vec3;

SlabFold::SlabFold(const crystal::Crystal& crystal, int slab_axis) {
  for (const crystal::SymmetryOperator& op : crystal.all_operators()) {
    const kernels::Mat3 rotation = op.rotation.cast<double>();
    row_.push_back(rotation.row(slab_axis).transpose());
    translation_.push_back(op.translation[slab_axis]);
    cartesian_.push_back({crystal.orthogonalise * rotation * crystal.fractionalise,
                          crystal.orthogonalise * op.translation});
    // x -> t - x leaves t/2 in place.
    if (row_.back() == -Vec3::Unit(slab_axis)) origin_ = op.translation[slab_axis] / 2;
  }
}

double SlabFold::height(std::size_t i, const Vec3& fractional) const {
  const double x = row_[i].dot(fractional) + translation_[i] - origin_;
  return x - std::floor(x);
}

std::size_t SlabFold::operator_for(const Vec3& fractional) const {
  std::size_t best = 0;
  double lowest = height(0, fractional);
  for (std::size_t i = 1; i < row_.size(); ++i) {
    const double h = height(i, fractional);
    if (h < lowest - 1e-9) {
      lowest = h;
      best = i;
    }
  }
  return best;
}

double SlabFold::thickness() const {
  constexpr int n = 7;
  double largest = 0;
  for (int i = 0; i < n * n * n; ++i) {
    const Vec3 place((i / (n * n) + 0.31) / n, (i / n % n + 0.57) / n, (i % n + 0.83) / n);
    largest = std::max(largest, height(operator_for(place), place));
  }
  return largest;
}

}  // namespace polyform::density
