// SPDX-License-Identifier: MPL-2.0
// Superpositions against motions that are known, and polar angles there and back.
#include "polyform/kernels/superposition.hpp"

#include <Eigen/LU>

#include <cmath>
#include <numbers>
#include <random>

#include "support/catch.hpp"

using namespace polyform::kernels;

namespace {

constexpr double degrees = std::numbers::pi / 180;

PairMoments pairs_by(const RigidMotion& motion, std::size_t n, double error) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal(0, 1);
  PairMoments pairs;
  for (std::size_t i = 0; i < n; ++i) {
    const Vec3 x(50 + 9 * normal(random), -20 + 9 * normal(random), 9 * normal(random));
    const Vec3 off(normal(random), normal(random), normal(random));
    pairs.add(x, motion(x) + error * off, 0.5 + static_cast<double>(i % 3));
  }
  return pairs;
}

}  // namespace

TEST_CASE("polar angles describe the rotation they came from") {
  for (double omega : {0.0, 20.0, 90.0, 135.0, 180.0})
    for (double phi : {-170.0, -45.0, 0.0, 60.0, 180.0})
      for (double kappa : {0.0, 5.0, 90.0, 179.0, 180.0}) {
        const PolarMotion polar = {omega * degrees, phi * degrees, kappa * degrees, {1, 2, 3}};
        const RigidMotion motion = motion_of(polar);
        CHECK(motion.rotation.determinant() == Approx(1));
        CHECK((motion_of(polar_of(motion)).rotation - motion.rotation).norm() < 1e-7);
        CHECK(polar_of(motion).kappa == Approx(kappa * degrees).margin(1e-7));
      }
  // a quarter turn about z takes x to y
  CHECK((motion_of({0, 0, std::numbers::pi / 2, {}}).rotation * Vec3(1, 0, 0) - Vec3(0, 1, 0))
            .norm() < 1e-12);
}

TEST_CASE("a superposition finds the motion that was made") {
  const RigidMotion motion = motion_of({1.1, -0.4, 2.9, {30, -12, 7}});
  const RigidMotion found = superpose(pairs_by(motion, 40, 0.0));
  CHECK((found.rotation - motion.rotation).norm() < 1e-10);
  CHECK((found.shift - motion.shift).norm() < 1e-8);
  CHECK(squared_distance(pairs_by(motion, 40, 0.0), found) == Approx(0).margin(1e-6));
}

TEST_CASE("no small motion on top of a superposition does better") {
  const PairMoments pairs = pairs_by(motion_of({0.3, 2.0, 1.0, {3, 4, 5}}), 12, 1.5);
  const RigidMotion best = superpose(pairs);
  const double least = squared_distance(pairs, best);
  for (int axis = 0; axis < 6; ++axis)
    for (double by : {-0.01, 0.01}) {
      RigidMotion more;
      if (axis < 3)
        more = motion_of(
            {axis == 2 ? 0 : std::numbers::pi / 2, axis == 1 ? std::numbers::pi / 2 : 0, by, {}});
      else
        more.shift[axis - 3] = by;
      CHECK(squared_distance(pairs, more.after(best)) > least);
    }
}

TEST_CASE("mirror images are not superposed by a reflection") {
  PairMoments pairs;
  for (const Vec3& x : {Vec3(1, 0, 0), Vec3(0, 2, 0), Vec3(0, 0, 3), Vec3(1, 1, 1)})
    pairs.add(x, Vec3(x[0], x[1], -x[2]), 1);
  CHECK(superpose(pairs).rotation.determinant() == Approx(1));
}

TEST_CASE("with all parameters free the polar fit is the superposition") {
  const PairMoments pairs = pairs_by(motion_of({1.0, 0.5, 1.2, {10, 0, -5}}), 30, 0.8);
  const PolarMotion fitted =
      superpose(pairs, {1.2, 0.3, 1.0, {8, 1, -4}}, {true, true, true, true, true, true});
  CHECK(squared_distance(pairs, motion_of(fitted)) ==
        Approx(squared_distance(pairs, superpose(pairs))).epsilon(1e-9));
}

TEST_CASE("fixed parameters of the polar fit do not move") {
  const PairMoments pairs = pairs_by(motion_of({1.0, 0.5, 3.0, {10, 0, -5}}), 30, 0.1);
  const PolarMotion start = {1.1, 0.4, std::numbers::pi, {8, 2, -4}};
  const PolarMotion fitted = superpose(pairs, start, {true, true, false, true, false, true});
  CHECK(fitted.kappa == start.kappa);
  CHECK(fitted.shift[1] == start.shift[1]);
  CHECK(squared_distance(pairs, motion_of(fitted)) < squared_distance(pairs, motion_of(start)));
}
