// SPDX-License-Identifier: MPL-2.0
// Transforms of one plane of the grid, of which only some columns are wanted, and along the slab
// axis.
#pragma once

#include "density/columns.hpp"
#include "density/fftw.hpp"
#include "density/plane_ring.hpp"

namespace polyform::density {

/// One plane of the grid and its two-dimensional transform.
template <class Real>
class PlaneTransform {
 public:
  PlaneTransform(const GridChoice& choice, const Columns& columns);

  /// Of the caller's planes, which begin on boundaries of 64 bytes.
  const PlaneShape& shape() const { return shape_; }
  /// Of either direction: points times log2 of a line's length, real lines half.
  double work() const;

  /// Folds the margin and transforms with exp(-2 pi i ...).
  void forward(Real* plane);
  /// Column c of the block to packed[c - begin].
  void pack(parallel::Block columns, std::complex<Real>* packed) const;

  /// The other way round: columns taken, all of them, then the plane made, with its margin filled.
  /// Once before the first plane: columns that no reflection needs are 0, and stay so.
  void clear_columns() { spectrum_.clear(); }
  void unpack(parallel::Block columns, const std::complex<Real>* packed);
  void adjoint(Real* plane);

 private:
  void fold_margin(Real* plane) const;
  void fill_margin(Real* plane) const;

  const Columns& columns_;
  PlaneShape shape_;
  int half_, used_;
  AlignedArray<std::complex<Real>> rows_;      // [middle][half], rows transformed
  AlignedArray<std::complex<Real>> spectrum_;  // [fast index][middle index], those used
  Plan<Real> rows_forward_, columns_forward_, rows_inverse_, columns_inverse_;
};

/// The transform along the slab axis of a rank's columns, some abreast.
template <class Real>
class SlabAxisTransform {
 public:
  static constexpr std::size_t abreast = 16;

  SlabAxisTransform(int n_slab, std::size_t n_columns);

  /// packed: [plane of the list][column].
  void forward(const std::vector<int>& planes, const std::complex<Real>* packed);
  void adjoint(const std::vector<int>& planes, std::complex<Real>* packed);
  /// [column][slab index]: result of forward(), input of adjoint().
  std::span<std::complex<Real>> columns() { return {columns_.data(), n_columns_ * n_slab_}; }
  /// Of either direction: points times log2 of a column's length.
  double work() const;

 private:
  std::size_t n_slab_, n_columns_;
  AlignedArray<std::complex<Real>> work_;  // [slab][abreast]
  AlignedArray<std::complex<Real>> columns_;
  Plan<Real> forward_, inverse_;
};

}  // namespace polyform::density
