// SPDX-License-Identifier: MPL-2.0
// Lattices: operators, matrices, symbols.
#include "polyform/crystal/crystal.hpp"

#include <Eigen/LU>
#include <set>

#include "support/catch.hpp"
#include "support/crystal_files.hpp"

using namespace polyform;
using crystal::Crystal;
using crystal::make_crystal;

namespace {

struct Lattice {
  const char* symbol;
  std::array<double, 6> cell;
  std::size_t primitive, centring;
};

const std::vector<Lattice>& lattices() {
  static const std::vector<Lattice> all = {
      {"P 1", {43.9, 54.35, 59.63, 69.67, 81.93, 72.57}, 1, 1},
      {"P 1 21 1", {24.98, 37.51, 26.35, 90, 108.24, 90}, 2, 1},
      {"C 1 2 1", {105.25, 35.75, 86.99, 90, 126.37, 90}, 2, 2},
      {"P 21 21 21", {45.65, 47.56, 77.61, 90, 90, 90}, 4, 1},
      {"P 4 2 2", {45.5, 45.5, 33.2, 90, 90, 90}, 8, 1},
      {"P 32 2 1", {61.02, 61.02, 96.48, 90, 90, 120}, 6, 1},
      {"P 65 2 2", {71.45, 71.45, 104.2, 90, 90, 120}, 12, 1},
      {"R 3 :H", {70, 70, 90, 90, 90, 120}, 3, 3},
      {"I 21 3", {80, 80, 80, 90, 90, 90}, 12, 2},
      {"I 4 3 2", {108.91, 108.91, 108.91, 90, 90, 90}, 24, 2},
      {"F 4 3 2", {90, 90, 90, 90, 90, 90}, 24, 4}};
  return all;
}

Crystal crystal_of(const Lattice& l) {
  const auto& c = l.cell;
  return make_crystal(gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), l.symbol);
}

std::string error_for(const std::array<double, 6>& c, const std::string& symbol) {
  return test::error_of(
      [&] { make_crystal(gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), symbol); });
}

}  // namespace

TEST_CASE("Operators of a space group are as many as its multiplicity, identity first") {
  for (const Lattice& lattice : lattices()) {
    INFO(lattice.symbol);
    const Crystal crystal = crystal_of(lattice);
    CHECK(crystal.primitive.size() == lattice.primitive);
    CHECK(crystal.centring.size() == lattice.centring);
    const auto all = crystal.all_operators();
    REQUIRE(all.size() == crystal.n_operators());
    CHECK(all[0].rotation == crystal::IMat3::Identity());
    CHECK(all[0].translation.norm() == 0);
    for (const auto& op : all) {
      CHECK(std::abs(op.rotation.cast<double>().determinant()) == Approx(1));
      CHECK(op.translation.minCoeff() >= 0);
      CHECK(op.translation.maxCoeff() < 1);
    }
  }
}

TEST_CASE("The product of two operators is again an operator of the group") {
  for (const Lattice& lattice : lattices()) {
    INFO(lattice.symbol);
    const auto all = crystal_of(lattice).all_operators();
    for (const auto& a : all)
      for (const auto& b : all) {
        const crystal::IMat3 rotation = a.rotation * b.rotation;
        const crystal::Vec3 moved = a.rotation.cast<double>() * b.translation + a.translation;
        bool found = false;
        for (const auto& c : all) {
          crystal::Vec3 difference = moved - c.translation;
          for (double& d : difference) d -= std::round(d);
          found = found || (c.rotation == rotation && difference.norm() < 1e-9);
        }
        REQUIRE(found);
      }
  }
}

TEST_CASE("Operators are isometries: they keep distances in Cartesian space") {
  for (const Lattice& lattice : lattices()) {
    INFO(lattice.symbol);
    const Crystal crystal = crystal_of(lattice);
    CHECK((crystal.orthogonalise * crystal.fractionalise).isIdentity(1e-12));
    CHECK(crystal.orthogonalise.determinant() == Approx(crystal.cell.volume));
    for (const auto& op : crystal.primitive) {
      const crystal::Mat3 cartesian =
          crystal.orthogonalise * op.rotation.cast<double>() * crystal.fractionalise;
      CHECK((cartesian * cartesian.transpose()).isIdentity(1e-9));
    }
  }
}

TEST_CASE("1/d^2 is the squared length of the reciprocal vector") {
  for (const Lattice& lattice : lattices()) {
    const Crystal crystal = crystal_of(lattice);
    for (const std::array<int, 3>& hkl : {std::array{1, 0, 0}, {3, -2, 5}, {-7, 4, -1}}) {
      const crystal::Vec3 h(hkl[0], hkl[1], hkl[2]);
      CHECK(crystal.inverse_d2(hkl) ==
            Approx((crystal.fractionalise.transpose() * h).squaredNorm()).epsilon(1e-10));
    }
  }
}

TEST_CASE("Spellings of one space group give one group") {
  const gemmi::UnitCell monoclinic(30, 40, 50, 90, 100, 90), hexagonal(70, 70, 90, 90, 90, 120),
      rhombohedral(50, 50, 50, 80, 80, 80);
  CHECK(make_crystal(monoclinic, "P 21").space_group ==
        make_crystal(monoclinic, "P 1 21 1").space_group);
  CHECK(make_crystal(monoclinic, "P21").space_group ==
        make_crystal(monoclinic, "P 1 21 1").space_group);
  CHECK(make_crystal(hexagonal, "H 3").space_group ==
        make_crystal(hexagonal, "R 3 :H").space_group);
  CHECK(make_crystal(hexagonal, "R 3").space_group->ext == 'H');
  CHECK(make_crystal(rhombohedral, "R 3").space_group->ext == 'R');
}

TEST_CASE("Impossible lattices are refused with a reason") {
  CHECK_THAT(error_for({30, 40, 50, 90, 90, 90}, "P 22 22 22"),
             Catch::Contains("'P 22 22 22' is not a space group symbol"));
  CHECK_THAT(error_for({30, 40, 50, 90, 90, 90}, ""), Catch::Contains("no space group is given"));
  CHECK_THAT(error_for({0, 40, 50, 90, 90, 90}, "P 1"), Catch::Contains("no crystal's volume"));
  CHECK_THAT(error_for({1, 1, 1, 90, 90, 90}, "P 1"), Catch::Contains("no crystal's volume"));
  CHECK_THAT(error_for({30, 40, 50, 10, 120, 60}, "P 1"), Catch::Contains("no crystal's volume"));
  CHECK_THAT(error_for({30, 40, 50, 90, 90, 90}, "P 4 2 2"),
             Catch::Contains("cannot have space group P 4 2 2"));
  CHECK_THAT(error_for({30, 40, 50, 90, 100, 90}, "P 21 21 21"),
             Catch::Contains("cannot have space group"));
}
