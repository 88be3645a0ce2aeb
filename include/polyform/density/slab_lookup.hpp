// SPDX-License-Identifier: MPL-2.0
// Values at chosen indices out of coefficients that lie on all ranks, and back into them.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "polyform/parallel/communicator.hpp"

namespace polyform::density {

/// Where the coefficient of an index lies.
struct CoefficientPlace {
  int rank;             ///< of the team, who holds it
  std::uint32_t place;  ///< in the holder's coefficients
  bool mated;           ///< it is the coefficient of -h that lies there
};

/// An exchange made ready once and used for every transform of the same layout: this rank wants the
/// values at some places, whoever holds them.
///
/// F(h) of a map is sum map(x) exp(+2 pi i h.x), the conjugate of FFTW's coefficient C(h).
class SlabLookup {
 public:
  using Coefficient = std::complex<float>;

  /// wanted: in any order, repeats allowed. Collective over team.
  SlabLookup(std::span<const CoefficientPlace> wanted, const parallel::Communicator& team);

  std::size_t size() const { return wanted_.size(); }

  /// values[i] = F at wanted[i] out of everyone's coefficients, unscaled. Collective over team.
  void collect(std::span<const Coefficient> coefficients,
               std::span<std::complex<double>> values) const;

  /// The adjoint direction: sets the coefficients at the wanted places so that F there is values[i]
  /// and leaves all others as they are. A place asked for more than once takes one of its values,
  /// which should be the same. Collective over team.
  void spread(std::span<const std::complex<double>> values,
              std::span<Coefficient> coefficients) const;

 private:
  struct Wanted {
    std::uint32_t value;  ///< index in the caller's values
    bool mated;
  };

  parallel::Communicator team_;
  std::vector<Wanted> wanted_;         // in the order in which answers come, rank after rank
  std::vector<int> asked_, answered_;  // how many of each rank, how many for each rank
  std::vector<std::uint32_t> source_;  // what this rank answers: places in its coefficients
};

}  // namespace polyform::density
