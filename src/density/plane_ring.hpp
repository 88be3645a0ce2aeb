// SPDX-License-Identifier: MPL-2.0
// Planes of the grid in memory: as many as an atom reaches, used round and round.
#pragma once

#include <cstddef>

#include "density/fftw.hpp"
#include "polyform/kernels/lanes.hpp"

namespace polyform::density {

/// How a plane lies in memory: rows of `stride` places, of which the first n_fast are the grid and
/// at least n_lanes more follow, a margin that continues the row.
struct PlaneShape {
  int n_middle = 0, n_fast = 0, stride = 0;

  PlaneShape() = default;
  PlaneShape(int middle, int fast)
      : n_middle(middle), n_fast(fast), stride(((fast + kernels::n_lanes + 15) / 16 | 1) * 16) {}
  std::size_t size() const {
    return static_cast<std::size_t>(n_middle) * static_cast<std::size_t>(stride);
  }
};

/// The planes i, i + 1, ... i + n - 1 of a sequence, plane i in slot i mod n.
template <class Real>
class PlaneRing {
 public:
  PlaneRing(const PlaneShape& shape, std::size_t n)
      : shape_(shape), n_(n), planes_(n * shape.size()) {}

  const PlaneShape& shape() const { return shape_; }
  std::size_t n() const { return n_; }
  Real* data() { return planes_.data(); }
  std::size_t offset(std::size_t i) const { return i % n_ * shape_.size(); }
  Real* plane(std::size_t i) { return planes_.data() + offset(i); }
  void clear(std::size_t i) { std::memset(plane(i), 0, shape_.size() * sizeof(Real)); }

 private:
  PlaneShape shape_;
  std::size_t n_;
  AlignedArray<Real> planes_;
};

}  // namespace polyform::density
