// SPDX-License-Identifier: MPL-2.0
// Groups of values, fixed ones, and occupancies that add up to one.
#include "refine/parametrisation.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace polyform;
using refine::Parametrisation;

TEST_CASE("Values of a group move as one, fixed ones stay") {
  const Parametrisation groups({0, 0, Parametrisation::fixed, 1, 0});
  const std::vector<double> b = {10, 20, 50, 7, 30};
  const std::vector<double> free = groups.free_values(b);
  REQUIRE(free.size() == 2);
  CHECK(free[0] == Approx(20.0));  // the mean of the group
  CHECK(free[1] == 7.0);
  std::vector<double> moved = b;
  groups.spread(std::vector<double>{25.0, 8.0}, moved);
  CHECK(moved == std::vector<double>{25, 25, 50, 8, 25});
}

TEST_CASE("Occupancies of conformers add up to one and their derivatives are right") {
  // Conformers A, A, B, C of one residue, and an atom of its own.
  const Parametrisation conformers({0, 0, 1, 2, 3}, {{0, 1, 2}});
  const std::vector<double> free = {0.5, 0.3, 0.3, 0.8};
  // T = sum of weight * value^2 as a stand-in for the target.
  const std::vector<double> weight = {1, 2, -3, 0.5, 4};
  const auto value = [&](const std::vector<double>& at) {
    std::vector<double> occupancy(5, 0.0);
    conformers.spread(at, occupancy);
    double t = 0;
    for (std::size_t i = 0; i < 5; ++i) t += weight[i] * occupancy[i] * occupancy[i];
    return t;
  };
  std::vector<double> occupancy(5, 0.0), slope(5), by_parameter(4);
  conformers.spread(free, occupancy);
  CHECK(occupancy[0] + occupancy[2] + occupancy[3] == Approx(1.0));
  CHECK(occupancy[4] == 0.8);
  for (std::size_t i = 0; i < 5; ++i) slope[i] = 2 * weight[i] * occupancy[i];
  conformers.gather(slope, free, by_parameter);
  for (std::size_t p = 0; p < 4; ++p) {
    std::vector<double> above = free, below = free;
    above[p] += 1e-6;
    below[p] -= 1e-6;
    CHECK(by_parameter[p] == Approx((value(above) - value(below)) / 2e-6).epsilon(1e-6));
  }
}
