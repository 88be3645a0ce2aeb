// SPDX-License-Identifier: MPL-2.0
// How the loops walk over the rows of an atom's disc, eight columns at a time.
#pragma once

#include "density/atom_factors.hpp"

namespace polyform::density {

// One atom on one plane, with what the loops know of it.
template <class Real>
struct Task {
  const GridShape& atom;
  const TableLayout& layout;
  const GridFrame& frame;
  const Real* tables;
  int plane;
  const PlaneView<Real>& view;
};

inline int wrapped(int i, int n) {
  const int r = i % n;
  return r < 0 ? r + n : r;
}

// Walks over rows of a plane, round its end.
template <class Real>
struct RowCursor {
  Real* row;
  Real* begin;
  Real* end;
  std::ptrdiff_t stride;

  POLYFORM_INLINE RowCursor(const PlaneView<Real>& view, int first_row)
      : row(view.data +
            static_cast<std::ptrdiff_t>(wrapped(first_row, view.n_middle)) * view.stride),
        begin(view.data),
        end(view.data + static_cast<std::ptrdiff_t>(view.n_middle) * view.stride),
        stride(view.stride) {}
  POLYFORM_INLINE void up() {
    row += stride;
    row = row == end ? begin : row;
  }
  POLYFORM_INLINE void down() { row = (row == begin ? end : row) - stride; }
};

template <class Real, int N>
POLYFORM_INLINE void load_terms(const Real* from, Lanes<Real> (&terms)[N]) {
  for (int g = 0; g < N; ++g) load(from + g * n_lanes, terms[g]);
}

template <class Real, int N>
POLYFORM_INLINE void load_columns(const Factors<Real>& f, int chunk, Lanes<Real> (&columns)[N]) {
  load_terms<Real, N>(f.columns + chunk * N * n_lanes, columns);
  if (f.plane != nullptr)
    for (int g = 0; g < N; ++g) columns[g] *= f.plane[g];
}

template <class Real>
POLYFORM_INLINE int first_column(const Disc& disc, int chunk, const PlaneView<Real>& view) {
  return wrapped(disc.column_begin + chunk * n_lanes, view.n_fast);
}

}  // namespace polyform::density
