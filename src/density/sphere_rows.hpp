// SPDX-License-Identifier: MPL-2.0
// The grid points of an atom's sphere, eight neighbours of a row at a time.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "density/grid_frame.hpp"
#include "density/plane_ring.hpp"

namespace polyform::density {

using kernels::count_from;
using kernels::Lanes;
using kernels::load;
using kernels::n_lanes;
using kernels::store;

/// Consecutive planes of an atom's sphere.
struct SpherePart {
  std::array<double, 3>
      place{};          ///< of the atom, grid steps; slab axis unwrapped, others in [0, n)
  double radius = 0;    ///< [A]
  int first_plane = 0;  ///< as unwrapped as place[0]
  int n_planes = 0;
  std::size_t in_ring = 0;  ///< number of the first plane in the ring's sequence
};

/// Eight neighbouring points of a row. Lengths in radii of the sphere, from the atom, in the frame
/// of the rows.
template <class Real>
struct RowChunk {
  std::size_t at;   ///< in the ring, of the first point
  Real x;           ///< of the first point
  Real y, z, rest;  ///< of the row; 1 - y^2 - z^2
};

/// The chunks of one sphere after another.
template <class Real>
class RowChunks {
 public:
  /// Room for spheres up to a radius [A], and for what is written past the end.
  void make_room(const GridFrame& frame, double radius) {
    const double columns = 2 * radius / frame.f_x, rows = 2 * radius / frame.m_y,
                 planes = 2 * radius / frame.s_z;
    const auto n = static_cast<std::size_t>((planes + 2) * (rows + 2) * (columns / n_lanes + 2));
    if (room_ >= n) return;
    room_ = n;
    numbers_.resize(4 * (n + n_lanes));
    at_.resize(n + n_lanes);
  }

  /// Lists the chunks of a part; returns how many there are. A row gets as few chunks as cover it
  /// wherever the atom is between two grid points: one where it reaches four steps to either side,
  /// two for eight.
  POLYFORM_INLINE std::size_t list(const SpherePart& part, const GridFrame& frame,
                                   const PlaneRing<Real>& ring);

  POLYFORM_INLINE RowChunk<Real> operator[](std::size_t i) const {
    const Real* const x = numbers_.data();
    return {static_cast<std::size_t>(at_[i]), x[i], x[room() + i], x[2 * room() + i],
            x[3 * room() + i]};
  }

 private:
  using Integer = typename kernels::LaneTypes<Real>::Integer;
  using Integers = typename kernels::LaneTypes<Real>::Integers;

  /// The rows of a plane that get at least some number of chunks.
  struct Rows {
    int begin, end;
  };

  std::size_t room() const { return room_ + n_lanes; }

  std::size_t room_ = 0;
  std::vector<Real> numbers_;  // x, y, z, rest
  std::vector<Integer> at_;
};

POLYFORM_INLINE int rounded_up(double x) {
  const int towards_0 = static_cast<int>(x);
  return towards_0 + (x > towards_0 ? 1 : 0);
}

template <class Real>
POLYFORM_INLINE void round_down(const Lanes<Real>& x,
                                typename kernels::LaneTypes<Real>::Integers& down) {
  using Integers = typename kernels::LaneTypes<Real>::Integers;
  down = __builtin_convertvector(x, Integers);
  down += __builtin_convertvector(down, Lanes<Real>) > x;  // true is -1
}

template <class Real>
POLYFORM_INLINE std::size_t RowChunks<Real>::list(const SpherePart& part, const GridFrame& frame,
                                                  const PlaneRing<Real>& ring) {
  constexpr int most_levels = 64;
  const double per_radius = 1 / part.radius;
  const double step = frame.f_x * per_radius, half_chunk = n_lanes / 2 * step;
  const PlaneShape& shape = ring.shape();
  const auto n_fast = static_cast<Integer>(shape.n_fast),
             n_middle = static_cast<Integer>(shape.n_middle),
             stride = static_cast<Integer>(shape.stride);
  const auto fast_floor = static_cast<int>(part.place[2]);
  const int n_wraps_fast =
      1 + static_cast<int>((part.radius * frame.columns_per_length + 2 * n_lanes) / shape.n_fast);
  const int n_wraps_middle =
      1 + static_cast<int>(part.radius * frame.rows_reached_per_length / shape.n_middle);
  Real* const out_x = numbers_.data();
  Real* const out_y = out_x + room();
  Real* const out_z = out_y + room();
  Real* const out_rest = out_z + room();
  Integers lane;
  for (int i = 0; i < n_lanes; ++i) lane[i] = i;

  std::size_t n = 0;
  for (int p = 0; p < part.n_planes; ++p) {
    const double ds = part.first_plane + p - part.place[0];
    const double z = ds * frame.s_z * per_radius;
    const double left = 1 - z * z;
    if (left <= 0) continue;
    const auto plane =
        static_cast<Integer>(ring.offset(part.in_ring + static_cast<std::size_t>(p)));
    const double middle = part.place[1] + frame.row_shift * ds;
    Rows level[most_levels];
    int n_levels = 0;
    for (double beyond = 0; n_levels < most_levels && left > beyond * beyond;
         beyond += half_chunk) {
      const double half = std::sqrt(left - beyond * beyond) * part.radius * frame.rows_per_length;
      level[n_levels++] = {rounded_up(middle - half), rounded_up(middle + half)};
    }
    for (int k = 0; k < n_levels; ++k)
      for (int begin = level[k].begin; begin < level[k].end; begin += n_lanes) {
        const Integers row = lane + static_cast<Integer>(begin);
        const Lanes<Real> dm =
            __builtin_convertvector(lane, Lanes<Real>) + Real(begin - part.place[1]);
        const Lanes<Real> y = dm * Real(frame.m_y * per_radius) + Real(frame.s_y * ds * per_radius);
        const Lanes<Real> centre =
            Real(part.place[2] - fast_floor - frame.s_x * ds * frame.f_per_length) -
            dm * Real(frame.m_x * frame.f_per_length);
        Integers first;
        round_down<Real>(centre, first);
        first += 1 - n_lanes / 2 + k * n_lanes;
        for (int other = 1; other < n_levels; ++other)  // a level more, half a chunk to the left
          first += ((row >= static_cast<Integer>(level[other].begin)) &
                    (row < static_cast<Integer>(level[other].end))) *
                   (n_lanes / 2);
        const Lanes<Real> x = (__builtin_convertvector(first, Lanes<Real>) - centre) * Real(step);
        const Lanes<Real> rest = Real(left) - y * y;
        Integers column = first + static_cast<Integer>(fast_floor), wrapped_row = row;
        for (int w = 0; w < n_wraps_fast; ++w) {
          column += (column < 0) & n_fast;
          column -= (column >= n_fast) & n_fast;
        }
        for (int w = 0; w < n_wraps_middle; ++w) {
          wrapped_row += (wrapped_row < 0) & n_middle;
          wrapped_row -= (wrapped_row >= n_middle) & n_middle;
        }
        const Integers at = wrapped_row * stride + column + plane;
        std::memcpy(&at_[n], &at, sizeof at);
        store<Real>(x, out_x + n);
        store<Real>(y, out_y + n);
        store<Real>(x * 0 + Real(z), out_z + n);
        store<Real>(rest, out_rest + n);
        n += static_cast<std::size_t>(std::min(n_lanes, level[k].end - begin));
      }
  }
  return n;
}

}  // namespace polyform::density
