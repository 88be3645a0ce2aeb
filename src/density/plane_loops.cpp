// SPDX-License-Identifier: MPL-2.0
// An atom on a plane of the grid: rows of eight points, Gaussians by products along and across
// rows.
//
// With the offset d from the atom written as (ds, dm0 + k, df), row k counted from the row dm0
// nearest to the middle of the disc that the plane cuts from the atom's sphere,
//
//   exp(-Q) = exp(-Q(ds, dm0, df))                                one number a column, once a plane
//           * exp(-mm (2 dm0 k + k^2) - 2 sm ds k)                one number a row
//           * exp(-2 mf df)^k                                     a product carried from row to
//           row,
//                                                                 absent when mf = 0
//
// so that the inner loop has one multiplication and one addition a Gaussian (two multiplications
// when mf is not 0), and no exponential.
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
constexpr int max_rows = 512;

// Exponents are held above these, so that a product of the factors stays a normal number.
template <class Real>
constexpr Real lowest_column_exponent = sizeof(Real) == 4 ? Real(-50) : Real(-300);
template <class Real>
constexpr Real lowest_row_exponent = sizeof(Real) == 4 ? Real(-30) : Real(-300);

int wrapped(int i, int n) {
  const int r = i % n;
  return r < 0 ? r + n : r;
}

// The disc that a plane cuts from the atom's sphere, as rows and columns of grid points.
struct Disc {
  double ds;  // offset of the plane from the atom
  int row_begin = 0, row_end = 0, row_middle = 0;
  int column_begin = 0, chunks = 0;  // chunks of n_lanes columns
};

POLYFORM_INLINE Disc disc_of(const GridShape& atom, int plane, const GridFrame& f) {
  Disc disc;
  disc.ds = plane - atom.place[0];
  const double z = disc.ds * f.s_z;
  const double squared = atom.radius * atom.radius - z * z;
  if (squared <= 0) return disc;
  const double radius = std::sqrt(squared);
  const double dm = -f.s_y * disc.ds / f.m_y;
  const double df = -(f.s_x * disc.ds + f.m_x * dm) / f.f_x;
  const double half_rows = radius / f.m_y;
  const double slant = f.m_x / f.m_y;
  const double half_columns = radius * std::sqrt(1 + slant * slant) / f.f_x;
  disc.row_begin = static_cast<int>(std::ceil(atom.place[1] + dm - half_rows));
  disc.row_end = static_cast<int>(std::floor(atom.place[1] + dm + half_rows)) + 1;
  disc.row_end = std::min(disc.row_end, disc.row_begin + max_rows);
  disc.row_middle = std::clamp(static_cast<int>(std::lround(atom.place[1] + dm)), disc.row_begin,
                               std::max(disc.row_begin, disc.row_end - 1));
  disc.column_begin = static_cast<int>(std::ceil(atom.place[2] + df - half_columns));
  const int column_end = static_cast<int>(std::floor(atom.place[2] + df + half_columns)) + 1;
  disc.chunks = std::max(0, (column_end - disc.column_begin + n_lanes - 1) / n_lanes);
  return disc;
}

// The factors of one atom on one plane that belong to rows.
template <class Real, int N>
struct RowFactors {
  Real value[N][max_rows + n_lanes];  // of row k - row_begin
  int offset[max_rows];               // where the row starts in the plane

  POLYFORM_INLINE void set(const GridShape& atom, const Disc& disc, const PlaneView<Real>& view) {
    const Real dm0 = Real(disc.row_middle - atom.place[1]);
    const int rows = disc.row_end - disc.row_begin;
    for (int g = 0; g < N; ++g) {
      const GridGaussian& q = atom.gaussian[static_cast<std::size_t>(g)];
      const Real mm = Real(q.mm), linear = Real(2 * (q.mm * dm0 + q.sm * disc.ds));
      for (int k = 0; k < rows; k += n_lanes) {
        Lanes<Real> step, exponent;
        count_from(Real(k + disc.row_begin - disc.row_middle), step);
        exponent = -step * (mm * step + linear);
        const Lanes<Real> lowest = step * 0 + lowest_row_exponent<Real>;
        exponent = exponent > lowest ? exponent : lowest;
        exponential<Real>(exponent);
        store(exponent, &value[g][k]);
      }
    }
    for (int k = 0; k < rows; ++k)
      offset[k] = wrapped(disc.row_begin + k, view.n_middle) * view.stride;
  }
};

// The factors of one chunk of columns: Gaussians at the middle row, and their step from row to row.
template <class Real, int N>
struct ColumnFactors {
  Lanes<Real> df;
  Lanes<Real> middle[N];
  Lanes<Real> up[N], down[N];

  POLYFORM_INLINE void set(const GridShape& atom, const Disc& disc, int chunk, bool slanted) {
    const double dm0 = disc.row_middle - atom.place[1];
    count_from(Real(disc.column_begin + chunk * n_lanes - atom.place[2]), df);
    for (int g = 0; g < N; ++g) {
      const GridGaussian& q = atom.gaussian[static_cast<std::size_t>(g)];
      const Real fixed = Real((q.ss * disc.ds + 2 * q.sm * dm0) * disc.ds + q.mm * dm0 * dm0);
      const Real linear = Real(2 * (q.sf * disc.ds + q.mf * dm0));
      Lanes<Real> exponent = -(df * (Real(q.ff) * df + linear) + fixed);
      const Lanes<Real> lowest = df * 0 + lowest_column_exponent<Real>;
      exponent = exponent > lowest ? exponent : lowest;
      exponential<Real>(exponent);
      middle[g] = exponent * Real(q.height);
      if (slanted) {
        up[g] = df * Real(-2 * q.mf);
        exponential<Real>(up[g]);
        down[g] = 1 / up[g];
      }
    }
  }
};

template <class Real, int N, bool slanted>
POLYFORM_INLINE void add_rows(const RowFactors<Real, N>& rows, const Lanes<Real> (&start)[N],
                              const Lanes<Real> (&step)[N], int first, int last, int direction,
                              Real* column) {
  Lanes<Real> along[N];
  for (int g = 0; g < N; ++g) along[g] = start[g];
  for (int k = first; k != last; k += direction) {
    Real* at = column + rows.offset[k];
    Lanes<Real> density;
    load(at, density);
    for (int g = 0; g < N; ++g) density += along[g] * rows.value[g][k];
    store(density, at);
    if constexpr (slanted)
      for (int g = 0; g < N; ++g) along[g] *= step[g];
  }
}

template <class Real, int N, bool slanted>
POLYFORM_INLINE void add_atom(const GridShape& atom, const Disc& disc,
                              const PlaneView<Real>& view) {
  RowFactors<Real, N> rows;
  rows.set(atom, disc, view);
  const int n_rows = disc.row_end - disc.row_begin;
  const int middle = disc.row_middle - disc.row_begin;
  for (int chunk = 0; chunk < disc.chunks; ++chunk) {
    ColumnFactors<Real, N> columns;
    columns.set(atom, disc, chunk, slanted);
    Real* column = view.data + wrapped(disc.column_begin + chunk * n_lanes, view.n_fast);
    if constexpr (slanted) {
      add_rows<Real, N, true>(rows, columns.middle, columns.up, middle, n_rows, 1, column);
      for (int g = 0; g < N; ++g) columns.middle[g] *= columns.down[g];
      add_rows<Real, N, true>(rows, columns.middle, columns.down, middle - 1, -1, -1, column);
    } else {
      add_rows<Real, N, false>(rows, columns.middle, columns.up, 0, n_rows, 1, column);
    }
  }
}

// Sums over rows of map * Gaussian * (1, dm, dm^2), a number a column.
template <class Real, int N>
struct ColumnSums {
  Lanes<Real> zero[N], one[N], two[N];
};

template <class Real, int N, bool slanted, MomentOrder order>
POLYFORM_INLINE void sum_rows(const RowFactors<Real, N>& rows, const Lanes<Real> (&start)[N],
                              const Lanes<Real> (&step)[N], int first, int last, int direction,
                              Real dm_of_first_row, const Real* column, ColumnSums<Real, N>& sums) {
  Lanes<Real> along[N];
  for (int g = 0; g < N; ++g) along[g] = start[g];
  for (int k = first; k != last; k += direction) {
    const Real dm = dm_of_first_row + Real(k);
    Lanes<Real> map;
    load(column + rows.offset[k], map);
    for (int g = 0; g < N; ++g) {
      Lanes<Real> product = map * rows.value[g][k];
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
POLYFORM_INLINE void gather_atom(const GridShape& atom, const Disc& disc,
                                 const PlaneView<Real>& view,
                                 std::array<Moments, max_terms>& moments) {
  RowFactors<Real, N> rows;
  rows.set(atom, disc, view);
  const int n_rows = disc.row_end - disc.row_begin;
  const int middle = disc.row_middle - disc.row_begin;
  const Real dm = Real(disc.row_begin - atom.place[1]);
  Lanes<Real> total[N][6];
  for (int g = 0; g < N; ++g)
    for (Lanes<Real>& t : total[g]) t = Lanes<Real>{};
  for (int chunk = 0; chunk < disc.chunks; ++chunk) {
    ColumnFactors<Real, N> columns;
    columns.set(atom, disc, chunk, slanted);
    const Real* column = view.data + wrapped(disc.column_begin + chunk * n_lanes, view.n_fast);
    ColumnSums<Real, N> sums{};
    if constexpr (slanted) {
      sum_rows<Real, N, true, order>(rows, columns.middle, columns.up, middle, n_rows, 1, dm,
                                     column, sums);
      for (int g = 0; g < N; ++g) columns.middle[g] *= columns.down[g];
      sum_rows<Real, N, true, order>(rows, columns.middle, columns.down, middle - 1, -1, -1, dm,
                                     column, sums);
    } else {
      sum_rows<Real, N, false, order>(rows, columns.middle, columns.up, 0, n_rows, 1, dm, column,
                                      sums);
      for (int g = 0; g < N; ++g) {
        sums.zero[g] *= columns.middle[g];
        sums.one[g] *= columns.middle[g];
        sums.two[g] *= columns.middle[g];
      }
    }
    for (int g = 0; g < N; ++g) {
      total[g][0] += sums.zero[g];
      total[g][1] += sums.one[g];
      total[g][2] += sums.zero[g] * columns.df;
      total[g][3] += sums.two[g];
      total[g][4] += sums.zero[g] * columns.df * columns.df;
      total[g][5] += sums.one[g] * columns.df;
    }
  }
  const double ds = disc.ds;
  for (int g = 0; g < N; ++g) {
    Moments& m = moments[static_cast<std::size_t>(g)];
    const double zero = kernels::sum<Real>(total[g][0]);
    m[0] += zero;
    const double row = kernels::sum<Real>(total[g][1]), column = kernels::sum<Real>(total[g][2]);
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

bool is_slanted(const GridShape& atom) {
  for (int g = 0; g < atom.terms; ++g)
    if (atom.gaussian[static_cast<std::size_t>(g)].mf != 0) return true;
  return false;
}

template <class Real, int N>
POLYFORM_INLINE void add_terms(const GridShape& atom, const Disc& disc,
                               const PlaneView<Real>& view) {
  if (is_slanted(atom))
    add_atom<Real, N, true>(atom, disc, view);
  else
    add_atom<Real, N, false>(atom, disc, view);
}

template <class Real, int N, bool slanted>
POLYFORM_INLINE void gather_order(const GridShape& atom, const Disc& disc,
                                  const PlaneView<Real>& view, MomentOrder order,
                                  std::array<Moments, max_terms>& moments) {
  if (order == MomentOrder::first)
    gather_atom<Real, N, slanted, MomentOrder::first>(atom, disc, view, moments);
  else
    gather_atom<Real, N, slanted, MomentOrder::second>(atom, disc, view, moments);
}

template <class Real, int N>
POLYFORM_INLINE void gather_terms(const GridShape& atom, const Disc& disc,
                                  const PlaneView<Real>& view, MomentOrder order,
                                  std::array<Moments, max_terms>& moments) {
  if (is_slanted(atom))
    gather_order<Real, N, true>(atom, disc, view, order, moments);
  else
    gather_order<Real, N, false>(atom, disc, view, order, moments);
}

// The loops for processors with AVX2 and FMA are made for each number of terms; those that every
// x86-64 can run, and those in double precision, for the largest number only (further terms are 0).
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

POLYFORM_AVX2 void add_avx2(const GridShape& atom, const Disc& disc, const PlaneView<float>& view) {
  switch (atom.terms) {
    case 1:
    case 2:
      return add_terms<float, 2>(atom, disc, view);
    case 3:
      return add_terms<float, 3>(atom, disc, view);
    case 4:
      return add_terms<float, 4>(atom, disc, view);
    default:
      return add_terms<float, 5>(atom, disc, view);
  }
}
POLYFORM_AVX2 void gather_avx2(const GridShape& atom, const Disc& disc,
                               const PlaneView<float>& view, MomentOrder order,
                               std::array<Moments, max_terms>& moments) {
  switch (atom.terms) {
    case 1:
    case 2:
      return gather_terms<float, 2>(atom, disc, view, order, moments);
    case 3:
      return gather_terms<float, 3>(atom, disc, view, order, moments);
    case 4:
      return gather_terms<float, 4>(atom, disc, view, order, moments);
    default:
      return gather_terms<float, 5>(atom, disc, view, order, moments);
  }
}
template <class Real>
void add_plain(const GridShape& atom, const Disc& disc, const PlaneView<Real>& view) {
  add_terms<Real, max_terms>(atom, disc, view);
}
template <class Real>
void gather_plain(const GridShape& atom, const Disc& disc, const PlaneView<Real>& view,
                  MomentOrder order, std::array<Moments, max_terms>& moments) {
  gather_terms<Real, max_terms>(atom, disc, view, order, moments);
}

}  // namespace

template <class Real>
void add_to_plane(const GridShape& atom, int plane, const GridFrame& frame,
                  const PlaneView<Real>& view) {
  const Disc disc = disc_of(atom, plane, frame);
  if (disc.row_begin >= disc.row_end) return;
  if constexpr (sizeof(Real) == sizeof(float))
    if (has_avx2()) return add_avx2(atom, disc, view);
  add_plain(atom, disc, view);
}

template <class Real>
void moments_of_plane(const GridShape& atom, int plane, const GridFrame& frame,
                      const PlaneView<Real>& view, MomentOrder order,
                      std::array<Moments, max_terms>& moments) {
  const Disc disc = disc_of(atom, plane, frame);
  if (disc.row_begin >= disc.row_end) return;
  if constexpr (sizeof(Real) == sizeof(float))
    if (has_avx2()) return gather_avx2(atom, disc, view, order, moments);
  gather_plain(atom, disc, view, order, moments);
}

std::string instruction_set() { return has_avx2() ? "avx2" : "plain"; }

template void add_to_plane<float>(const GridShape&, int, const GridFrame&, const PlaneView<float>&);
template void add_to_plane<double>(const GridShape&, int, const GridFrame&,
                                   const PlaneView<double>&);
template void moments_of_plane<float>(const GridShape&, int, const GridFrame&,
                                      const PlaneView<float>&, MomentOrder,
                                      std::array<Moments, max_terms>&);
template void moments_of_plane<double>(const GridShape&, int, const GridFrame&,
                                       const PlaneView<double>&, MomentOrder,
                                       std::array<Moments, max_terms>&);

}  // namespace polyform::density
