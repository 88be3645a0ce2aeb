// SPDX-License-Identifier: MPL-2.0
// Distances, angles, dihedrals, chiral volumes and planes against central differences and gemmi.
#include "polyform/kernels/geometry.hpp"

#include <cmath>
#include <functional>
#include <gemmi/calculate.hpp>
#include <gemmi/chemcomp.hpp>
#include <random>

#include "polyform/base/units.hpp"
#include "support/catch.hpp"

using namespace polyform;
using kernels::Vec3;

namespace {

template <std::size_t N>
std::array<Vec3, N> random_points(std::mt19937& random) {
  std::normal_distribution<double> normal(0.0, 1.5);
  std::array<Vec3, N> points;
  for (Vec3& p : points) p = Vec3(normal(random), normal(random), normal(random));
  return points;
}

/// Largest difference between the slopes and central differences.
template <std::size_t N, class Function>
double error_of_slopes(const Function& function, std::array<Vec3, N> points, double period) {
  const kernels::OfPoints<N> at = function(points);
  double worst = 0;
  constexpr double step = 1e-5;
  for (std::size_t i = 0; i < N; ++i)
    for (int k = 0; k < 3; ++k) {
      auto there = points, back = points;
      there[i][k] += step;
      back[i][k] -= step;
      const double difference =
          kernels::wrapped(function(there).value - function(back).value, period) / (2 * step);
      worst = std::max(worst, std::abs(difference - at.slope[i][k]));
    }
  return worst;
}

gemmi::Position position(const Vec3& v) { return {v.x(), v.y(), v.z()}; }

}  // namespace

TEST_CASE("Distances, angles, dihedrals and chiral volumes change as their slopes say") {
  std::mt19937 random(7);
  for (int trial = 0; trial < 50; ++trial) {
    const auto p = random_points<4>(random);
    const std::array<Vec3, 2> two = {p[0], p[1]};
    const std::array<Vec3, 3> three = {p[0], p[1], p[2]};
    CHECK(error_of_slopes<2>([](const auto& x) { return kernels::distance(x[0], x[1]); }, two,
                             1e9) < 1e-7);
    CHECK(error_of_slopes<3>([](const auto& x) { return kernels::angle(x[0], x[1], x[2]); }, three,
                             1e9) < 1e-5);
    CHECK(
        error_of_slopes<4>([](const auto& x) { return kernels::dihedral(x[0], x[1], x[2], x[3]); },
                           p, base::two_pi) < 1e-4);
    CHECK(error_of_slopes<4>(
              [](const auto& x) { return kernels::chiral_volume(x[0], x[1], x[2], x[3]); }, p,
              1e9) < 1e-6);
  }
}

TEST_CASE("Angles, dihedrals and chiral volumes have the values and signs that gemmi gives") {
  std::mt19937 random(8);
  for (int trial = 0; trial < 50; ++trial) {
    const auto p = random_points<4>(random);
    const gemmi::Position a = position(p[0]), b = position(p[1]), c = position(p[2]),
                          d = position(p[3]);
    CHECK(kernels::angle(p[0], p[1], p[2]).value == Approx(gemmi::calculate_angle(a, b, c)));
    CHECK(kernels::dihedral(p[0], p[1], p[2], p[3]).value ==
          Approx(gemmi::calculate_dihedral(a, b, c, d)));
    CHECK(kernels::chiral_volume(p[0], p[1], p[2], p[3]).value ==
          Approx(gemmi::calculate_chiral_volume(a, b, c, d)));
  }
  CHECK(kernels::ideal_chiral_volume(1.4, 1.5, 1.6, base::radians(105), base::radians(110),
                                     base::radians(115)) ==
        Approx(gemmi::chiral_abs_volume(1.4, 1.5, 1.6, 105, 110, 115)));
  // No three directions have these angles between them.
  CHECK(kernels::ideal_chiral_volume(1.5, 1.5, 1.5, base::radians(130), base::radians(130),
                                     base::radians(130)) == 0.0);
}

TEST_CASE("Points that coincide or lie on a line give finite values and slopes") {
  const Vec3 o = Vec3::Zero(), x = Vec3::UnitX(), y = Vec3::UnitY();
  const auto finite = [](const auto& measured) {
    bool all = std::isfinite(measured.value);
    for (const Vec3& slope : measured.slope) all = all && slope.allFinite();
    return all;
  };
  CHECK(finite(kernels::distance(x, x)));
  CHECK(finite(kernels::angle(x, o, -x)));
  CHECK(finite(kernels::angle(x, o, x)));
  CHECK(finite(kernels::angle(o, o, x)));
  CHECK(finite(kernels::angle(o, o, o)));
  CHECK(finite(kernels::dihedral(-x, o, x, x + y)));
  CHECK(finite(kernels::dihedral(y, o, o, x)));
  CHECK(finite(kernels::dihedral(o, o, o, o)));
  CHECK(kernels::angle(x, o, -x).value == Approx(base::pi));
  // Very nearly straight: the slope keeps the size 1/|u| it has everywhere.
  const auto bent = kernels::angle(x, o, Vec3(-1, 1e-5, 0));
  CHECK(bent.slope[0].norm() == Approx(1.0));
}

TEST_CASE("The sum of squared distances from the best plane changes as 2 d n") {
  std::mt19937 random(9);
  std::normal_distribution<double> wide(0.0, 1.5), flat(0.0, 0.1);
  std::vector<Vec3> points;
  for (int i = 0; i < 7; ++i) points.emplace_back(wide(random), wide(random), flat(random));
  const auto sum = [](const std::vector<Vec3>& p) {
    const kernels::BestPlane plane = kernels::best_plane(p);
    double s = 0;
    for (const Vec3& x : p) s += plane.distance(x) * plane.distance(x);
    return s;
  };
  const kernels::BestPlane plane = kernels::best_plane(points);
  CHECK(plane.normal.norm() == Approx(1.0));
  for (std::size_t i = 0; i < points.size(); ++i)
    for (int k = 0; k < 3; ++k) {
      auto there = points, back = points;
      there[i][k] += 1e-5;
      back[i][k] -= 1e-5;
      CHECK((sum(there) - sum(back)) / 2e-5 ==
            Approx(2 * plane.distance(points[i]) * plane.normal[k]).margin(1e-7));
    }
}

TEST_CASE("Points in a plane, on a line and at one place have a best plane") {
  for (const double height : {0.0, 0.3}) {
    const std::vector<Vec3> square = {
        {0, 0, height}, {1, 0, height}, {1, 1, height}, {0, 1, height}};
    const kernels::BestPlane plane = kernels::best_plane(square);
    CHECK(std::abs(plane.normal.z()) == Approx(1.0));
    CHECK(plane.distance({5, 7, height}) == Approx(0.0).margin(1e-12));
  }
  const std::vector<Vec3> line = {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}, {3, 3, 3}};
  CHECK(std::abs(kernels::best_plane(line).distance({7, 7, 7})) < 1e-7);
  const std::vector<Vec3> place(4, Vec3(1, 2, 3));
  CHECK(kernels::best_plane(place).normal.norm() == Approx(1.0));
}

TEST_CASE("A difference of angles is taken the short way round") {
  CHECK(kernels::wrapped(base::radians(350), base::two_pi) == Approx(base::radians(-10)));
  CHECK(kernels::wrapped(base::radians(-190), base::two_pi) == Approx(base::radians(170)));
  CHECK(kernels::wrapped(base::radians(130), base::two_pi / 3) == Approx(base::radians(10)));
  CHECK(kernels::wrapped(base::pi, base::two_pi) == Approx(base::pi));
}
