// SPDX-License-Identifier: MPL-2.0
// Distances, angles, dihedrals, chiral volumes and best planes, each with its derivatives.
#pragma once

#include <array>
#include <span>

#include "polyform/kernels/vector.hpp"

namespace polyform::kernels {

/// A function of N points and its derivative by each of them. Where the derivative does not exist
/// (points that coincide, or lie on one line) it is zero, never NaN.
template <std::size_t N>
struct OfPoints {
  double value = 0;
  std::array<Vec3, N> slope;
};

/// |a - b| [A].
OfPoints<2> distance(const Vec3& a, const Vec3& b);

/// Angle a-b-c [radians, 0 to pi], apex b.
OfPoints<3> angle(const Vec3& a, const Vec3& b, const Vec3& c);

/// Dihedral a-b-c-d [radians, -pi to pi], IUPAC sign. Blondel & Karplus (1996) J. Comput. Chem. 17,
/// 1132, eqs. 19 and 27.
OfPoints<4> dihedral(const Vec3& a, const Vec3& b, const Vec3& c, const Vec3& d);

/// Signed volume (a - centre) . [(b - centre) x (c - centre)] [A^3]; slopes: centre, a, b, c.
OfPoints<4> chiral_volume(const Vec3& centre, const Vec3& a, const Vec3& b, const Vec3& c);

/// |volume| of three bonds of given lengths with given angles [radians] between them; 0 for angles
/// that no three directions have.
double ideal_chiral_volume(double bond_a, double bond_b, double bond_c, double angle_ab,
                           double angle_bc, double angle_ca);

/// The plane that minimises the sum of squared distances of the points.
struct BestPlane {
  Vec3 centre;  ///< mean of the points
  Vec3 normal;  ///< unit vector
  double distance(const Vec3& point) const { return normal.dot(point - centre); }
};

/// At least three points. Since the plane is the best one, d/dx_i of sum_k distance_k^2 is
/// 2 distance_i normal: the plane's own change does not count in first order.
BestPlane best_plane(std::span<const Vec3> points);

/// difference brought into (-period/2, period/2].
double wrapped(double difference, double period);

}  // namespace polyform::kernels
