// SPDX-License-Identifier: MPL-2.0
// Gaussians on planes of the grid by products of factors: of the plane, the row and the column.
//
// With the offset d = (ds, dm0 + k, df) from the atom, row k counted from a row near its middle,
//
//   exp(-Q) = exp(-Q(ds, dm0, df))                         a number a column (eight at a time)
//           * exp(-mm (2 dm0 k + k^2) - 2 sm ds k)         a number a row
//           * exp(-2 mf df)^k                              carried from row to row; absent if mf =
//           0
//
// so the inner loop has one multiplication and one addition a Gaussian (two multiplications when
// slanted) and no exponential. For an upright atom (sf = sm = 0) the first factor is that of the
// plane times one of the column alone, and both and the rows' are tabulated once for all planes.
#include "density/plane_loops.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/kernels/lanes.hpp"

namespace polyform::density {
namespace {

using kernels::count_from;
using kernels::exponential;
using kernels::Lanes;
using kernels::load;
using kernels::n_lanes;
using kernels::store;

constexpr int max_terms = kernels::FormFactor::max_terms;
constexpr int max_rows = 512, max_chunks = max_rows / n_lanes;

// The range of the exponential; what is smaller is nothing.
template <class Real>
constexpr Real lowest_exponent = sizeof(Real) == 4 ? Real(-87) : Real(-700);

int rounded_up(int n) { return (n + n_lanes - 1) / n_lanes * n_lanes; }
int wrapped(int i, int n) {
  const int r = i % n;
  return r < 0 ? r + n : r;
}

template <class Real>
POLYFORM_INLINE void bounded_exponential(Lanes<Real>& v) {
  const Lanes<Real> lowest = v * 0 + lowest_exponent<Real>;
  v = v > lowest ? v : lowest;
  exponential<Real>(v);
}

// Rows and columns of the disc that a plane cuts from an atom's sphere.
struct Disc {
  double ds = 0;  // offset of the plane from the atom
  int row_begin = 0, row_end = 0, row_middle = 0;
  int column_begin = 0, chunks = 0;  // chunks of n_lanes columns
};

POLYFORM_INLINE Disc disc_of(const GridShape& atom, double ds, const GridFrame& f) {
  Disc disc;
  disc.ds = ds;
  const double z = ds * f.s_z;
  const double squared = atom.radius * atom.radius - z * z;
  if (squared <= 0) return disc;
  const double radius = std::sqrt(squared);
  const double dm = -f.s_y * ds / f.m_y;
  const double df = -(f.s_x * ds + f.m_x * dm) / f.f_x;
  const double half_rows = radius / f.m_y;
  const double slant = f.m_x / f.m_y;
  const double half_columns = radius * std::sqrt(1 + slant * slant) / f.f_x;
  disc.row_begin = static_cast<int>(std::ceil(atom.place[1] + dm - half_rows));
  disc.row_end = static_cast<int>(std::floor(atom.place[1] + dm + half_rows)) + 1;
  disc.row_end = std::min(disc.row_end, disc.row_begin + max_rows);
  disc.row_middle = std::clamp(static_cast<int>(std::floor(atom.place[1] + dm + 0.5)),
                               disc.row_begin, std::max(disc.row_begin, disc.row_end - 1));
  disc.column_begin = static_cast<int>(std::ceil(atom.place[2] + df - half_columns));
  const int column_end = static_cast<int>(std::floor(atom.place[2] + df + half_columns)) + 1;
  disc.chunks = std::clamp(rounded_up(column_end - disc.column_begin) / n_lanes, 0, max_chunks);
  return disc;
}

// exp(-mm (2 dm0 k + k^2) - 2 sm ds k) for rows counted from row_begin.
template <class Real>
POLYFORM_INLINE void tabulate_rows(const GridShape& atom, const Disc& disc, int terms,
                                   int rows_stride, Real* rows) {
  const double dm0 = disc.row_middle - atom.place[1];
  for (int g = 0; g < terms; ++g) {
    const GridGaussian& q = atom.gaussian[static_cast<std::size_t>(g)];
    const Real mm = Real(q.mm), linear = Real(2 * (q.mm * dm0 + q.sm * disc.ds));
    for (int k = 0; k < rows_stride; k += n_lanes) {
      Lanes<Real> step;
      count_from(Real(k + disc.row_begin - disc.row_middle), step);
      Lanes<Real> factor = -step * (mm * step + linear);
      bounded_exponential<Real>(factor);
      store(factor, rows + g * rows_stride + k);
    }
  }
}

// height exp(-Q(ds, dm0, df)) by column, [chunk][Gaussian][lane]; where slanted, the factors from
// row to row follow.
template <class Real>
POLYFORM_INLINE void tabulate_columns(const GridShape& atom, const Disc& disc, int terms,
                                      bool slanted, Real* columns) {
  const double dm0 = disc.row_middle - atom.place[1];
  Real* up = columns + disc.chunks * terms * n_lanes;
  Real* down = up + disc.chunks * terms * n_lanes;
  for (int chunk = 0; chunk < disc.chunks; ++chunk) {
    Lanes<Real> df;
    count_from(Real(disc.column_begin + chunk * n_lanes - atom.place[2]), df);
    for (int g = 0; g < terms; ++g) {
      const GridGaussian& q = atom.gaussian[static_cast<std::size_t>(g)];
      const int at = (chunk * terms + g) * n_lanes;
      const Real fixed = Real((q.ss * disc.ds + 2 * q.sm * dm0) * disc.ds + q.mm * dm0 * dm0);
      const Real linear = Real(2 * (q.sf * disc.ds + q.mf * dm0));
      Lanes<Real> factor = -(df * (Real(q.ff) * df + linear) + fixed);
      bounded_exponential<Real>(factor);
      factor *= Real(q.height);
      store(factor, columns + at);
      if (!slanted) continue;
      factor = df * Real(-2 * q.mf);
      exponential<Real>(factor);
      store(factor, up + at);
      factor = 1 / factor;
      store(factor, down + at);
    }
  }
}

// exp(-ss ds^2), [plane][Gaussian].
template <class Real>
POLYFORM_INLINE void tabulate_planes(const GridShape& atom, int begin, int n, int terms,
                                     Real* planes) {
  for (int k = 0; k < n; k += n_lanes) {
    Lanes<Real> ds;
    count_from(Real(begin + k - atom.place[0]), ds);
    for (int g = 0; g < terms; ++g) {
      Lanes<Real> factor = -ds * ds * Real(atom.gaussian[static_cast<std::size_t>(g)].ss);
      bounded_exponential<Real>(factor);
      for (int i = 0; i < n_lanes && k + i < n; ++i) planes[(k + i) * terms + g] = factor[i];
    }
  }
}

// What the loops over rows need of one atom on one plane.
template <class Real>
struct Factors {
  const Real* columns;  // [chunk][Gaussian][lane] at the middle row
  const Real* up;       // and their steps
  const Real* down;
  const Real* plane;  // [Gaussian]; null: in the columns already
  const Real* rows;   // [Gaussian][row], of row_begin first
  int rows_stride;
};

// Factors of an atom that is not upright, made anew for each plane.
template <class Real, int N>
struct Scratch {
  alignas(64) Real columns[3 * max_chunks * N * n_lanes];
  alignas(64) Real rows[N * (max_rows + n_lanes)];
};

template <class Real, int N>
POLYFORM_INLINE Factors<Real> factors_of(const GridShape& atom,
                                         const typename PlaneAtoms<Real>::Layout& layout,
                                         const Real* tables, int plane, Disc& disc,
                                         Scratch<Real, N>& scratch) {
  const int n_columns = (layout.upright ? layout.chunks : disc.chunks) * N * n_lanes;
  if (!layout.upright) {
    const int stride = rounded_up(disc.row_end - disc.row_begin);
    tabulate_columns<Real>(atom, disc, N, layout.slanted, scratch.columns);
    tabulate_rows<Real>(atom, disc, N, stride, scratch.rows);
    return {scratch.columns,
            scratch.columns + n_columns,
            scratch.columns + 2 * n_columns,
            nullptr,
            scratch.rows,
            stride};
  }
  disc.column_begin = layout.column_begin;
  disc.chunks = layout.chunks;
  disc.row_middle = layout.row_middle;
  const Real* columns = tables + layout.at;
  const Real* rows = columns + (layout.slanted ? 3 : 1) * n_columns;
  const int stride = rounded_up(layout.rows);
  const Real* planes = rows + N * stride;
  return {columns,
          columns + n_columns,
          columns + 2 * n_columns,
          planes + (plane - layout.plane_begin) * N,
          rows + (disc.row_begin - layout.row_begin),
          stride};
}

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

// Where the rows of the disc start in the plane.
struct RowOffsets {
  int at[max_rows];
  template <class Real>
  POLYFORM_INLINE void set(const Disc& disc, const PlaneView<Real>& view) {
    int row = wrapped(disc.row_begin, view.n_middle);
    for (int k = 0; k < disc.row_end - disc.row_begin; ++k) {
      at[k] = row * view.stride;
      if (++row == view.n_middle) row = 0;
    }
  }
};

template <class Real, int N, bool slanted>
POLYFORM_INLINE void add_rows(const Factors<Real>& f, const RowOffsets& offsets,
                              const Lanes<Real> (&start)[N], const Real* steps, int first, int last,
                              int direction, Real* column) {
  Lanes<Real> along[N], step[N];
  for (int g = 0; g < N; ++g) along[g] = start[g];
  if constexpr (slanted) load_terms<Real, N>(steps, step);
  for (int k = first; k != last; k += direction) {
    Real* at = column + offsets.at[k];
    Lanes<Real> density;
    load(at, density);
    for (int g = 0; g < N; ++g) density += along[g] * f.rows[g * f.rows_stride + k];
    store(density, at);
    if constexpr (slanted)
      for (int g = 0; g < N; ++g) along[g] *= step[g];
  }
}

template <class Real, int N, bool slanted>
POLYFORM_INLINE void add_disc(const Factors<Real>& f, const Disc& disc,
                              const PlaneView<Real>& view) {
  RowOffsets offsets;
  offsets.set(disc, view);
  const int n_rows = disc.row_end - disc.row_begin;
  const int middle = disc.row_middle - disc.row_begin;
  for (int chunk = 0; chunk < disc.chunks; ++chunk) {
    Lanes<Real> columns[N];
    load_columns<Real, N>(f, chunk, columns);
    Real* column = view.data + wrapped(disc.column_begin + chunk * n_lanes, view.n_fast);
    if constexpr (slanted) {
      const int at = chunk * N * n_lanes;
      add_rows<Real, N, true>(f, offsets, columns, f.up + at, middle, n_rows, 1, column);
      Lanes<Real> down[N];
      load_terms<Real, N>(f.down + at, down);
      for (int g = 0; g < N; ++g) columns[g] *= down[g];
      add_rows<Real, N, true>(f, offsets, columns, f.down + at, middle - 1, -1, -1, column);
    } else {
      add_rows<Real, N, false>(f, offsets, columns, nullptr, 0, n_rows, 1, column);
    }
  }
}

// Sums over rows of map * Gaussian * (1, dm, dm^2), a number a column.
template <class Real, int N>
struct ColumnSums {
  Lanes<Real> zero[N], one[N], two[N];
};

template <class Real, int N, bool slanted, MomentOrder order>
POLYFORM_INLINE void sum_rows(const Factors<Real>& f, const RowOffsets& offsets,
                              const Lanes<Real> (&start)[N], const Real* steps, int first, int last,
                              int direction, Real dm_of_first_row, const Real* column,
                              ColumnSums<Real, N>& sums) {
  Lanes<Real> along[N], step[N];
  for (int g = 0; g < N; ++g) along[g] = start[g];
  if constexpr (slanted) load_terms<Real, N>(steps, step);
  for (int k = first; k != last; k += direction) {
    const Real dm = dm_of_first_row + Real(k);
    Lanes<Real> map;
    load(column + offsets.at[k], map);
    for (int g = 0; g < N; ++g) {
      Lanes<Real> product = map * f.rows[g * f.rows_stride + k];
      if constexpr (slanted) product *= along[g];
      sums.zero[g] += product;
      sums.one[g] += product * dm;
      if constexpr (order == MomentOrder::second) sums.two[g] += product * (dm * dm);
    }
    if constexpr (slanted)
      for (int g = 0; g < N; ++g) along[g] *= step[g];
  }
}

template <class Real, int N, bool slanted, MomentOrder order>
POLYFORM_INLINE void gather_disc(const GridShape& atom, const Factors<Real>& f, const Disc& disc,
                                 const PlaneView<Real>& view,
                                 std::array<Moments, max_terms>& moments) {
  RowOffsets offsets;
  offsets.set(disc, view);
  const int n_rows = disc.row_end - disc.row_begin;
  const int middle = disc.row_middle - disc.row_begin;
  const Real dm = Real(disc.row_begin - atom.place[1]);
  Lanes<Real> total[N][6];
  for (auto& of_gaussian : total)
    for (Lanes<Real>& t : of_gaussian) t = Lanes<Real>{};
  for (int chunk = 0; chunk < disc.chunks; ++chunk) {
    Lanes<Real> columns[N], df;
    load_columns<Real, N>(f, chunk, columns);
    count_from(Real(disc.column_begin + chunk * n_lanes - atom.place[2]), df);
    const Real* column = view.data + wrapped(disc.column_begin + chunk * n_lanes, view.n_fast);
    ColumnSums<Real, N> sums{};
    if constexpr (slanted) {
      const int at = chunk * N * n_lanes;
      sum_rows<Real, N, true, order>(f, offsets, columns, f.up + at, middle, n_rows, 1, dm, column,
                                     sums);
      Lanes<Real> down[N];
      load_terms<Real, N>(f.down + at, down);
      for (int g = 0; g < N; ++g) columns[g] *= down[g];
      sum_rows<Real, N, true, order>(f, offsets, columns, f.down + at, middle - 1, -1, -1, dm,
                                     column, sums);
    } else {
      sum_rows<Real, N, false, order>(f, offsets, columns, nullptr, 0, n_rows, 1, dm, column, sums);
      for (int g = 0; g < N; ++g) {
        sums.zero[g] *= columns[g];
        sums.one[g] *= columns[g];
        sums.two[g] *= columns[g];
      }
    }
    for (int g = 0; g < N; ++g) {
      total[g][0] += sums.zero[g];
      total[g][1] += sums.one[g];
      total[g][2] += sums.zero[g] * df;
      total[g][3] += sums.two[g];
      total[g][4] += sums.zero[g] * df * df;
      total[g][5] += sums.one[g] * df;
    }
  }
  const double ds = disc.ds;
  for (int g = 0; g < N; ++g) {
    Moments& m = moments[static_cast<std::size_t>(g)];
    const double zero = kernels::sum<Real>(total[g][0]), row = kernels::sum<Real>(total[g][1]);
    const double column = kernels::sum<Real>(total[g][2]);
    m[0] += zero;
    m[1] += ds * zero;
    m[2] += row;
    m[3] += column;
    if constexpr (order == MomentOrder::second) {
      m[4] += ds * ds * zero;
      m[5] += kernels::sum<Real>(total[g][3]);
      m[6] += kernels::sum<Real>(total[g][4]);
      m[7] += ds * row;
      m[8] += ds * column;
      m[9] += kernels::sum<Real>(total[g][5]);
    }
  }
}

// One atom on one plane, with what the loops know of it.
template <class Real>
struct Task {
  const GridShape& atom;
  const typename PlaneAtoms<Real>::Layout& layout;
  const GridFrame& frame;
  const Real* tables;
  int plane;
  const PlaneView<Real>& view;
};

template <class Real, int N>
POLYFORM_INLINE void add_terms(const Task<Real>& t) {
  Disc disc = disc_of(t.atom, t.plane - t.atom.place[0], t.frame);
  if (disc.row_begin >= disc.row_end) return;
  Scratch<Real, N> scratch;
  const auto f = factors_of<Real, N>(t.atom, t.layout, t.tables, t.plane, disc, scratch);
  if (t.layout.slanted)
    add_disc<Real, N, true>(f, disc, t.view);
  else
    add_disc<Real, N, false>(f, disc, t.view);
}

template <class Real, int N, bool slanted>
POLYFORM_INLINE void gather_order(const Task<Real>& t, const Factors<Real>& f, const Disc& disc,
                                  MomentOrder order, std::array<Moments, max_terms>& moments) {
  if (order == MomentOrder::first)
    gather_disc<Real, N, slanted, MomentOrder::first>(t.atom, f, disc, t.view, moments);
  else
    gather_disc<Real, N, slanted, MomentOrder::second>(t.atom, f, disc, t.view, moments);
}

template <class Real, int N>
POLYFORM_INLINE void gather_terms(const Task<Real>& t, MomentOrder order,
                                  std::array<Moments, max_terms>& moments) {
  Disc disc = disc_of(t.atom, t.plane - t.atom.place[0], t.frame);
  if (disc.row_begin >= disc.row_end) return;
  Scratch<Real, N> scratch;
  const auto f = factors_of<Real, N>(t.atom, t.layout, t.tables, t.plane, disc, scratch);
  if (t.layout.slanted)
    gather_order<Real, N, true>(t, f, disc, order, moments);
  else
    gather_order<Real, N, false>(t, f, disc, order, moments);
}

template <class Real>
POLYFORM_INLINE void tabulate(const GridShape& atom, const Disc& widest,
                              const typename PlaneAtoms<Real>::Layout& layout, Real* tables) {
  Real* columns = tables + layout.at;
  const int n_columns = layout.chunks * layout.terms * n_lanes;
  Real* rows = columns + (layout.slanted ? 3 : 1) * n_columns;
  const int stride = rounded_up(layout.rows);
  tabulate_columns<Real>(atom, widest, layout.terms, layout.slanted, columns);
  tabulate_rows<Real>(atom, widest, layout.terms, stride, rows);
  tabulate_planes<Real>(atom, layout.plane_begin, layout.planes, layout.terms,
                        rows + layout.terms * stride);
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
POLYFORM_AVX2 void gather_avx2(const Task<float>& t, MomentOrder order,
                               std::array<Moments, max_terms>& moments) {
  switch (t.layout.terms) {
    case 2:
      return gather_terms<float, 2>(t, order, moments);
    case 3:
      return gather_terms<float, 3>(t, order, moments);
    case 4:
      return gather_terms<float, 4>(t, order, moments);
    default:
      return gather_terms<float, 5>(t, order, moments);
  }
}
POLYFORM_AVX2 void tabulate_avx2(const GridShape& atom, const Disc& widest,
                                 const PlaneAtoms<float>::Layout& layout, float* tables) {
  tabulate<float>(atom, widest, layout, tables);
}
template <class Real>
void add_plain(const Task<Real>& t) {
  add_terms<Real, max_terms>(t);
}
template <class Real>
void gather_plain(const Task<Real>& t, MomentOrder order, std::array<Moments, max_terms>& moments) {
  gather_terms<Real, max_terms>(t, order, moments);
}
template <class Real>
void tabulate_plain(const GridShape& atom, const Disc& widest,
                    const typename PlaneAtoms<Real>::Layout& layout, Real* tables) {
  tabulate<Real>(atom, widest, layout, tables);
}

// Where an atom's factors go; returns how many numbers they are.
template <class Real>
std::size_t lay_out(const GridShape& atom, const GridFrame& frame, Disc& widest,
                    typename PlaneAtoms<Real>::Layout& layout) {
  layout.terms = terms_of_loops<Real>(atom);
  layout.upright = frame.s_x == 0 && frame.s_y == 0;
  for (const GridGaussian& q : atom.gaussian) {
    layout.slanted = layout.slanted || q.mf != 0;
    layout.upright = layout.upright && q.sf == 0 && q.sm == 0;
  }
  if (!layout.upright) return 0;
  widest = disc_of(atom, 0, frame);
  layout.column_begin = widest.column_begin;
  layout.chunks = widest.chunks;
  layout.row_begin = widest.row_begin;
  layout.rows = widest.row_end - widest.row_begin;
  layout.row_middle = widest.row_middle;
  const double reach = atom.radius / frame.s_z;
  layout.plane_begin = static_cast<int>(std::ceil(atom.place[0] - reach));
  layout.planes = static_cast<int>(std::floor(atom.place[0] + reach)) + 1 - layout.plane_begin;
  const int columns = layout.chunks * n_lanes * (layout.slanted ? 3 : 1);
  const int total = layout.terms * (columns + rounded_up(layout.rows) + layout.planes);
  return static_cast<std::size_t>(total);
}

}  // namespace

template <class Real>
PlaneAtoms<Real>::PlaneAtoms(std::vector<GridShape> shapes, const GridFrame& frame)
    : frame_(frame), shapes_(std::move(shapes)), layouts_(shapes_.size()) {
  std::vector<Disc> widest(shapes_.size());
  std::size_t size = 0;
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    layouts_[i].at = size;
    size += lay_out<Real>(shapes_[i], frame_, widest[i], layouts_[i]);
  }
  tables_.resize(size);
  for (std::size_t i = 0; i < shapes_.size(); ++i) {
    if (!layouts_[i].upright) continue;
    if constexpr (sizeof(Real) == sizeof(float))
      if (has_avx2()) {
        tabulate_avx2(shapes_[i], widest[i], layouts_[i], tables_.data());
        continue;
      }
    tabulate_plain<Real>(shapes_[i], widest[i], layouts_[i], tables_.data());
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
                              MomentOrder order, std::array<Moments, max_terms>& moments) const {
  const Task<Real> task{shapes_[atom], layouts_[atom], frame_, tables_.data(), plane, view};
  if constexpr (sizeof(Real) == sizeof(float))
    if (has_avx2()) return gather_avx2(task, order, moments);
  gather_plain(task, order, moments);
}

std::string instruction_set() { return has_avx2() ? "avx2" : "plain"; }

template class PlaneAtoms<float>;
template class PlaneAtoms<double>;

}  // namespace polyform::density
