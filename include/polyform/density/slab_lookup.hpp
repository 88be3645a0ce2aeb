// SPDX-License-Identifier: MPL-2.0
// Values at chosen indices out of coefficients that lie on all ranks, and back into them.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "polyform/density/slab_transform.hpp"

namespace polyform::density {

/// Where each wanted index lies: which rank, which place, the coefficient or its mate's. Made once,
/// used for every transform of the same layout.
///
/// F(h) of a map is sum map(x) exp(+2 pi i h.x), the conjugate of FFTW's coefficient.
class SlabLookup {
 public:
  /// wanted: indices this rank asks for (any, in any order, repeats allowed), each below half of
  /// the grid: |h_i| < N_i / 2. Collective over the transform's team.
  SlabLookup(const SlabTransform& transform, std::span<const crystal::Hkl> wanted);

  std::size_t size() const { return size_; }

  /// values[i] = F(wanted[i]) out of the coefficients, unscaled. Collective over the team.
  void collect(SlabTransform& transform, std::span<std::complex<double>> values) const;

  /// Sets all coefficients to zero, then writes F(wanted[i]) = values[i] and its Friedel mate, so
  /// that inverse() gives the map sum over h of F(h) exp(-2 pi i h.x). An index asked for more than
  /// once takes one of its values, which should be the same. Collective over the team.
  void spread(SlabTransform& transform, std::span<const std::complex<double>> values) const;

 private:
  struct Wanted {
    std::uint32_t value;  ///< index in the caller's values
    bool mated;           ///< found at -h
  };

  parallel::Communicator team_;
  std::vector<Wanted> wanted_;         // in the order in which answers come, rank after rank
  std::vector<int> asked_, answered_;  // how many of each rank, how many for each rank
  std::vector<std::uint32_t> source_;  // what this rank answers: places in its coefficients
  std::size_t size_ = 0;
};

}  // namespace polyform::density
