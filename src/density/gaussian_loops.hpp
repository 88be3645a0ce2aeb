// SPDX-License-Identifier: MPL-2.0
// Atoms as sums of Gaussians, isotropic or not, added to planes of the grid, and their moments.
#pragma once

#include <array>

#include "density/plane_ring.hpp"
#include "density/sphere_rows.hpp"
#include "polyform/kernels/form_factor.hpp"
#include "polyform/kernels/vector.hpp"

namespace polyform::density {

/// rho = sum of height exp(-n' q n), n in grid steps (slab, middle, fast) from the atom. It is put
/// on the grid where n' reach n <= 1, and on what a strip of eight columns has beyond.
struct GaussianAtom {
  struct Gaussian {
    double height = 0;
    kernels::Mat3 q;
  };
  int terms = 0;
  kernels::Mat3 reach;
  std::array<Gaussian, kernels::FormFactor::max_terms> gaussian;
};

/// Of one Gaussian: sums of map * rho times 1, n and n n'.
struct GaussianMoments {
  double density = 0;
  kernels::Vec3 first = kernels::Vec3::Zero();
  kernels::Mat3 second = kernels::Mat3::Zero();
};

/// Adds the atom to the planes of the ring.
template <class Real>
void add_gaussians(const GaussianAtom& atom, const SpherePart& part, PlaneRing<Real>& ring);

/// Moments of exactly the same points, a set for each Gaussian.
template <class Real>
void gather_gaussians(const GaussianAtom& atom, const SpherePart& part, PlaneRing<Real>& ring,
                      GaussianMoments* moments);

}  // namespace polyform::density
