// SPDX-License-Identifier: MPL-2.0
// A real map of the unit cell on slabs, one a rank, and its Fourier transform by FFTW3-MPI.
#pragma once

#include <complex>
#include <memory>
#include <span>

#include "polyform/crystal/reflections.hpp"
#include "polyform/density/slab_grid.hpp"
#include "polyform/density/slab_lookup.hpp"
#include "polyform/parallel/communicator.hpp"
#include "polyform/parallel/partition.hpp"

namespace polyform::density {

/// How FFTW chooses among its ways: by rule, so that the same input gives the same bits, or by
/// measuring, for timings only.
enum class Planning { estimate, measure };

/// A map on a team's slabs. The slab axis is c: a rank holds consecutive planes of constant w.
///
///     map           value(u, v, w) at [(w - planes().begin) * nv + v] * row_stride() + u
///     coefficients  C(h, k, l) at [(k - columns().begin) * nw + l] * half_row() + h,  0 <= h <=
///     nu/2
///
/// Both live in the same memory: forward() turns the map into coefficients, inverse() back.
/// Coefficients are distributed along k (the transposed output of FFTW); negative k and l are found
/// at k + nv and l + nw, negative h through C(-h,-k,-l) = conj C(h,k,l). With more ranks than
/// planes the last ranks hold none.
class SlabTransform {
 public:
  using Coefficient = std::complex<float>;

  /// The map is zero everywhere. Collective over team.
  SlabTransform(const GridSize& size, const parallel::Communicator& team,
                Planning planning = Planning::estimate);
  ~SlabTransform();
  SlabTransform(SlabTransform&&) noexcept;

  const GridSize& size() const;
  const parallel::Communicator& team() const;
  long n_points() const;  ///< of the whole cell

  const parallel::Partition& plane_ownership() const;   ///< which rank has which w
  const parallel::Partition& column_ownership() const;  ///< which rank has which k, transformed
  parallel::Block planes() const;                       ///< w of this rank, [begin, end)
  parallel::Block columns() const;                      ///< k of this rank, [begin, end)

  std::size_t row_stride() const;  ///< floats from a row of the map to the next: 2 (nu/2 + 1)
  std::size_t half_row() const;    ///< coefficients of a row: nu/2 + 1
  std::span<float> map();
  std::span<const float> map() const;
  std::span<Coefficient> coefficients();
  /// Where C(h), or C(-h) for h < 0, lies. |h_i| < N_i / 2. The mates of h = 0 lie apart: who
  /// writes coefficients writes both.
  CoefficientPlace locate(const crystal::Hkl& hkl) const;

  /// C(h) = sum over points of map(x) exp(-2 pi i h.x), x in parts of the cell. Collective over
  /// team.
  void forward();
  /// map(x) = sum over h of C(h) exp(+2 pi i h.x): inverse() after forward() multiplies the map by
  /// n_points(). Collective over team.
  void inverse();

 private:
  void count() const;

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace polyform::density
