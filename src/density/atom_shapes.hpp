// SPDX-License-Identifier: MPL-2.0
// What atoms look like on the grid, and what is multiplied on afterwards to make it good.
#pragma once

#include <memory>
#include <vector>

#include "density/placed_atoms.hpp"
#include "polyform/density/structure_factors.hpp"

namespace polyform::density {

/// Derivatives, from moments of the map, for weight 1: by Cartesian x, by the mean-square tensor U,
/// along B and by weight. Those of an atom's parts add up.
struct AtomSlopes {
  Vec3 xyz = Vec3::Zero();
  Mat3 u = Mat3::Zero();  ///< symmetric; entries as if independent
  double b = 0;
  double weight = 0;
};

template <class Real>
class AtomShapes {
 public:
  virtual ~AtomShapes() = default;
  /// D(s): what the transform of the grid is multiplied by. s2 = 1/d^2 [1/A^2].
  virtual double deconvolution(double s2) const = 0;
  /// Of the sphere of grid points that the atom reaches [A]. Throws InputError for elements, B and
  /// U that cannot be put on a grid.
  virtual double radius(const Atoms& atoms, std::size_t atom) = 0;
  /// Room for the rows of spheres up to this radius [A].
  void make_room(double largest_radius) { chunks_.make_room(grid_.frame, largest_radius); }
  /// Adds a part of an atom, with its weight, to the planes of the ring. The margins must be folded
  /// back onto the rows' beginnings afterwards.
  virtual void add(const Atoms& atoms, const PlacedAtom& placed, const SpherePart& part,
                   PlaneRing<Real>& ring) = 0;
  /// The adjoint: exactly the grid points of add(). Margins must hold copies of the rows'
  /// beginnings.
  virtual AtomSlopes gather(const Atoms& atoms, const PlacedAtom& placed, const SpherePart& part,
                            PlaneRing<Real>& ring, const GradientRequest& request) = 0;

 protected:
  explicit AtomShapes(const GridGeometry& grid) : grid_(grid) {}
  const GridGeometry& grid_;
  RowChunks<Real> chunks_;
};

/// Compact polynomials, for models without anisotropic atoms. b_min: smallest B to come [A^2].
template <class Real>
std::unique_ptr<AtomShapes<Real>> make_radial_shapes(const GridGeometry& grid,
                                                     const crystal::Crystal& crystal, double d_min,
                                                     double b_min,
                                                     const FormFactorOptions& options);

/// Gaussians, blurred by the grid's choice. cutoff_tolerance: as for Cutoff.
template <class Real>
std::unique_ptr<AtomShapes<Real>> make_gaussian_shapes(const GridGeometry& grid, double d_min,
                                                       const FormFactorOptions& options,
                                                       double cutoff_tolerance);

}  // namespace polyform::density
