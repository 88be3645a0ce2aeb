// SPDX-License-Identifier: MPL-2.0
// One plane of the grid and its two-dimensional transform, of which only some columns are wanted.
#pragma once

#include "density/columns.hpp"
#include "density/fftw.hpp"
#include "density/plane_loops.hpp"

namespace polyform::density {

template <class Real>
class PlaneTransform {
 public:
  PlaneTransform(const GridChoice& choice, const Columns& columns);

  PlaneView<Real> view() { return {plane_.data(), n_middle_, n_fast_, stride_}; }
  void clear() { plane_.clear(); }

  /// Folds the margin, transforms (exp(-2 pi i ...)) and writes column c of [begin, end) to
  /// packed[c - begin].
  void forward();
  void pack(parallel::Block columns, std::complex<Real>* packed) const;
  /// The adjoint: takes columns, gives the plane with its margin filled.
  void clear_columns() { spectrum_.clear(); }
  void unpack(parallel::Block columns, const std::complex<Real>* packed);
  void adjoint();

 private:
  void fold_margin();
  void fill_margin();

  const Columns& columns_;
  int n_middle_, n_fast_, stride_, half_;
  AlignedArray<Real> plane_;                   // [n_middle][stride]
  AlignedArray<std::complex<Real>> spectrum_;  // [n_middle][half]
  Plan<Real> rows_forward_, columns_forward_, rows_inverse_, columns_inverse_;
};

/// The transform along the slab axis of a rank's columns, 16 abreast.
template <class Real>
class SlabAxisTransform {
 public:
  SlabAxisTransform(int n_slab, std::size_t n_columns);

  /// planes: [plane of the list][column]; result as column_place says.
  void forward(const std::vector<int>& planes, const std::complex<Real>* packed,
               std::complex<Real>* columns);
  void adjoint(const std::vector<int>& planes, const std::complex<Real>* columns,
               std::complex<Real>* packed);

 private:
  std::size_t n_slab_, n_columns_;
  AlignedArray<std::complex<Real>> work_;  // [n_slab][columns_abreast]
  Plan<Real> forward_, inverse_;
};

}  // namespace polyform::density
