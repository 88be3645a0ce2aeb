// SPDX-License-Identifier: MPL-2.0
// Some planes of the mask as rows of bits: spheres marked in them, and the marked region shrunk.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "polyform/density/slab_grid.hpp"
#include "polyform/kernels/vector.hpp"

namespace polyform::density {

using kernels::Mat3;
using kernels::Vec3;

/// Planes [first, first + count) along c of the mask of a periodic cell, with as many planes on
/// either side as the shrinking reaches, so that no rank needs another's. Points are bits: 1 where
/// solvent centres cannot be.
class MaskPlanes {
 public:
  /// step: its columns are the grid's steps along u, v, w [A], upper triangular; shrink_radius [A].
  MaskPlanes(const GridSize& size, const Mat3& step, int first, int count, double shrink_radius);

  /// Everything is solvent again.
  void clear();
  /// Points within `radius` [A] of the atom at `centre`, or of its copies in other cells, are not.
  /// centre: in grid steps, each in [0, N). How many planes were marked.
  int exclude(const Vec3& centre, double radius);
  /// Ends the marking; from here on rows may be asked for.
  void finish();

  /// Row v of plane `plane` (0 is the first) after shrinking: bit u of the words is 1 where a
  /// solvent point lies within the shrink radius, the row itself included. words() of them.
  void solvent_row(int plane, int v, std::uint64_t* row) const;
  std::size_t words() const { return words_; }

 private:
  // A row (dv, dw) away: bits are taken at the distances [first, last].
  struct Neighbour {
    int dv, dw, first, last;
  };
  std::uint64_t* row(int plane, int v) { return &bits_[place(plane, v)]; }
  const std::uint64_t* row(int plane, int v) const { return &bits_[place(plane, v)]; }
  std::size_t place(int plane, int v) const {
    return (static_cast<std::size_t>(plane) * static_cast<std::size_t>(size_[1]) +
            static_cast<std::size_t>(v)) *
           stride_;
  }
  void mark(std::uint64_t* row, int first, int last) const;

  GridSize size_;
  Mat3 step_;
  int first_, count_;
  int margin_u_ = 0,
      margin_w_ = 0;            // periodic copies kept at the ends of rows; planes on each side
  std::size_t words_, stride_;  // of a row without and with its ends
  std::vector<Neighbour> neighbours_;
  std::vector<std::uint64_t> bits_;  // until finish() 1 is excluded, then 1 is solvent
};

}  // namespace polyform::density
