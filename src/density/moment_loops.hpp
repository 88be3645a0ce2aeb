// SPDX-License-Identifier: MPL-2.0
// Moments of a plane of the map with an atom's density: the same points as in add_loops.hpp.
//
// Sums over rows come first, a number a column and a Gaussian; what belongs to the column alone is
// multiplied on afterwards.
#pragma once

#include "density/plane_rows.hpp"

namespace polyform::density {

// Sums over rows of map * rho * (1, dm, dm^2), a number a column.
template <class Real, int N>
struct ColumnSums {
  Lanes<Real> zero[N], one[N], two[N];
};

template <class Real, int N, bool slanted, MomentOrder order>
POLYFORM_INLINE void sum_row(const Real* at, Real dm, const Real* row, int rows_stride,
                             const Lanes<Real> (&along)[N], ColumnSums<Real, N>& sums) {
  Lanes<Real> map;
  load(at, map);
  for (int g = 0; g < N; ++g) {
    Lanes<Real> product = map * row[g * rows_stride];
    if constexpr (slanted) product *= along[g];
    sums.zero[g] += product;
    sums.one[g] += product * dm;
    if constexpr (order == MomentOrder::second) sums.two[g] += product * (dm * dm);
  }
}

template <class Real, int N, MomentOrder order>
POLYFORM_INLINE void sum_chunk(const GridShape& atom, const Factors<Real>& f, const Disc& disc,
                               int chunk, const PlaneView<Real>& view, ColumnSums<Real, N>& sums) {
  Lanes<Real> columns[N];
  load_columns<Real, N>(f, chunk, columns);
  const int first = first_column(disc, chunk, view);
  const Real dm = Real(disc.row_begin - atom.place[1]);
  RowCursor<Real> cursor(view, disc.row_begin);
  for (int k = 0; k < disc.row_end - disc.row_begin; ++k, cursor.up())
    sum_row<Real, N, false, order>(cursor.row + first, dm + Real(k), f.rows + k, f.rows_stride,
                                   columns, sums);
  for (int g = 0; g < N; ++g) {
    sums.zero[g] *= columns[g];
    sums.one[g] *= columns[g];
    sums.two[g] *= columns[g];
  }
}

template <class Real, int N, MomentOrder order>
POLYFORM_INLINE void sum_slanted_chunk(const GridShape& atom, const Factors<Real>& f,
                                       const Disc& disc, int chunk, const PlaneView<Real>& view,
                                       ColumnSums<Real, N>& sums) {
  Lanes<Real> along[N], step[N];
  const int first = first_column(disc, chunk, view);
  const int middle = disc.row_middle - disc.row_begin;
  const Real dm = Real(disc.row_begin - atom.place[1]);
  load_columns<Real, N>(f, chunk, along);
  load_terms<Real, N>(f.up + chunk * N * n_lanes, step);
  RowCursor<Real> cursor(view, disc.row_middle);
  for (int k = middle; k < disc.row_end - disc.row_begin; ++k, cursor.up()) {
    sum_row<Real, N, true, order>(cursor.row + first, dm + Real(k), f.rows + k, f.rows_stride,
                                  along, sums);
    for (int g = 0; g < N; ++g) along[g] *= step[g];
  }
  load_columns<Real, N>(f, chunk, along);
  load_terms<Real, N>(f.down + chunk * N * n_lanes, step);
  cursor = RowCursor<Real>(view, disc.row_middle);
  for (int k = middle - 1; k >= 0; --k) {
    cursor.down();
    for (int g = 0; g < N; ++g) along[g] *= step[g];
    sum_row<Real, N, true, order>(cursor.row + first, dm + Real(k), f.rows + k, f.rows_stride,
                                  along, sums);
  }
}

// The moments of all Gaussians together, a number a column, of an isotropic atom.
template <class Real, int N, MomentOrder order>
struct IsotropicTotals {
  Lanes<Real> density{}, slab{}, middle{}, fast{}, by_b{};

  POLYFORM_INLINE void add(const GridShape& atom, double ds, const Lanes<Real>& df,
                           const ColumnSums<Real, N>& sums) {
    for (int g = 0; g < N; ++g) {
      const GridGaussian& q = atom.gaussian[static_cast<std::size_t>(g)];
      const Real slope = Real(2 * q.ff), per_width = Real(q.width > 0 ? 1 / q.width : 0);
      density += sums.zero[g];
      const Lanes<Real> sloped = sums.zero[g] * slope;
      slab += sloped;
      fast += sloped * df;
      middle += sums.one[g] * slope;
      if constexpr (order == MomentOrder::first) continue;
      // (Q - 3/2) / t
      const Lanes<Real> of_zero =
          df * (Real(q.ff) * df + Real(2 * q.sf * ds)) + Real(q.ss * ds * ds - 1.5);
      const Lanes<Real> of_one = df * Real(2 * q.mf) + Real(2 * q.sm * ds);
      by_b +=
          per_width * (sums.zero[g] * of_zero + sums.one[g] * of_one + sums.two[g] * Real(q.mm));
    }
  }
  // 8 pi^2 / t is 2 ff by the square of the step along the rows.
  POLYFORM_INLINE void give(const GridShape&, double ds, double row_step, Moments* moments) const {
    const double per_step = 1 / (row_step * row_step);
    Moments& m = *moments;
    m[0] += kernels::sum<Real>(density);
    m[1] += per_step * ds * kernels::sum<Real>(slab);
    m[2] += per_step * kernels::sum<Real>(middle);
    m[3] += per_step * kernels::sum<Real>(fast);
    m[4] += kernels::sum<Real>(by_b);
  }
};

// All moments of each Gaussian, a number a column.
template <class Real, int N, MomentOrder order>
struct AnisotropicTotals {
  Lanes<Real> one[N]{}, middle[N]{}, fast[N]{}, middle_middle[N]{}, fast_fast[N]{},
      middle_fast[N]{};

  POLYFORM_INLINE void add(const GridShape&, double, const Lanes<Real>& df,
                           const ColumnSums<Real, N>& sums) {
    for (int g = 0; g < N; ++g) {
      const Lanes<Real> first = sums.zero[g] * df;
      one[g] += sums.zero[g];
      middle[g] += sums.one[g];
      fast[g] += first;
      if constexpr (order == MomentOrder::first) continue;
      middle_middle[g] += sums.two[g];
      fast_fast[g] += first * df;
      middle_fast[g] += sums.one[g] * df;
    }
  }
  POLYFORM_INLINE void give(const GridShape& atom, double ds, double, Moments* moments) const {
    using kernels::sum;
    for (int g = 0; g < std::min(N, atom.terms); ++g) {
      Moments& m = moments[g];
      const double s = sum<Real>(one[g]), sm = sum<Real>(middle[g]), sf = sum<Real>(fast[g]);
      m[0] += s;
      m[1] += ds * s;
      m[2] += sm;
      m[3] += sf;
      if constexpr (order == MomentOrder::first) continue;
      m[4] += ds * ds * s;
      m[5] += sum<Real>(middle_middle[g]);
      m[6] += sum<Real>(fast_fast[g]);
      m[7] += ds * sm;
      m[8] += ds * sf;
      m[9] += sum<Real>(middle_fast[g]);
    }
  }
};

template <class Real, int N, MomentOrder order, class Totals>
POLYFORM_INLINE void gather_disc(const Task<Real>& t, const Factors<Real>& f, const Disc& disc,
                                 Moments* moments) {
  Totals totals;
  for (int chunk = 0; chunk < disc.chunks; ++chunk) {
    ColumnSums<Real, N> sums{};
    if (t.layout.slanted)
      sum_slanted_chunk<Real, N, order>(t.atom, f, disc, chunk, t.view, sums);
    else
      sum_chunk<Real, N, order>(t.atom, f, disc, chunk, t.view, sums);
    Lanes<Real> df;
    count_from(Real(disc.column_begin + chunk * n_lanes - t.atom.place[2]), df);
    totals.add(t.atom, disc.ds, df, sums);
  }
  totals.give(t.atom, disc.ds, t.frame.f_x, moments);
}

template <class Real, int N, MomentOrder order>
POLYFORM_INLINE void gather_terms(const Task<Real>& t, Moments* moments) {
  const double ds = t.plane - t.atom.place[0];
  Scratch<Real, N> scratch;
  const Disc disc =
      t.layout.upright ? upright_disc(t.atom, t.layout, ds, t.frame) : disc_of(t.atom, ds, t.frame);
  if (disc.row_begin >= disc.row_end) return;
  const auto f = t.layout.upright ? tabulated<Real, N>(t.layout, t.tables, t.plane, disc)
                                  : made_anew<Real, N>(t.atom, t.layout, disc, scratch);
  if (t.atom.isotropic)
    gather_disc<Real, N, order, IsotropicTotals<Real, N, order>>(t, f, disc, moments);
  else
    gather_disc<Real, N, order, AnisotropicTotals<Real, N, order>>(t, f, disc, moments);
}

template <class Real, int N>
POLYFORM_INLINE void gather_order(const Task<Real>& t, MomentOrder order, Moments* moments) {
  if (order == MomentOrder::first)
    gather_terms<Real, N, MomentOrder::first>(t, moments);
  else
    gather_terms<Real, N, MomentOrder::second>(t, moments);
}

}  // namespace polyform::density
