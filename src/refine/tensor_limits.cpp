// SPDX-License-Identifier: MPL-2.0
// Displacement tensors of a minimisation.
#include "refine/tensor_limits.hpp"

#include <algorithm>

namespace polyform::refine {
namespace {

using kernels::Mat3;
using kernels::Sym3;

Sym3 read(std::span<const double> row, std::size_t first) {
  Sym3 entries;
  std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(first), 6, entries.begin());
  return entries;
}

void write(const Sym3& entries, std::span<double> row, std::size_t first) {
  std::copy(entries.begin(), entries.end(), row.begin() + static_cast<std::ptrdiff_t>(first));
}

// Mean of R M R' over the group, whose inverses are in it: serves tensors and their slopes alike.
Mat3 symmetric(const Mat3& m, const std::vector<Mat3>& rotations) {
  if (rotations.empty()) return m;
  Mat3 sum = Mat3::Zero();
  for (const Mat3& r : rotations) sum += r * m * r.transpose();
  return sum / static_cast<double>(rotations.size());
}

}  // namespace

void TensorLimits::add(std::size_t first, std::vector<Mat3> rotations) {
  tensors_.push_back({first, std::move(rotations)});
}

void TensorLimits::move(const std::vector<std::size_t>& place) {
  for (Tensor& t : tensors_) t.first = place[t.first];
}

void TensorLimits::before(std::span<double> row) const {
  for (const Tensor& t : tensors_) {
    const Mat3 u = kernels::matrix_of(read(row, t.first));
    write(kernels::tensor_of(symmetric(kernels::before_limits(u, limits_), t.rotations)), row,
          t.first);
  }
}

void TensorLimits::within(std::span<double> row) const {
  for (const Tensor& t : tensors_) {
    const Mat3 w = symmetric(kernels::matrix_of(read(row, t.first)), t.rotations);
    write(kernels::tensor_of(kernels::within_limits(w, limits_)), row, t.first);
  }
}

void TensorLimits::slopes(std::span<const double> w, std::span<double> by) const {
  for (const Tensor& t : tensors_) {
    const Mat3 at = symmetric(kernels::matrix_of(read(w, t.first)), t.rotations);
    const Mat3 by_u = kernels::slope_of_entries(read(by, t.first));
    const Mat3 by_w = kernels::slope_before_limits(at, by_u, limits_);
    write(kernels::entries_of_slope(symmetric(by_w, t.rotations)), by, t.first);
  }
}

}  // namespace polyform::refine
