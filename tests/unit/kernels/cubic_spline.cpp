// SPDX-License-Identifier: MPL-2.0
// Curves through values: what they pass through, how smooth they are, and their ends.
#include "polyform/kernels/cubic_spline.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace polyform::kernels;

namespace {

constexpr double first = -1.0, step = 0.25;
constexpr int n = 21;

// sin x and a straight line.
CubicSplines<2> curves() {
  std::vector<std::array<double, 2>> values;
  for (int i = 0; i < n; ++i) {
    const double x = first + i * step;
    values.push_back({std::sin(x), 3 - 2 * x});
  }
  return {first, step, values};
}

}  // namespace

TEST_CASE("cubic splines pass through their values and follow a smooth curve between") {
  const auto spline = curves();
  for (int i = 0; i < n; ++i) {
    const double x = first + i * step;
    CHECK(spline.at(x).value[0] == Approx(std::sin(x)).margin(1e-14));
  }
  // Away from the ends, where the curvature is taken for 0: h^4/384 = 1e-5.
  for (double x = 0.6; x < 2.9; x += 0.03) {
    CHECK(std::abs(spline.at(x).value[0] - std::sin(x)) < 3e-5);
    CHECK(std::abs(spline.at(x).slope[0] - std::cos(x)) < 1e-3);
    CHECK(spline.at(x).value[1] == Approx(3 - 2 * x).margin(1e-12));
    CHECK(spline.at(x).slope[1] == Approx(-2.0));
  }
}

TEST_CASE("slopes of cubic splines are those of their values, and continuous") {
  const auto spline = curves();
  constexpr double h = 1e-6;
  for (double x = first + 0.01; x < first + (n - 1) * step - 0.01; x += 0.017) {
    const double difference = (spline.at(x + h).value[0] - spline.at(x - h).value[0]) / (2 * h);
    CHECK(std::abs(difference - spline.at(x).slope[0]) < 1e-8);
  }
}

TEST_CASE("beyond their ends cubic splines stay what they are there") {
  const auto spline = curves();
  const double last = first + (n - 1) * step;
  CHECK(spline.at(first - 3).value[0] == Approx(std::sin(first)));
  CHECK(spline.at(last + 3).value[0] == Approx(std::sin(last)));
  CHECK(spline.at(last + 3).slope[0] == 0.0);
  CHECK(spline.at(first - 3).slope[1] == 0.0);
}
