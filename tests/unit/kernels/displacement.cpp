// SPDX-License-Identifier: MPL-2.0
// Displacement tensors within limits: where U may be, and its slopes.
#include "polyform/kernels/displacement.hpp"

#include <Eigen/Geometry>
#include <random>

#include "support/catch.hpp"

using namespace polyform::kernels;

namespace {

const PrincipalLimits limits = {0.025, 1.2};

Mat3 turned(const Vec3& principal, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  const Eigen::Quaterniond q(normal(random), normal(random), normal(random), normal(random));
  const Mat3 r = q.normalized().toRotationMatrix();
  return r * principal.asDiagonal() * r.transpose();
}

const std::vector<Vec3> principal_sets = {{0.1, 0.2, 0.3},
                                          {0.2, 0.2, 0.2},
                                          {0.03, 0.03, 0.5},
                                          {0.0256, 0.3, 1.199},
                                          {0.2, 0.2 + 1e-9, 0.4}};

}  // namespace

TEST_CASE("a tensor inside the limits is found again") {
  for (const Vec3& principal : principal_sets) {
    const Mat3 u = turned(principal, 3);
    CHECK((within_limits(before_limits(u, limits), limits) - u).norm() < 1e-12);
  }
}

TEST_CASE("no principal value leaves the limits, however far W goes") {
  for (double far : {-1e6, -10.0, -0.1, 0.0, 0.5, 2.0, 1e6}) {
    const Vec3 found = principal_values(within_limits(turned({far, 0.1, -far}, 5), limits));
    CHECK(found[0] >= limits.low - 1e-9);
    CHECK(found[2] <= limits.high + 1e-9);
  }
  const Vec3 mended =
      principal_values(within_limits(before_limits(turned({-0.1, 0.2, 3}, 1), limits), limits));
  CHECK(mended[0] > limits.low);
  CHECK(mended[1] == Approx(0.2));
  CHECK(mended[2] < limits.high);
}

TEST_CASE("slopes before the limits agree with central differences") {
  const Sym3 by_u = {0.3, -1.1, 0.7, 0.4, -0.9, 1.3};
  const auto energy = [&](const Sym3& w) {
    const Sym3 u = tensor_of(within_limits(matrix_of(w), limits));
    double sum = 0;
    for (std::size_t k = 0; k < 6; ++k) sum += by_u[k] * u[k];
    return sum;
  };
  for (const Vec3& principal : principal_sets) {
    const Mat3 w = before_limits(turned(principal, 8), limits);
    const Sym3 slope = entries_of_slope(slope_before_limits(w, slope_of_entries(by_u), limits));
    for (std::size_t k = 0; k < 6; ++k) {
      Sym3 up = tensor_of(w), down = up;
      up[k] += 1e-5;
      down[k] -= 1e-5;
      CHECK(slope[k] == Approx((energy(up) - energy(down)) / 2e-5).epsilon(1e-4).margin(1e-6));
    }
  }
}

TEST_CASE("limits keep the axes of a tensor, and so the symmetry of its site") {
  const Mat3 w = before_limits(turned({0.03, 0.2, 0.9}, 2), limits);
  const Mat3 r = Eigen::AngleAxisd(2.1, Vec3(1, 2, -1).normalized()).toRotationMatrix();
  const Mat3 turned_after = r * within_limits(w, limits) * r.transpose();
  CHECK((within_limits(r * w * r.transpose(), limits) - turned_after).norm() < 1e-12);
}
