// SPDX-License-Identifier: MPL-2.0
// Atoms as sums of Gaussians, isotropic or not, added to planes of the grid, and their moments.
#pragma once

#include <array>

#include "density/sphere_rows.hpp"
#include "polyform/kernels/form_factor.hpp"

namespace polyform::density {

/// rho = sum of height exp(-Q), Q = xx x^2 + yy y^2 + zz z^2 + 2 (xy x y + xz x z + yz y z),
/// lengths in radii of the sphere in which it is put on the grid, in the frame of its rows.
template <class Real>
struct GaussianAtom {
  struct Gaussian {
    Real height, xx, yy, zz, xy, xz, yz;
  };
  Real step;  ///< along a row, in radii
  int terms;
  std::array<Gaussian, kernels::FormFactor::max_terms> gaussian;
};

/// Of one Gaussian: sums of map * rho times (1, x, y, z, xx, yy, zz, xy, xz, yz).
using GaussianMoments = std::array<double, 10>;

/// Adds the atom to the planes of the ring. chunks: with room for it.
template <class Real>
void add_gaussians(const GaussianAtom<Real>& atom, const SpherePart& part, const GridFrame& frame,
                   PlaneRing<Real>& ring, RowChunks<Real>& chunks);

/// Moments of exactly the same points, a set for each Gaussian.
template <class Real>
void gather_gaussians(const GaussianAtom<Real>& atom, const SpherePart& part,
                      const GridFrame& frame, PlaneRing<Real>& ring, RowChunks<Real>& chunks,
                      GaussianMoments* moments);

}  // namespace polyform::density
