// SPDX-License-Identifier: MPL-2.0
// Symmetric tensors that a point group leaves unchanged.
#include "polyform/kernels/invariant_tensors.hpp"

#include <cmath>

namespace polyform::kernels {
namespace {

double product(const Mat3& a, const Mat3& b) { return a.cwiseProduct(b).sum(); }

// Mean over the group of R T R': the projection on the invariant tensors.
Mat3 projected(const Mat3& tensor, std::span<const Mat3> rotations) {
  Mat3 sum = Mat3::Zero();
  for (const Mat3& r : rotations) sum += r * tensor * r.transpose();
  return sum / static_cast<double>(rotations.size());
}

}  // namespace

std::vector<Mat3> invariant_tensors(std::span<const Mat3> rotations) {
  std::vector<Mat3> basis = {Mat3::Identity() / std::sqrt(3.0)};
  for (int i = 0; i < 6; ++i) {
    Sym3 unit{};
    unit[static_cast<std::size_t>(i)] = 1.0;
    Mat3 tensor = projected(matrix_of(unit), rotations);
    for (const Mat3& known : basis) tensor -= product(tensor, known) * known;
    const double length = std::sqrt(product(tensor, tensor));
    if (length > 1e-4) basis.push_back(tensor / length);
  }
  return basis;
}

}  // namespace polyform::kernels
