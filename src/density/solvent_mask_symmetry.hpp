// SPDX-License-Identifier: MPL-2.0
// Structure factors of a crystal out of those of a part that symmetry completes.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::density {

/// F(h) = scale sum_s exp(2 pi i h.t_s) S(h R_s), s over the operators without centring. The phase
/// relations of the space group hold in F exactly, whatever S is.
class MaskSymmetry {
 public:
  MaskSymmetry(const crystal::Crystal& crystal, std::span<const crystal::Hkl> hkl);

  /// h R_s of all reflections and operators; operators of one reflection lie side by side.
  std::vector<crystal::Hkl> images(std::span<const crystal::Hkl> hkl) const;

  /// values: S at images(hkl); f: one a reflection.
  void operator()(std::span<const std::complex<double>> values, double scale,
                  std::span<std::complex<double>> f) const;

 private:
  std::vector<kernels::IMat3> rotations_;
  std::vector<std::uint8_t> phases_;  // h.t_s in 24ths of a turn
};

}  // namespace polyform::density
