// SPDX-License-Identifier: MPL-2.0
// The solvent mask point by point from distances alone, and its structure factors by direct sums.
#pragma once

#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "polyform/crystal/atoms.hpp"
#include "polyform/crystal/reflections.hpp"
#include "polyform/density/slab_grid.hpp"

namespace polyform::test {

/// What the mask is made of; radii [A], one an atom, the probe included; 0 leaves the atom out.
struct BruteMask {
  density::GridSize size;
  std::vector<std::uint8_t> solvent;  ///< 1 or 0 at [(w * nv + v) * nu + u]
  double fraction() const;
};

/// Every point against every image of every atom in every near cell; then every excluded point
/// against every solvent point. For cells of a few thousand points.
BruteMask brute_mask(const crystal::Crystal& crystal, const crystal::Atoms& atoms,
                     std::span<const double> radii, const density::GridSize& size,
                     double shrink_radius);

/// F(h) = V/N sum over solvent points exp(2 pi i h.x), averaged over the symmetry operators.
std::vector<std::complex<double>> direct_f_mask(const crystal::Crystal& crystal,
                                                const BruteMask& mask,
                                                std::span<const crystal::Hkl> hkl);

}  // namespace polyform::test
