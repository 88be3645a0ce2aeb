// SPDX-License-Identifier: MPL-2.0
// Gaussians on planes of the grid as products of factors: of the plane, the row and the column.
//
// With the offset d = (ds, dm0 + k, df) from the atom, row k counted from a row near its middle,
//
//   exp(-Q) = exp(-Q(ds, dm0, df))                   a number a column (eight at a time)
//           * exp(-mm (2 dm0 k + k^2) - 2 sm ds k)   a number a row
//           * exp(-2 mf df)^k                        carried from row to row; absent if mf = 0
//
// For an upright atom (sf = sm = 0) the first factor is that of the plane times one of the column
// alone, and both and the rows' serve all planes.
#pragma once

#include <algorithm>
#include <cmath>

#include "density/plane_loops.hpp"
#include "polyform/kernels/lanes.hpp"

namespace polyform::density {

using kernels::count_from;
using kernels::exponential;
using kernels::Lanes;
using kernels::load;
using kernels::n_lanes;
using kernels::store;

inline constexpr int max_rows = 512, max_chunks = max_rows / n_lanes;

inline int rounded_up(int n) { return (n + n_lanes - 1) / n_lanes * n_lanes; }

/// Rows and columns of the disc that a plane cuts from an atom's sphere.
struct Disc {
  double ds = 0;  ///< offset of the plane from the atom
  int row_begin = 0, row_end = 0, row_middle = 0;
  int column_begin = 0, chunks = 0;  ///< chunks of n_lanes columns
};

POLYFORM_INLINE void set_rows(const GridShape& atom, double centre, double half, Disc& disc) {
  disc.row_begin = static_cast<int>(std::ceil(atom.place[1] + centre - half));
  disc.row_end = static_cast<int>(std::floor(atom.place[1] + centre + half)) + 1;
  disc.row_end = std::min(disc.row_end, disc.row_begin + max_rows);
}

POLYFORM_INLINE Disc disc_of(const GridShape& atom, double ds, const GridFrame& f) {
  Disc disc;
  disc.ds = ds;
  const double z = ds * f.s_z;
  const double squared = atom.radius * atom.radius - z * z;
  if (squared <= 0) return disc;
  const double radius = std::sqrt(squared);
  const double dm = f.row_shift * ds, df = f.column_shift * ds;
  const double half_columns = radius * f.columns_per_length;
  set_rows(atom, dm, radius * f.rows_per_length, disc);
  disc.row_middle = std::clamp(static_cast<int>(std::floor(atom.place[1] + dm + 0.5)),
                               disc.row_begin, std::max(disc.row_begin, disc.row_end - 1));
  disc.column_begin = static_cast<int>(std::ceil(atom.place[2] + df - half_columns));
  const int column_end = static_cast<int>(std::floor(atom.place[2] + df + half_columns)) + 1;
  disc.chunks = std::clamp(rounded_up(column_end - disc.column_begin) / n_lanes, 0, max_chunks);
  return disc;
}

/// The disc of an upright atom: its rows differ from plane to plane, its columns do not.
POLYFORM_INLINE Disc upright_disc(const GridShape& atom, const TableLayout& layout, double ds,
                                  const GridFrame& f) {
  Disc disc{ds, 0, 0, layout.row_middle, layout.column_begin, layout.chunks};
  const double z = ds * f.s_z;
  const double squared = atom.radius * atom.radius - z * z;
  if (squared > 0) set_rows(atom, 0, std::sqrt(squared) * f.rows_per_length, disc);
  return disc;
}

// Below the range of the exponential there is nothing.
template <class Real>
POLYFORM_INLINE void bounded_exponential(Lanes<Real>& v) {
  const Lanes<Real> lowest = v * 0 + (sizeof(Real) == 4 ? Real(-87) : Real(-700));
  v = v > lowest ? v : lowest;
  exponential<Real>(v);
}

/// exp(-mm (2 dm0 k + k^2) - 2 sm ds k), [Gaussian][row], rows_stride rows from row_begin on.
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

/// height exp(-Q(ds, dm0, df)) by column, [chunk][Gaussian][lane]; where slanted, the factors from
/// row to row, up and down, follow in the same order.
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

/// exp(-ss ds^2), [plane][Gaussian].
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

/// All tables of an upright atom; widest: its disc at ds = 0.
template <class Real>
POLYFORM_INLINE void tabulate(const GridShape& atom, const Disc& widest, const TableLayout& layout,
                              Real* tables) {
  Real* columns = tables + layout.at;
  Real* rows = columns + (layout.slanted ? 3 : 1) * layout.chunks * layout.terms * n_lanes;
  const int stride = rounded_up(layout.rows);
  tabulate_columns<Real>(atom, widest, layout.terms, layout.slanted, columns);
  tabulate_rows<Real>(atom, widest, layout.terms, stride, rows);
  tabulate_planes<Real>(atom, layout.plane_begin, layout.planes, layout.terms,
                        rows + layout.terms * stride);
}

/// Lays out the tables of an atom for loops of `terms` terms; returns how many numbers they are.
template <class Real>
std::size_t lay_out(const GridShape& atom, const GridFrame& frame, int terms, TableLayout& layout) {
  layout.terms = terms;
  layout.upright = frame.s_x == 0 && frame.s_y == 0;
  for (const GridGaussian& q : atom.gaussian) {
    layout.slanted = layout.slanted || q.mf != 0;
    layout.upright = layout.upright && q.sf == 0 && q.sm == 0;
  }
  if (!layout.upright) return 0;
  const Disc widest = disc_of(atom, 0, frame);
  layout.column_begin = widest.column_begin;
  layout.chunks = widest.chunks;
  layout.row_begin = widest.row_begin;
  layout.rows = widest.row_end - widest.row_begin;
  layout.row_middle = widest.row_middle;
  const double reach = atom.radius / frame.s_z;
  layout.plane_begin = static_cast<int>(std::ceil(atom.place[0] - reach));
  layout.planes = static_cast<int>(std::floor(atom.place[0] + reach)) + 1 - layout.plane_begin;
  const int columns = layout.chunks * n_lanes * (layout.slanted ? 3 : 1);
  return static_cast<std::size_t>(terms * (columns + rounded_up(layout.rows) + layout.planes));
}

/// What the loops over rows need of one atom on one plane.
template <class Real>
struct Factors {
  const Real* columns;  ///< [chunk][Gaussian][lane] at the middle row
  const Real* up;       ///< and their steps
  const Real* down;
  const Real* plane;  ///< [Gaussian]; null: in the columns already
  const Real* rows;   ///< [Gaussian][row], of the disc's first row on
  int rows_stride;
};

/// Room for the factors of an atom that is not upright.
template <class Real, int N>
struct Scratch {
  alignas(64) Real columns[3 * max_chunks * N * n_lanes];
  alignas(64) Real rows[N * (max_rows + n_lanes)];
};

template <class Real, int N>
POLYFORM_INLINE Factors<Real> tabulated(const TableLayout& layout, const Real* tables, int plane,
                                        const Disc& disc) {
  const int n_columns = layout.chunks * N * n_lanes;
  const int stride = rounded_up(layout.rows);
  const Real* columns = tables + layout.at;
  const Real* rows = columns + (layout.slanted ? 3 : 1) * n_columns;
  const Real* planes = rows + N * stride;
  return {columns,
          columns + n_columns,
          columns + 2 * n_columns,
          planes + (plane - layout.plane_begin) * N,
          rows + (disc.row_begin - layout.row_begin),
          stride};
}

template <class Real, int N>
POLYFORM_INLINE Factors<Real> made_anew(const GridShape& atom, const TableLayout& layout,
                                        const Disc& disc, Scratch<Real, N>& scratch) {
  const int n_columns = disc.chunks * N * n_lanes;
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

}  // namespace polyform::density
