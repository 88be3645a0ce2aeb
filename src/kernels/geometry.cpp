// SPDX-License-Identifier: MPL-2.0
// Distances, angles, dihedrals, chiral volumes and best planes, each with its derivatives.
#include "polyform/kernels/geometry.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

namespace polyform::kernels {
namespace {
constexpr double tiny = 1e-12;  // squared sine, or squared length in A^2, taken for zero
}

OfPoints<2> distance(const Vec3& a, const Vec3& b) {
  const Vec3 d = a - b;
  const double length = d.norm();
  const Vec3 unit = length * length > tiny ? Vec3(d / length) : Vec3(Vec3::Zero());
  return {length, {unit, -unit}};
}

OfPoints<3> angle(const Vec3& a, const Vec3& b, const Vec3& c) {
  const Vec3 u = a - b, v = c - b;
  const Vec3 n = u.cross(v);
  const double uu = u.squaredNorm(), vv = v.squaredNorm(), nn = n.squaredNorm();
  OfPoints<3> out{std::atan2(std::sqrt(nn), u.dot(v)), {Vec3::Zero(), Vec3::Zero(), Vec3::Zero()}};
  if (nn <= tiny * uu * vv || nn <= tiny * tiny) return out;
  // Turning u about n moves it towards v, which closes the angle.
  const Vec3 unit = n / std::sqrt(nn);
  out.slope[0] = u.cross(unit) / uu;
  out.slope[2] = unit.cross(v) / vv;
  out.slope[1] = -out.slope[0] - out.slope[2];
  return out;
}

OfPoints<4> dihedral(const Vec3& a, const Vec3& b, const Vec3& c, const Vec3& d) {
  const Vec3 f = a - b, g = b - c, h = d - c;
  const Vec3 p = f.cross(g), q = h.cross(g);
  const double gg = g.squaredNorm(), pp = p.squaredNorm(), qq = q.squaredNorm();
  const double length = std::sqrt(gg);
  OfPoints<4> out{std::atan2(q.cross(p).dot(g), p.dot(q) * length),
                  {Vec3::Zero(), Vec3::Zero(), Vec3::Zero(), Vec3::Zero()}};
  constexpr double flat = 1e-8;  // squared sine of a bond angle below which there is no dihedral
  if (gg <= tiny || pp <= flat * f.squaredNorm() * gg || qq <= flat * h.squaredNorm() * gg)
    return out;
  const Vec3 of_a = p * (-length / pp), of_d = q * (length / qq);
  const Vec3 turn = p * (f.dot(g) / (pp * length)) - q * (h.dot(g) / (qq * length));
  out.slope = {of_a, turn - of_a, -turn - of_d, of_d};
  return out;
}

OfPoints<4> chiral_volume(const Vec3& centre, const Vec3& a, const Vec3& b, const Vec3& c) {
  const Vec3 u = a - centre, v = b - centre, w = c - centre;
  const Vec3 vw = v.cross(w), wu = w.cross(u), uv = u.cross(v);
  return {u.dot(vw), {-(vw + wu + uv), vw, wu, uv}};
}

double ideal_chiral_volume(double bond_a, double bond_b, double bond_c, double angle_ab,
                           double angle_bc, double angle_ca) {
  const double x = std::cos(angle_ab), y = std::cos(angle_bc), z = std::cos(angle_ca);
  const double gram = 1 - x * x - y * y - z * z + 2 * x * y * z;
  return bond_a * bond_b * bond_c * std::sqrt(std::max(0.0, gram));
}

BestPlane best_plane(std::span<const Vec3> points) {
  BestPlane plane{Vec3::Zero(), Vec3::UnitZ()};
  for (const Vec3& p : points) plane.centre += p;
  plane.centre /= static_cast<double>(points.size());
  Mat3 spread = Mat3::Zero();
  for (const Vec3& p : points) spread += (p - plane.centre) * (p - plane.centre).transpose();
  Eigen::SelfAdjointEigenSolver<Mat3> solver;
  solver.computeDirect(spread);
  const Vec3 normal = solver.eigenvectors().col(0);  // of the smallest eigenvalue
  if (normal.allFinite() && normal.squaredNorm() > 0.5) plane.normal = normal;
  return plane;
}

double wrapped(double difference, double period) {
  return difference - period * std::ceil(difference / period - 0.5);
}

}  // namespace polyform::kernels
