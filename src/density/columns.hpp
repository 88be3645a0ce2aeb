// SPDX-License-Identifier: MPL-2.0
// The columns of the transform that reflections need, and the sum over symmetry that they enter.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "density/grid_choice.hpp"
#include "polyform/density/structure_factors.hpp"
#include "polyform/parallel/partition.hpp"

namespace polyform::density {

/// All indices (fast, middle) at which some reflection or a symmetry copy of one lies, with the
/// fast index in [0, n_fast/2] (Friedel) and the middle one in [0, n_middle); ascending.
struct Columns {
  struct Place {
    int middle;
    int fast;
  };
  std::vector<Place> places;
  std::vector<int> index;  ///< of fast * n_middle + middle; -1 where not needed
  int n_fast_used = 0;     ///< largest fast index + 1
};

/// Where on the half grid an index lies; `conjugate` when it is reached through -h.
struct GridIndex {
  int slab, middle, fast;
  bool negated;
};
GridIndex grid_index(const Hkl& hkl, const GridChoice& choice);

Columns find_columns(const Crystal& crystal, std::span<const Hkl> hkl, const GridChoice& choice);

/// F(h) = sum_s exp(2 pi i h.t_s) F_asu(h R_s) over the primitive operators, of the columns that
/// this rank has; what other ranks' columns add is summed between them.
class SymmetrySum {
 public:
  SymmetrySum(const Crystal& crystal, std::span<const Hkl> hkl, const GridChoice& choice,
              const Columns& columns, parallel::Block owned);

  /// Contributions of this rank's columns to all reflections.
  std::size_t n_terms() const { return terms_.size(); }

  /// columns: [column][slab index], transforms with exp(-2 pi i ...), the conjugate of ours. f: one
  /// a reflection, overwritten.
  template <class Real>
  void forward(const std::complex<Real>* columns, std::span<Complex> f) const;
  /// The adjoint: dT = Re sum conj(slope) dF = Re sum conj(columns) dC. columns: overwritten.
  template <class Real>
  void adjoint(std::span<const Complex> slope, std::span<std::complex<Real>> columns) const;

 private:
  struct Term {
    std::uint32_t place;
    std::uint32_t turn;  // 24ths of a turn; 24 more for C itself, reached through -h
  };
  std::vector<std::uint32_t> first_;  // of each reflection's terms; one more at the end
  std::vector<Term> terms_;
};

}  // namespace polyform::density
