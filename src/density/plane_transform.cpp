// SPDX-License-Identifier: MPL-2.0
// Transforms of planes and of columns, by FFTW, one piece that fits the cache at a time.
#include "density/plane_transform.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::density {
namespace {

constexpr int margin = kernels::n_lanes;
constexpr unsigned plan_flags = FFTW_ESTIMATE;

std::size_t product(int a, int b) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
}

}  // namespace

template <class Real>
PlaneTransform<Real>::PlaneTransform(const GridChoice& choice, const Columns& columns)
    : columns_(columns),
      shape_(choice.middle(), choice.fast()),
      half_(choice.fast() / 2 + 1),
      used_(std::max(columns.n_fast_used, 1)),
      rows_(product(shape_.n_middle, half_)),
      spectrum_(product(used_, shape_.n_middle)) {
  AlignedArray<Real> plane(shape_.size());  // any, to plan with
  auto* rows = fftw_cast(rows_.data());
  auto* spectrum = fftw_cast(spectrum_.data());
  rows_forward_ =
      Plan<Real>(Fftw<Real>::many_r2c(1, &shape_.n_fast, shape_.n_middle, plane.data(), nullptr, 1,
                                      shape_.stride, rows, nullptr, 1, half_, plan_flags));
  rows_inverse_ =
      Plan<Real>(Fftw<Real>::many_c2r(1, &shape_.n_fast, shape_.n_middle, rows, nullptr, 1, half_,
                                      plane.data(), nullptr, 1, shape_.stride, plan_flags));
  columns_forward_ =
      Plan<Real>(Fftw<Real>::many(1, &shape_.n_middle, used_, rows, nullptr, half_, 1, spectrum,
                                  nullptr, 1, shape_.n_middle, FFTW_FORWARD, plan_flags));
  columns_inverse_ =
      Plan<Real>(Fftw<Real>::many(1, &shape_.n_middle, used_, spectrum, nullptr, 1, shape_.n_middle,
                                  rows, nullptr, half_, 1, FFTW_BACKWARD, plan_flags));
}

template <class Real>
double PlaneTransform<Real>::work() const {
  return shape_.n_middle *
         (0.5 * shape_.n_fast * std::log2(shape_.n_fast) + used_ * std::log2(shape_.n_middle));
}

template <class Real>
void PlaneTransform<Real>::fold_margin(Real* plane) const {
  for (int m = 0; m < shape_.n_middle; ++m) {
    Real* row = plane + product(m, shape_.stride);
    for (int i = 0; i < margin; ++i) row[i % shape_.n_fast] += row[shape_.n_fast + i];
  }
}
template <class Real>
void PlaneTransform<Real>::fill_margin(Real* plane) const {
  for (int m = 0; m < shape_.n_middle; ++m) {
    Real* row = plane + product(m, shape_.stride);
    for (int i = 0; i < margin; ++i) row[shape_.n_fast + i] = row[i % shape_.n_fast];
  }
}

template <class Real>
void PlaneTransform<Real>::forward(Real* plane) {
  fold_margin(plane);
  rows_forward_.run(plane, rows_.data());
  columns_forward_.run();
}

template <class Real>
void PlaneTransform<Real>::pack(parallel::Block columns, std::complex<Real>* packed) const {
  for (std::size_t c = columns.begin; c < columns.end; ++c) {
    const Columns::Place& at = columns_.places[c];
    packed[c - columns.begin] =
        spectrum_.data()[product(at.fast, shape_.n_middle) + static_cast<std::size_t>(at.middle)];
  }
}

template <class Real>
void PlaneTransform<Real>::unpack(parallel::Block columns, const std::complex<Real>* packed) {
  for (std::size_t c = columns.begin; c < columns.end; ++c) {
    const Columns::Place& at = columns_.places[c];
    // A c2r transform adds the conjugate of every column but the first and the Nyquist one.
    const Real share = at.fast == 0 || 2 * at.fast == shape_.n_fast ? Real(1) : Real(0.5);
    spectrum_[product(at.fast, shape_.n_middle) + static_cast<std::size_t>(at.middle)] =
        packed[c - columns.begin] * share;
  }
}

template <class Real>
void PlaneTransform<Real>::adjoint(Real* plane) {
  columns_inverse_.run();
  for (int m = 0; m < shape_.n_middle; ++m) {
    std::complex<Real>* row = rows_.data() + product(m, half_);
    std::fill(row + used_, row + half_, std::complex<Real>{});
    // The real part counts where a column is its own mate.
    row[0] = row[0].real();
    if (shape_.n_fast % 2 == 0) row[half_ - 1] = row[half_ - 1].real();
  }
  rows_inverse_.run(rows_.data(), plane);
  fill_margin(plane);
}

template <class Real>
SlabAxisTransform<Real>::SlabAxisTransform(int n_slab, std::size_t n_columns)
    : n_slab_(static_cast<std::size_t>(n_slab)),
      n_columns_(n_columns),
      work_(n_slab_ * abreast),
      columns_((n_columns + abreast - 1) / abreast * abreast * n_slab_) {
  if (n_columns == 0) return;
  constexpr int together = static_cast<int>(abreast);
  auto* work = fftw_cast(work_.data());
  auto* columns = fftw_cast(columns_.data());
  forward_ = Plan<Real>(Fftw<Real>::many(1, &n_slab, together, work, nullptr, together, 1, columns,
                                         nullptr, 1, n_slab, FFTW_FORWARD, plan_flags));
  inverse_ = Plan<Real>(Fftw<Real>::many(1, &n_slab, together, columns, nullptr, 1, n_slab, work,
                                         nullptr, together, 1, FFTW_BACKWARD, plan_flags));
}

template <class Real>
void SlabAxisTransform<Real>::forward(const std::vector<int>& planes,
                                      const std::complex<Real>* packed) {
  // Planes without atoms are 0 from here on.
  work_.clear();
  for (std::size_t first = 0; first < n_columns_; first += abreast) {
    const std::size_t n = std::min(abreast, n_columns_ - first);
    for (std::size_t p = 0; p < planes.size(); ++p)
      std::copy_n(packed + p * n_columns_ + first, n,
                  work_.data() + static_cast<std::size_t>(planes[p]) * abreast);
    forward_.run(work_.data(), columns_.data() + first * n_slab_);
  }
}

template <class Real>
void SlabAxisTransform<Real>::adjoint(const std::vector<int>& planes, std::complex<Real>* packed) {
  for (std::size_t first = 0; first < n_columns_; first += abreast) {
    const std::size_t n = std::min(abreast, n_columns_ - first);
    inverse_.run(columns_.data() + first * n_slab_, work_.data());
    for (std::size_t p = 0; p < planes.size(); ++p)
      std::copy_n(work_.data() + static_cast<std::size_t>(planes[p]) * abreast, n,
                  packed + p * n_columns_ + first);
  }
}

template <class Real>
double SlabAxisTransform<Real>::work() const {
  const auto n = static_cast<double>(n_slab_);
  return static_cast<double>(n_columns_) * n * std::log2(n);
}

template class PlaneTransform<float>;
template class PlaneTransform<double>;
template class SlabAxisTransform<float>;
template class SlabAxisTransform<double>;

}  // namespace polyform::density
