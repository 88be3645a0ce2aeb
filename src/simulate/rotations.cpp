// SPDX-License-Identifier: MPL-2.0
// Rotations by polar angles, and at random.
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

#include "polyform/base/units.hpp"
#include "polyform/simulate/placement.hpp"
#include "simulate/numbers.hpp"

namespace polyform::simulate {

Mat3 rotation_of(const PolarAngles& angles) {
  const double omega = base::radians(angles.omega), phi = base::radians(angles.phi);
  const Vec3 axis(std::sin(omega) * std::cos(phi), std::sin(omega) * std::sin(phi),
                  std::cos(omega));
  return Eigen::AngleAxisd(base::radians(angles.kappa), axis).toRotationMatrix();
}

PolarAngles polar_angles(const Mat3& rotation) {
  const Eigen::AngleAxisd turn(rotation);
  if (turn.angle() < 1e-9) return {};
  const Vec3& axis = turn.axis();
  return {base::degrees(std::acos(std::clamp(axis[2], -1.0, 1.0))),
          base::degrees(std::atan2(axis[1], axis[0])), base::degrees(turn.angle())};
}

Mat3 random_rotation(int seed, std::uint64_t number) {
  RandomStream stream = numbers(seed, Purpose::rotation, number);
  const double u = stream.uniform();
  const double a = base::two_pi * stream.uniform(), b = base::two_pi * stream.uniform();
  const Eigen::Quaterniond q(std::sqrt(u) * std::cos(b), std::sqrt(1 - u) * std::sin(a),
                             std::sqrt(1 - u) * std::cos(a), std::sqrt(u) * std::sin(b));
  return q.toRotationMatrix();
}

}  // namespace polyform::simulate
