// SPDX-License-Identifier: MPL-2.0
// Some planes of a real map to its coefficients inside the resolution sphere, nothing else
// computed.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "polyform/crystal/reflections.hpp"
#include "polyform/density/slab_grid.hpp"
#include "polyform/density/slab_lookup.hpp"
#include "polyform/kernels/vector.hpp"
#include "polyform/parallel/communicator.hpp"

namespace polyform::density {

/// The pruned transform C(h) = sum map(x) exp(-2 pi i h.x) of a map that is zero but on a run of
/// planes. A rank transforms its own planes one by one, in the same small buffer, keeps the columns
/// (h, k) that meet the sphere, sends each to the column's owner, and the owner transforms along w:
///
///     planes of a rank        columns of a rank         inside the sphere
///     (u, v) -> (h, k)   =>   w of one (h, k)      =>   l of one (h, k)
class SlabColumns {
 public:
  using Coefficient = std::complex<float>;

  /// size: of the whole cell; planes [first_plane, first_plane + n_planes) of it hold the map.
  /// reciprocal: its rows are a*, b*, c* [1/A] of the axes u, v, w; s_max [1/A]: radius of the
  /// sphere. Collective over team.
  SlabColumns(const GridSize& size, int first_plane, int n_planes, const kernels::Mat3& reciprocal,
              double s_max, const parallel::Communicator& team);
  ~SlabColumns();

  /// The planes of this rank, counted from first_plane: [begin, end).
  parallel::Block planes() const;

  /// A plane to be filled: value(u, v) at [v * row_stride() + u].
  std::span<float> plane();
  std::size_t row_stride() const;
  /// Takes the filled plane, times `weight`, as plane i of this rank's. What plane() holds is lost.
  void take(std::size_t i, float weight);
  /// After all planes were taken. Collective over team.
  void transform();

  std::span<const Coefficient> coefficients() const;
  /// Where C(h), or C(-h) for h < 0, lies; for indices inside the sphere.
  CoefficientPlace locate(const crystal::Hkl& hkl) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace polyform::density
