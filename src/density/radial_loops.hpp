// SPDX-License-Identifier: MPL-2.0
// Isotropic atoms added to planes of the grid, and their moments of planes.
#pragma once

#include "density/radial_shapes.hpp"
#include "density/sphere_rows.hpp"

namespace polyform::density {

/// An atom of weight 1 as the loops need it: polynomials in u, and the length of a grid step in
/// radii.
template <class Real>
struct RadialAtom {
  Real radius = 0;  ///< [A]
  Real step = 0;
  std::array<Real, n_radial> density;   ///< of u^2 ... u^9
  std::array<Real, n_radial> slope;     ///< d rho / du, of u^1 ... u^8
  std::array<Real, n_radial + 1> by_b;  ///< of u^1 ... u^9

  RadialAtom() = default;
  RadialAtom(const RadialShape& shape, double row_step);
};

/// Sums of map * ... over the grid points of an atom.
struct RadialMoments {
  double x = 0, y = 0, z = 0;  ///< d rho/du times the offset from the atom, in radii
  double by_b = 0;             ///< d rho/dB
  double density = 0;          ///< rho
};

/// What is wanted beside x, y, z.
struct RadialRequest {
  bool by_b = false, density = false;
};

/// Adds the atom, times a weight, to the planes of the ring. chunks: with room for it.
template <class Real>
void add_radial(const RadialAtom<Real>& atom, Real weight, const SpherePart& part,
                const GridFrame& frame, PlaneRing<Real>& ring, RowChunks<Real>& chunks);

/// Moments of exactly the same points.
template <class Real>
RadialMoments gather_radial(const RadialAtom<Real>& atom, const SpherePart& part,
                            const GridFrame& frame, PlaneRing<Real>& ring, RadialRequest request,
                            RowChunks<Real>& chunks);

}  // namespace polyform::density
