// SPDX-License-Identifier: MPL-2.0
// Rigid motions, and the one that brings points nearest to others: fitted freely, or with some of
// its parameters fixed.
#pragma once

#include <array>

#include "polyform/base/units.hpp"
#include "polyform/kernels/vector.hpp"

namespace polyform::kernels {

/// x -> rotation x + shift, Cartesian [A].
struct RigidMotion {
  Mat3 rotation = Mat3::Identity();
  Vec3 shift = Vec3::Zero();

  Vec3 operator()(const Vec3& x) const { return rotation * x + shift; }
  /// This motion after `first`.
  RigidMotion after(const RigidMotion& first) const {
    return {rotation * first.rotation, rotation * first.shift + shift};
  }
  RigidMotion inverse() const { return {rotation.transpose(), -(rotation.transpose() * shift)}; }
};

/// Sums over weighted pairs of points (x, y), all that a superposition needs to know of them.
struct PairMoments {
  double weight = 0;
  Vec3 x = Vec3::Zero(), y = Vec3::Zero();
  Mat3 xx = Mat3::Zero(), yx = Mat3::Zero();  ///< sums of w x x', w y x'
  double yy = 0;                              ///< sum of w |y|^2

  void add(const Vec3& at_x, const Vec3& at_y, double w) {
    weight += w;
    x += w * at_x;
    y += w * at_y;
    xx += w * at_x * at_x.transpose();
    yx += w * at_y * at_x.transpose();
    yy += w * at_y.squaredNorm();
  }
};

/// Sum of w |motion(x) - y|^2.
double squared_distance(const PairMoments& pairs, const RigidMotion& motion);

/// The motion that makes squared_distance() smallest, never a reflection: the singular value
/// decomposition of the moments about the centroids. Kabsch (1978) Acta Cryst. A34, 827. Where the
/// pairs leave a rotation open (all on one line, fewer than three), one of those as good.
RigidMotion superpose(const PairMoments& pairs);

/// A rotation by `kappa` about the axis (sin omega cos phi, sin omega sin phi, cos omega), and a
/// shift [A]; angles in radians. A positive kappa turns anticlockwise for who looks against the
/// axis.
struct PolarMotion {
  double omega = 0, phi = 0, kappa = 0;
  Vec3 shift = Vec3::Zero();
};

/// From angles as people give them [degrees].
inline PolarMotion polar_of_degrees(double omega, double phi, double kappa,
                                    const Vec3& shift = Vec3::Zero()) {
  return {base::radians(omega), base::radians(phi), base::radians(kappa), shift};
}

/// omega, phi, kappa [degrees].
inline Vec3 angles_in_degrees(const PolarMotion& polar) {
  return {base::degrees(polar.omega), base::degrees(polar.phi), base::degrees(polar.kappa)};
}

RigidMotion motion_of(const PolarMotion& polar);

/// omega in [0, pi], kappa in [0, pi], phi in (-pi, pi]; with no rotation the axis is z.
PolarMotion polar_of(const RigidMotion& motion);

/// Which parameters may change: omega, phi, kappa, then the shift along x, y, z.
using PolarFlags = std::array<bool, 6>;

/// The motion that makes squared_distance() smallest by the parameters that are free, from `start`:
/// damped Gauss-Newton steps (Levenberg 1944, Quart. Appl. Math. 2, 164) until they gain no more. A
/// local minimum.
PolarMotion superpose(const PairMoments& pairs, const PolarMotion& start, const PolarFlags& free);

}  // namespace polyform::kernels
