// SPDX-License-Identifier: MPL-2.0
// The innermost loops: rows of an atom's disc, eight columns at a time.
//
// A Gaussian costs one multiplication and one addition for eight grid points (two multiplications
// where rows are slanted), and no exponential: see atom_factors.hpp.
#include "density/plane_loops.hpp"

#include "density/atom_factors.hpp"

namespace polyform::density {
namespace {

constexpr int max_terms = kernels::FormFactor::max_terms;

int wrapped(int i, int n) {
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

// The loops for processors with AVX2 and FMA are made for 2 to 5 terms; those that every x86-64
// can run, and those in double precision, for 5 only: further terms of an atom are 0.
#if defined(__x86_64__)
#define POLYFORM_AVX2 __attribute__((target("avx2,fma")))
bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}
#else
#define POLYFORM_AVX2
bool has_avx2() { return false; }
#endif

template <class Real>
int terms_of_loops(const GridShape& atom) {
  return sizeof(Real) == sizeof(float) && has_avx2() ? std::max(atom.terms, 2) : max_terms;
}

POLYFORM_AVX2 void add_avx2(const Task<float>& t) {
  switch (t.layout.terms) {
    case 2:
      return add_terms<float, 2>(t);
    case 3:
      return add_terms<float, 3>(t);
    case 4:
      return add_terms<float, 4>(t);
    default:
      return add_terms<float, 5>(t);
  }
}
POLYFORM_AVX2 void gather_avx2(const Task<float>& t, MomentOrder order, Moments* moments) {
  switch (t.layout.terms) {
    case 2:
      return gather_order<float, 2>(t, order, moments);
    case 3:
      return gather_order<float, 3>(t, order, moments);
    case 4:
      return gather_order<float, 4>(t, order, moments);
    default:
      return gather_order<float, 5>(t, order, moments);
  }
}
POLYFORM_AVX2 void tabulate_avx2(const GridShape& atom, const Disc& widest,
                                 const TableLayout& layout, float* tables) {
  tabulate<float>(atom, widest, layout, tables);
}
template <class Real>
void add_plain(const Task<Real>& t) {
  add_terms<Real, max_terms>(t);
}
template <class Real>
void gather_plain(const Task<Real>& t, MomentOrder order, Moments* moments) {
  gather_order<Real, max_terms>(t, order, moments);
}
template <class Real>
void tabulate_plain(const GridShape& atom, const Disc& widest, const TableLayout& layout,
                    Real* tables) {
  tabulate<Real>(atom, widest, layout, tables);
}

}  // namespace

template <class Real>
PlaneAtoms<Real>::PlaneAtoms(std::vector<GridShape> shapes, const GridFrame& frame)
    : frame_(frame), shapes_(std::move(shapes)), layouts_(shapes_.size()) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    layouts_[i].at = size;
    size += lay_out<Real>(shapes_[i], frame_, terms_of_loops<Real>(shapes_[i]), layouts_[i]);
  }
  tables_.resize(size);
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    if (!layouts_[i].upright) continue;
    const Disc widest = disc_of(shapes_[i], 0, frame_);
    if constexpr (sizeof(Real) == sizeof(float))
      if (has_avx2()) {
        tabulate_avx2(shapes_[i], widest, layouts_[i], tables_.data());
        continue;
      }
    tabulate_plain<Real>(shapes_[i], widest, layouts_[i], tables_.data());
  }
}

template <class Real>
void PlaneAtoms<Real>::add(std::size_t atom, int plane, const PlaneView<Real>& view) const {
  const Task<Real> task{shapes_[atom], layouts_[atom], frame_, tables_.data(), plane, view};
  if constexpr (sizeof(Real) == sizeof(float))
    if (has_avx2()) return add_avx2(task);
  add_plain(task);
}

template <class Real>
void PlaneAtoms<Real>::gather(std::size_t atom, int plane, const PlaneView<Real>& view,
                              MomentOrder order, Moments* moments) const {
  const Task<Real> task{shapes_[atom], layouts_[atom], frame_, tables_.data(), plane, view};
  if constexpr (sizeof(Real) == sizeof(float))
    if (has_avx2()) return gather_avx2(task, order, moments);
  gather_plain(task, order, moments);
}

std::string instruction_set() { return has_avx2() ? "avx2" : "plain"; }

template class PlaneAtoms<float>;
template class PlaneAtoms<double>;

}  // namespace polyform::density
