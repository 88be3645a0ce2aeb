// SPDX-License-Identifier: MPL-2.0
// The box search against all pairs, operators and cells.
#include "restraints/neighbours.hpp"

#include <algorithm>
#include <random>
#include <tuple>

#include "restraints/images.hpp"
#include "support/all_pairs.hpp"
#include "support/catch.hpp"

using namespace polyform;
using restraints::Neighbour;

namespace {

struct Setting {
  const char* group;
  std::array<double, 6> cell;
};
const Setting settings[] = {{"P 1", {14, 17, 11, 75, 100, 110}},
                            {"P 1", {4.1, 30, 5.2, 80, 95, 100}},  // thinner than the reach
                            {"C 1 2 1", {25, 14, 18, 90, 118, 90}},
                            {"P 65 2 2", {20, 20, 30, 90, 90, 120}},
                            {"R 3 :H", {24, 24, 18, 90, 90, 120}},
                            {"I 4 3 2", {21, 21, 21, 90, 90, 90}}};

crystal::Crystal crystal_of(const Setting& setting) {
  const auto& c = setting.cell;
  return crystal::make_crystal(gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), setting.group);
}

std::vector<kernels::Vec3> random_atoms(const crystal::Crystal& crystal, int n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> anywhere(-0.6, 1.4);  // also outside the cell
  std::vector<kernels::Vec3> xyz;
  for (int i = 0; i < n; ++i)
    xyz.push_back(crystal.orthogonalise *
                  kernels::Vec3(anywhere(random), anywhere(random), anywhere(random)));
  return xyz;
}

void sort(std::vector<Neighbour>& list) {
  std::sort(list.begin(), list.end(), [](const Neighbour& a, const Neighbour& b) {
    return std::tie(a.i, a.j, a.distance) < std::tie(b.i, b.j, b.distance);
  });
}

}  // namespace

TEST_CASE("The box search finds the pairs that trying all of them finds") {
  for (const Setting& setting : settings)
    for (const double reach : {3.0, 5.5}) {
      INFO(setting.group << " reach " << reach);
      const crystal::Crystal crystal = crystal_of(setting);
      const auto xyz = random_atoms(crystal, 12, 3);
      const auto expected = test::all_pairs(crystal, xyz, reach);
      restraints::ImageTable images(crystal);
      auto found = restraints::find_neighbours(images, xyz, reach, {0, xyz.size()});
      sort(found);
      REQUIRE(found.size() == expected.size());
      REQUIRE(!found.empty());
      for (std::size_t k = 0; k < found.size(); ++k) {
        CHECK(found[k].i == expected[k].i);
        CHECK(found[k].j == expected[k].j);
        CHECK(static_cast<double>(found[k].distance) == Approx(expected[k].distance).margin(1e-4));
      }
    }
}

TEST_CASE("A neighbour's image puts its atom at the stated distance") {
  for (const Setting& setting : settings) {
    const crystal::Crystal crystal = crystal_of(setting);
    const auto xyz = random_atoms(crystal, 25, 5);
    restraints::ImageTable images(crystal);
    for (const Neighbour& n : restraints::find_neighbours(images, xyz, 4.0, {0, xyz.size()})) {
      const auto& xj = xyz[static_cast<std::size_t>(n.j)];
      const kernels::Vec3 mate = n.image < 0 ? xj : restraints::apply(images[n.image], xj);
      CHECK((xyz[static_cast<std::size_t>(n.i)] - mate).norm() ==
            Approx(static_cast<double>(n.distance)).margin(1e-4));
    }
  }
}

TEST_CASE("Blocks of atoms together find what one search finds") {
  const crystal::Crystal crystal = crystal_of(settings[3]);
  const auto xyz = random_atoms(crystal, 40, 6);
  restraints::ImageTable images(crystal);
  auto whole = restraints::find_neighbours(images, xyz, 5.0, {0, 40});
  std::vector<Neighbour> together;
  for (const auto& block : {parallel::Block{0, 7}, {7, 7}, {7, 31}, {31, 40}})
    for (const Neighbour& n : restraints::find_neighbours(images, xyz, 5.0, block))
      together.push_back(n);
  sort(whole);
  sort(together);
  REQUIRE(whole.size() == together.size());
  for (std::size_t k = 0; k < whole.size(); ++k) CHECK(whole[k].image == together[k].image);
}

TEST_CASE("The nearest mate of an atom is found in oblique cells, and told from the atom itself") {
  for (const Setting& setting : settings) {
    INFO(setting.group);
    const crystal::Crystal crystal = crystal_of(setting);
    const auto xyz = random_atoms(crystal, 8, 7);
    for (std::size_t i = 0; i + 1 < xyz.size(); i += 2) {
      const auto pairs = test::all_pairs(crystal, std::vector{xyz[i], xyz[i + 1]}, 60.0);
      double nearest = 1e9;
      for (const auto& pair : pairs)
        if (pair.i == 0 && pair.j == 1) nearest = std::min(nearest, pair.distance);
      const auto found =
          restraints::nearest_image(crystal, xyz[i], xyz[i + 1], restraints::Allow::any);
      CHECK(found.distance == Approx(nearest).margin(2e-3));
      if (!found.identity)
        CHECK((restraints::apply(found.image, xyz[i + 1]) - xyz[i]).norm() ==
              Approx(found.distance));
      const auto self = restraints::nearest_image(crystal, xyz[i], xyz[i], restraints::Allow::any);
      CHECK(self.identity);
      CHECK(!restraints::nearest_image(crystal, xyz[i], xyz[i], restraints::Allow::symmetry_mates)
                 .identity);
    }
  }
}
