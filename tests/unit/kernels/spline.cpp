// SPDX-License-Identifier: MPL-2.0
// B-splines: what they must add up to, their slope, and waves carried by them.
#include "polyform/kernels/spline.hpp"

#include <cmath>
#include <numeric>

#include "support/catch.hpp"

using namespace polyform;

TEST_CASE("Shares of a spline add up to one and their slopes to nothing") {
  for (double part : {0.0, 0.1, 0.5, 0.77, 0.999}) {
    const kernels::SplineShares s = kernels::spline_shares(part);
    CHECK(std::accumulate(s.value.begin(), s.value.end(), 0.0) == Approx(1.0));
    CHECK(std::abs(std::accumulate(s.slope.begin(), s.slope.end(), 0.0)) < 1e-14);
    // A spline keeps a straight line: sum of share times place is the place.
    double place = 0;
    for (int k = 0; k < kernels::spline_points; ++k)
      place += s.value[static_cast<std::size_t>(k)] * (k - 2);
    CHECK(place == Approx(part).margin(1e-14));
  }
}

TEST_CASE("Slopes of spline shares are their derivatives") {
  constexpr double step = 1e-5;
  for (double part : {0.2, 0.5, 0.83}) {
    const kernels::SplineShares s = kernels::spline_shares(part);
    const auto above = kernels::spline_shares(part + step),
               below = kernels::spline_shares(part - step);
    for (std::size_t k = 0; k < kernels::spline_points; ++k)
      CHECK(s.slope[k] == Approx((above.value[k] - below.value[k]) / (2 * step)).margin(1e-8));
  }
}

TEST_CASE("A wave whose amplitude is divided by the transfer is met between the points") {
  for (double cycles : {0.05, 0.15, 0.25}) {
    const double alias = std::pow(cycles / (1 - cycles), 6);
    for (double part : {0.0, 0.3, 0.5, 0.9}) {
      const kernels::SplineShares s = kernels::spline_shares(part);
      double value = 0;
      for (int k = 0; k < kernels::spline_points; ++k)
        value += s.value[static_cast<std::size_t>(k)] * std::cos(2 * M_PI * cycles * (k - 2) + 0.4);
      const double exact = std::cos(2 * M_PI * cycles * part + 0.4);
      CHECK(std::abs(value / kernels::spline_transfer(cycles) - exact) < 2.5 * alias + 1e-12);
    }
  }
}
