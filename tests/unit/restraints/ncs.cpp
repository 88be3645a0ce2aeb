// SPDX-License-Identifier: MPL-2.0
// Copies held alike: exact gradients, rigid motions that cost nothing, what lets go, fixed
// operators.
#include "polyform/restraints/ncs.hpp"

#include <Eigen/Geometry>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::restraints;
using kernels::Vec3;

namespace {

constexpr double degrees = std::numbers::pi / 180;

kernels::RigidMotion motion(double omega, double phi, double kappa, const Vec3& shift) {
  return kernels::motion_of({omega * degrees, phi * degrees, kappa * degrees, shift});
}

// Copies of a random chain of sites, each moved as a whole and every atom by some error.
struct Copies {
  Copies(std::size_t n_copies, std::size_t n_sites, double error) {
    std::mt19937 random(7);
    std::normal_distribution<double> shift(0, 1);
    group.name = "test";
    std::vector<Vec3> sites(n_sites, Vec3::Zero());
    for (std::size_t s = 1; s < n_sites; ++s)
      sites[s] = sites[s - 1] + Vec3(shift(random), shift(random), shift(random)) * 2;
    for (std::size_t c = 0; c < n_copies; ++c) {
      const auto turn = static_cast<double>(c);
      true_motion.push_back(motion(40 + 20 * turn, 30 * turn, 70 * turn, Vec3(20, -9, 5) * turn));
      NcsCopy copy;
      for (const Vec3& site : sites) {
        copy.atoms.push_back(static_cast<int>(b.size()));
        const Vec3 place = true_motion[c].inverse()(site);
        for (int k = 0; k < 3; ++k) x.push_back(place[k] + error * shift(random));
        b.push_back(20 + 5 * turn + 3 * shift(random));
      }
      group.copies.push_back(copy);
    }
  }
  NcsGroup group;
  std::vector<kernels::RigidMotion> true_motion;
  std::vector<double> x, b;
};

template <class Function>
void check_gradient(Function energy, std::vector<double> at) {
  std::vector<double> gradient(at.size(), 0.0), unused(at.size());
  energy(at, gradient);
  const double largest =
      std::abs(*std::max_element(gradient.begin(), gradient.end(),
                                 [](double p, double q) { return std::abs(p) < std::abs(q); }));
  REQUIRE(largest > 0);
  constexpr double step = 1e-4;
  for (std::size_t i = 0; i < at.size(); i += 3) {
    const double here = at[i];
    at[i] = here + step;
    const double above = energy(at, unused);
    at[i] = here - step;
    const double below = energy(at, unused);
    at[i] = here;
    CHECK((above - below) / (2 * step) == Approx(gradient[i]).margin(1e-6 * largest));
  }
}

// Gradients of positions and of B by central differences.
void check_gradients(const NcsGroup& group, const Copies& copies) {
  NcsRestraint ncs(group);
  ncs.settle(copies.x);
  check_gradient([&](const auto& x, auto& g) { return ncs.energy(x, g); }, copies.x);
  check_gradient([&](const auto& b, auto& g) { return ncs.b_energy(b, g); }, copies.b);
}

double energy_of(const NcsGroup& group, const std::vector<double>& x) {
  std::vector<double> unused(x.size());
  NcsRestraint ncs(group);
  ncs.settle(x);
  return ncs.energy(x, unused);
}

}  // namespace

TEST_CASE("the gradient of the NCS term is exact with operators that follow") {
  Copies two(2, 12, 0.5), four(4, 9, 0.5);
  SECTION("two copies") { check_gradients(two.group, two); }
  SECTION("four copies") { check_gradients(four.group, four); }
  SECTION("B itself") {
    four.group.absolute_b = true;
    check_gradients(four.group, four);
  }
  SECTION("copies of unlike information") {
    for (std::size_t c = 0; c < 4; ++c) four.group.copies[c].weight = 1.0 + 7.0 * double(c);
    check_gradients(four.group, four);
  }
  SECTION("copies that lack sites") {
    four.group.copies[1].atoms[3] = four.group.copies[3].atoms[3] = -1;
    for (int c : {0, 1, 2}) four.group.copies[static_cast<std::size_t>(c)].atoms[5] = -1;
    check_gradients(four.group, four);
  }
  SECTION("pairs that let go") {
    four.group.let_go = 0.8;
    check_gradients(four.group, four);
  }
  SECTION("distances") {
    four.group.local = 8;
    check_gradients(four.group, four);
  }
  SECTION("distances that let go, of copies of unlike information") {
    four.group.local = 8;
    four.group.let_go = 0.6;
    four.group.copies[1].atoms[3] = -1;
    four.group.copies[2].weight = 5;
    check_gradients(four.group, four);
  }
  SECTION("a two-fold that stays a two-fold") {
    const auto guess = kernels::polar_of(two.true_motion[1]);
    two.group.copies[1].given = {{guess.omega, guess.phi, std::numbers::pi, guess.shift},
                                 {true, true, false, true, true, true}};
    check_gradients(two.group, two);
  }
}

TEST_CASE("copies that are alike cost nothing, however they lie") {
  const Copies alike(3, 20, 0.0);
  CHECK(energy_of(alike.group, alike.x) < 1e-15);
}

TEST_CASE("a rigid motion of one copy leaves the NCS term unchanged") {
  Copies copies(3, 15, 0.4);
  for (double let_go : {0.0, 1.0}) {
    copies.group.let_go = let_go;
    const double before = energy_of(copies.group, copies.x);
    const auto by = motion(50, -20, 130, {7, -40, 12});
    for (int atom : copies.group.copies[1].atoms) {
      const auto at = 3 * static_cast<std::size_t>(atom);
      const Vec3 there = by(Vec3(copies.x[at], copies.x[at + 1], copies.x[at + 2]));
      for (std::size_t k = 0; k < 3; ++k) copies.x[at + k] = there[static_cast<int>(k)];
    }
    CHECK(energy_of(copies.group, copies.x) == Approx(before).epsilon(1e-8));
  }
}

TEST_CASE("distances are alike in copies that bend, where superposed atoms are not") {
  Copies copies(2, 40, 0.0);
  const auto bend = motion(90, 0, 25, {0, 0, 0});
  for (std::size_t atom = 60; atom < 80; ++atom) {  // half of the second copy, about its middle
    const auto point = [&](std::size_t i) {
      return Vec3(copies.x[3 * i], copies.x[3 * i + 1], copies.x[3 * i + 2]);
    };
    const Vec3 hinge = point(59), there = hinge + bend.rotation * (point(atom) - hinge);
    for (std::size_t k = 0; k < 3; ++k) copies.x[3 * atom + k] = there[static_cast<int>(k)];
  }
  const double superposed = energy_of(copies.group, copies.x);
  copies.group.local = 4.5;
  CHECK(energy_of(copies.group, copies.x) < 0.05 * superposed);
  for (double& x : copies.x) x *= 1 + 0.001;  // but they notice what changes distances
  const double scaled = energy_of(copies.group, copies.x);
  copies.x[3 * 10] += 0.3;
  CHECK(energy_of(copies.group, copies.x) > scaled + 0.01);
}

TEST_CASE("with plain weights the energy is MAIN's: force times squared distances from the mean") {
  // Two copies of an equilateral triangle, the second larger: no superposition can change that.
  NcsGroup group;
  group.force = 5;
  group.copies.resize(2);
  group.copies[0].atoms = {0, 1, 2};
  group.copies[1].atoms = {3, 4, 5};
  std::vector<double> x;
  for (double radius : {2.0, 2.6})
    for (double angle : {0.0, 120.0, 240.0})
      x.insert(x.end(),
               {radius * std::cos(angle * degrees), radius * std::sin(angle * degrees), 1.0});
  CHECK(energy_of(group, x) == Approx(5 * 6 * 0.3 * 0.3));
  SECTION("of two copies it does not matter how well their data know them") {
    group.copies[1].weight = 100;
    CHECK(energy_of(group, x) == Approx(5 * 6 * 0.3 * 0.3));
  }
}

TEST_CASE("the mean of copies lies near the one that is known well") {
  // One copy off by 0.3 A in one atom: with equal weights every copy is pulled alike toward it.
  Copies copies(4, 30, 0.0);
  copies.x[3 * 95] += 0.3;  // in the last copy
  const auto pull_on_first = [&](double information_of_first) {
    copies.group.copies[0].weight = information_of_first;
    std::vector<double> gradient(copies.x.size());
    NcsRestraint(copies.group).energy(copies.x, gradient);
    // of the deviating copy over that of a good, poorly known one
    const auto size = [&](std::size_t atom) {
      return Vec3(gradient[3 * atom], gradient[3 * atom + 1], gradient[3 * atom + 2]).norm();
    };
    return size(5) / size(35);
  };
  CHECK(pull_on_first(1) == Approx(1).epsilon(0.01));
  CHECK(pull_on_first(1000) > 100);  // the odd copy feels the good one, hardly its poor fellows
}

TEST_CASE("an atom far from its mates lets go and the others stay as they are") {
  Copies copies(2, 40, 0.02);
  const std::size_t odd = 3 * 60;
  const auto pulls = [&](double shift, double let_go) {
    std::vector<double> x = copies.x, gradient(x.size());
    x[odd] += shift;
    copies.group.let_go = let_go;
    NcsRestraint(copies.group).energy(x, gradient);
    double others = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i)
      if (i < odd || i >= odd + 3) others = std::max(others, std::abs(gradient[i]));
    return std::pair(std::abs(gradient[odd]), others);
  };
  const auto [near, at_rest] = pulls(0.0, 0.5);
  const auto [far, others] = pulls(4.0, 0.5);
  const auto [plain, dragged] = pulls(4.0, 0.0);
  CHECK(plain > 15);
  CHECK(far < 0.1 * plain);
  CHECK(others < 2 * at_rest + far);  // the mate of the odd atom feels as little
  CHECK(dragged > 10 * others);
}

TEST_CASE("B of copies may differ by a constant, not in its course") {
  Copies copies(3, 10, 0.1);
  std::vector<double> b(30);
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = 20 + double(i % 10) + 15 * double(i / 10);
  std::vector<double> unused(30);
  CHECK(NcsRestraint(copies.group).b_energy(b, unused) < 1e-20);
  copies.group.absolute_b = true;
  // 20, 35, 50 A^2 at each of ten sites: force times 10 (15^2 + 0 + 15^2)
  CHECK(NcsRestraint(copies.group).b_energy(b, unused) == Approx(0.004 * 10 * 450));
}

TEST_CASE("a report has operators onto the first copy and deviations in Angstrom") {
  const Copies copies(3, 200, 0.1);
  const NcsReport report = NcsRestraint(copies.group).report(copies.x, copies.b);
  REQUIRE(report.operators.size() == 3);
  CHECK(report.operators[0].rotation.isIdentity(1e-9));
  for (std::size_t c : {1U, 2U}) {
    const auto ideal = copies.true_motion[0].inverse().after(copies.true_motion[c]);
    CHECK((report.operators[c].rotation - ideal.rotation).norm() < 0.01);
  }
  // 0.1 A along each axis about a mean of three: sqrt(3 (1 - 1/3)) 0.1, less what operators take up
  CHECK(report.rms == Approx(0.1 * std::sqrt(2.0)).epsilon(0.05));
}

TEST_CASE("fixed parameters of an operator stay, the others fit") {
  Copies copies(2, 25, 0.1);
  // a two-fold, near enough
  const kernels::PolarMotion real = {40 * degrees, 25 * degrees, 178 * degrees, {10, 4, -3}};
  for (std::size_t s = 0; s < 25; ++s) {
    const Vec3 first(copies.x[3 * s], copies.x[3 * s + 1], copies.x[3 * s + 2]);
    const Vec3 second = kernels::motion_of(real).inverse()(first);
    for (std::size_t k = 0; k < 3; ++k) copies.x[75 + 3 * s + k] = second[static_cast<int>(k)];
  }
  copies.group.copies[1].given = {{45 * degrees, 20 * degrees, std::numbers::pi, {9, 5, -2}},
                                  {true, true, false, true, true, true}};
  const NcsReport report = NcsRestraint(copies.group).report(copies.x, copies.b);
  const auto found = kernels::polar_of(report.operators[1]);
  CHECK(found.kappa == Approx(std::numbers::pi).epsilon(1e-7));
  CHECK(found.omega / degrees == Approx(40).margin(1));
  CHECK(found.phi / degrees == Approx(25).margin(1));
  CHECK(report.rms > 0.01);  // 2 degrees that the operator may not take up
  copies.group.copies[1].given.reset();
  CHECK(NcsRestraint(copies.group).report(copies.x, copies.b).rms < 1e-9);
}
