// SPDX-License-Identifier: MPL-2.0
// Site symmetry by the orbit-stabiliser theorem.
#include "crystal/special_positions.hpp"

#include <random>

#include "support/catch.hpp"

using namespace polyform;
using crystal::Crystal;
using crystal::Site;
using crystal::SpecialPositions;
using crystal::Vec3;

namespace {

struct Case {
  const char* symbol;
  std::array<double, 6> cell;
};
const std::vector<Case> cases = {
    {"P 4 2 2", {45.5, 45.5, 33.2, 90, 90, 90}},    {"P 6", {116, 116, 44.1, 90, 90, 120}},
    {"P 3 2 1", {44.5, 44.5, 62.3, 90, 90, 120}},   {"R 3 2 :H", {70, 70, 90, 90, 90, 120}},
    {"C 2 2 21", {60, 70, 80, 90, 90, 90}},         {"I 21 3", {80, 80, 80, 90, 90, 90}},
    {"I 4 3 2", {108.9, 108.9, 108.9, 90, 90, 90}}, {"F 4 3 2", {90, 90, 90, 90, 90, 90}},
    {"P 1 21/c 1", {20, 30, 40, 90, 105, 90}},      {"F d -3 m :2", {60, 60, 60, 90, 90, 90}}};

// Images of a point that differ by more than rounding, modulo the lattice.
std::size_t orbit_size(const Crystal& crystal, const Vec3& xyz) {
  const Vec3 x = crystal.fractionalise * xyz;
  std::vector<Vec3> images;
  for (const auto& op : crystal.all_operators()) {
    const Vec3 image = op.rotation.cast<double>() * x + op.translation;
    bool known = false;
    for (const Vec3& other : images) {
      Vec3 difference = image - other;
      for (double& d : difference) d -= std::round(d);
      known = known || (crystal.orthogonalise * difference).norm() < 1e-6;
    }
    if (!known) images.push_back(image);
  }
  return images.size();
}

// Points with a good chance to lie on an element: fractions of the cell and equal coordinates.
Vec3 likely_point(std::mt19937& random) {
  const std::array<double, 9> fractions = {0,   0.125,   0.25, 1.0 / 3, 0.375,
                                           0.5, 2.0 / 3, 0.75, 0.875};
  std::uniform_int_distribution<int> choice(0, 12);
  std::uniform_real_distribution<double> anywhere(0.0, 1.0);
  Vec3 x;
  for (int i = 0; i < 3; ++i) {
    const int c = choice(random);
    x[i] = c < 9              ? fractions[static_cast<std::size_t>(c)]
           : i > 0 && c == 9  ? x[0]
           : i > 0 && c == 10 ? -x[0]
           : i > 0 && c == 11 ? 2 * x[0]
                              : anywhere(random);
  }
  return x;
}

}  // namespace

TEST_CASE("Order of a site times the number of its images is the group's multiplicity") {
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0.0, 0.02);
  std::size_t special = 0;
  for (const Case& c : cases) {
    INFO(c.symbol);
    const Crystal crystal = crystal::make_crystal(
        gemmi::UnitCell(c.cell[0], c.cell[1], c.cell[2], c.cell[3], c.cell[4], c.cell[5]),
        c.symbol);
    const SpecialPositions positions(crystal);
    for (int trial = 0; trial < 200; ++trial) {
      const Vec3 exact = crystal.orthogonalise * likely_point(random);
      const Vec3 near = exact + Vec3(noise(random), noise(random), noise(random));
      const std::optional<Site> site = positions.find(near, 0.3);
      if (!site) {
        CHECK(orbit_size(crystal, exact) == crystal.n_operators());
        continue;
      }
      ++special;
      CHECK(orbit_size(crystal, site->xyz) * static_cast<std::size_t>(site->order()) ==
            crystal.n_operators());
      // Unless chance put the point near an element that it is not on.
      const std::optional<Site> undisturbed = positions.find(exact, 0.3);
      if (undisturbed && (undisturbed->xyz - exact).norm() < 1e-6)
        CHECK(site->order() == undisturbed->order());
    }
  }
  CHECK(special > 300);
}

TEST_CASE("The projector keeps an atom on its symmetry element and removes all else") {
  const Crystal crystal =
      crystal::make_crystal(gemmi::UnitCell(45.5, 45.5, 33.2, 90, 90, 90), "P 4 2 2");
  const SpecialPositions positions(crystal);
  const auto site = [&](double x, double y, double z) {
    return positions.find(crystal.orthogonalise * Vec3(x, y, z), 0.3);
  };
  SECTION("a four-fold axis leaves movement along z alone") {
    const auto found = site(0, 0, 0.2);
    REQUIRE(found);
    CHECK(found->order() == 4);
    CHECK((found->projector - Vec3(0, 0, 1).asDiagonal().toDenseMatrix()).norm() < 1e-12);
  }
  SECTION("where axes cross nothing moves") {
    const auto found = site(0, 0, 0);
    REQUIRE(found);
    CHECK(found->order() == 8);
    CHECK(found->projector.norm() < 1e-12);
  }
  SECTION("any allowed shift keeps the order") {
    for (const auto& [x, y, z] : {std::array{0.0, 0.0, 0.2}, {0.1, 0.1, 0.0}, {0.3, 0.0, 0.5}}) {
      const auto found = site(x, y, z);
      REQUIRE(found);
      CHECK((found->projector * found->projector - found->projector).norm() < 1e-12);
      const Vec3 moved = found->xyz + found->projector * Vec3(0.7, -0.4, 0.9);
      const auto there = positions.find(moved, 1e-6);
      REQUIRE(there);
      CHECK(there->order() == found->order());
    }
  }
  SECTION("a general position has no site symmetry") {
    CHECK_FALSE(site(0.1, 0.2, 0.3));
    CHECK_FALSE(site(0.01, 0.0, 0.2));  // 0.64 A from its mates across the axis
  }
}

TEST_CASE("A point of which only some images are near still gets the whole group of its site") {
  // 0.17 A from a four-fold axis: the four-fold image is 0.24 A away, the two-fold one 0.34 A.
  const Crystal crystal =
      crystal::make_crystal(gemmi::UnitCell(45.5, 45.5, 33.2, 90, 90, 90), "P 4 2 2");
  const auto site = SpecialPositions(crystal).find(Vec3(0.17, 0, 7), 0.3);
  REQUIRE(site);
  CHECK(site->order() == 4);
  CHECK((site->xyz - Vec3(0, 0, 7)).norm() < 1e-9);
}
