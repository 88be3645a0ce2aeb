// SPDX-License-Identifier: MPL-2.0
// An atom's density added to the rows of a plane.
//
// A Gaussian costs one multiplication and one addition for eight grid points (two multiplications
// where rows are slanted), and no exponential: see atom_factors.hpp.
#pragma once

#include "density/plane_rows.hpp"

namespace polyform::density {

// Both chunks of columns of each row of the disc; `second` may be the same as the first one's end
// or anywhere else in the row.
template <class Real, int N>
POLYFORM_INLINE void add_two_chunks(const Factors<Real>& f, const Disc& disc, int chunk,
                                    const PlaneView<Real>& view) {
  Lanes<Real> left[N], right[N];
  load_columns<Real, N>(f, chunk, left);
  load_columns<Real, N>(f, chunk + 1, right);
  const int first = first_column(disc, chunk, view), second = first_column(disc, chunk + 1, view);
  RowCursor<Real> cursor(view, disc.row_begin);
  for (int k = 0; k < disc.row_end - disc.row_begin; ++k, cursor.up()) {
    Lanes<Real> on_left, on_right;
    load(cursor.row + first, on_left);
    for (int g = 0; g < N; ++g) on_left += left[g] * f.rows[g * f.rows_stride + k];
    store(on_left, cursor.row + first);
    load(cursor.row + second, on_right);
    for (int g = 0; g < N; ++g) on_right += right[g] * f.rows[g * f.rows_stride + k];
    store(on_right, cursor.row + second);
  }
}

template <class Real, int N>
POLYFORM_INLINE void add_chunk(const Factors<Real>& f, const Disc& disc, int chunk,
                               const PlaneView<Real>& view) {
  Lanes<Real> columns[N];
  load_columns<Real, N>(f, chunk, columns);
  const int first = first_column(disc, chunk, view);
  RowCursor<Real> cursor(view, disc.row_begin);
  for (int k = 0; k < disc.row_end - disc.row_begin; ++k, cursor.up()) {
    Lanes<Real> density;
    load(cursor.row + first, density);
    for (int g = 0; g < N; ++g) density += columns[g] * f.rows[g * f.rows_stride + k];
    store(density, cursor.row + first);
  }
}

// Rows from the middle one to the last, then from the middle one to the first.
template <class Real, int N>
POLYFORM_INLINE void add_slanted_chunk(const Factors<Real>& f, const Disc& disc, int chunk,
                                       const PlaneView<Real>& view) {
  Lanes<Real> along[N], step[N];
  const int first = first_column(disc, chunk, view);
  const int middle = disc.row_middle - disc.row_begin;
  const auto add_row = [&](Real * at, int k) __attribute__((always_inline)) {
    Lanes<Real> density;
    load(at, density);
    for (int g = 0; g < N; ++g) {
      density += along[g] * f.rows[g * f.rows_stride + k];
      along[g] *= step[g];
    }
    store(density, at);
  };
  load_columns<Real, N>(f, chunk, along);
  load_terms<Real, N>(f.up + chunk * N * n_lanes, step);
  RowCursor<Real> cursor(view, disc.row_middle);
  for (int k = middle; k < disc.row_end - disc.row_begin; ++k, cursor.up())
    add_row(cursor.row + first, k);
  load_columns<Real, N>(f, chunk, along);
  load_terms<Real, N>(f.down + chunk * N * n_lanes, step);
  for (int g = 0; g < N; ++g) along[g] *= step[g];
  cursor = RowCursor<Real>(view, disc.row_middle);
  for (int k = middle - 1; k >= 0; --k) {
    cursor.down();
    add_row(cursor.row + first, k);
  }
}

template <class Real, int N>
POLYFORM_INLINE void add_disc(const Factors<Real>& f, const Disc& disc, bool slanted,
                              const PlaneView<Real>& view) {
  int chunk = 0;
  if (slanted)
    for (; chunk < disc.chunks; ++chunk) add_slanted_chunk<Real, N>(f, disc, chunk, view);
  for (; chunk + 1 < disc.chunks; chunk += 2) add_two_chunks<Real, N>(f, disc, chunk, view);
  if (chunk < disc.chunks) add_chunk<Real, N>(f, disc, chunk, view);
}

template <class Real, int N>
POLYFORM_INLINE void add_terms(const Task<Real>& t) {
  const double ds = t.plane - t.atom.place[0];
  if (t.layout.upright) {
    const Disc disc = upright_disc(t.atom, t.layout, ds, t.frame);
    if (disc.row_begin >= disc.row_end) return;
    const auto f = tabulated<Real, N>(t.layout, t.tables, t.plane, disc);
    return add_disc<Real, N>(f, disc, t.layout.slanted, t.view);
  }
  const Disc disc = disc_of(t.atom, ds, t.frame);
  if (disc.row_begin >= disc.row_end) return;
  Scratch<Real, N> scratch;
  const auto f = made_anew<Real, N>(t.atom, t.layout, disc, scratch);
  add_disc<Real, N>(f, disc, t.layout.slanted, t.view);
}

}  // namespace polyform::density
