// SPDX-License-Identifier: MPL-2.0
// Rotations at random.
#include <Eigen/Geometry>
#include <cmath>

#include "polyform/base/units.hpp"
#include "polyform/simulate/placement.hpp"
#include "simulate/numbers.hpp"

namespace polyform::simulate {

Mat3 random_rotation(int seed, std::uint64_t number) {
  RandomStream stream = numbers(seed, Purpose::rotation, number);
  const double u = stream.uniform();
  const double a = base::two_pi * stream.uniform(), b = base::two_pi * stream.uniform();
  const Eigen::Quaterniond q(std::sqrt(u) * std::cos(b), std::sqrt(1 - u) * std::sin(a),
                             std::sqrt(1 - u) * std::cos(a), std::sqrt(u) * std::sin(b));
  return q.toRotationMatrix();
}

}  // namespace polyform::simulate
