// SPDX-License-Identifier: MPL-2.0
// The Gauss-Newton Hessian of the chemistry against energies, where it is exact: with ideals met.
#include <cmath>
#include <random>

#include "restraints/bonded_terms.hpp"
#include "support/catch.hpp"
#include "support/restrained_model.hpp"

using namespace polyform;
using kernels::Mat3;
using restraints::Chemistry;
using restraints::ChemistryOptions;
using test::RestrainedModel;
using test::Vec3;

namespace {

// Ten residues, shaken, with every bond, angle, torsion and chirality as it should be.
RestrainedModel content() {
  RestrainedModel made = test::restrain(test::part_of_1cbs(20, 32));
  auto& xyz = made.model.atoms.xyz;
  xyz = test::shaken(xyz, 0.1, 3);
  restraints::Lists& lists = made.lists;
  for (auto& r : lists.bonds) r.ideal = restraints::value(r, lists, xyz);
  for (auto& r : lists.angles) r.ideal = restraints::value(r, lists, xyz);
  for (auto& r : lists.torsions) r.ideal += restraints::deviation(r, xyz);
  for (auto& r : lists.chiralities) {
    r.ideal = restraints::value(r, xyz);
    r.both = false;
  }
  return made;
}

ChemistryOptions without_contacts() {
  ChemistryOptions options;
  options.vdw = options.elec = 0;
  return options;
}

// v' H v from the blocks.
double form(const Chemistry& chemistry, const std::vector<Vec3>& xyz, const std::vector<Vec3>& v) {
  double sum = 0;
  chemistry.curvature(xyz, [&](int i, int j, const Mat3& block) {
    REQUIRE(i <= j);
    const double part = v[static_cast<std::size_t>(i)].dot(block * v[static_cast<std::size_t>(j)]);
    sum += i == j ? part : 2 * part;
  });
  return sum;
}

std::vector<Vec3> random_direction(std::size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<Vec3> v(n);
  for (Vec3& x : v) x = Vec3(normal(random), normal(random), normal(random));
  return v;
}

double energy(Chemistry& chemistry, const std::vector<Vec3>& xyz) {
  std::vector<Vec3> gradient(xyz.size(), Vec3::Zero());
  return chemistry.evaluate(xyz, gradient).total();
}

// [E(x + h v) + E(x - h v) - 2 E(x)] / h^2
double second_difference(Chemistry& chemistry, const std::vector<Vec3>& xyz,
                         const std::vector<Vec3>& v, double h) {
  std::vector<Vec3> there = xyz, back = xyz;
  for (std::size_t i = 0; i < xyz.size(); ++i) {
    there[i] += h * v[i];
    back[i] -= h * v[i];
  }
  return (energy(chemistry, there) + energy(chemistry, back) - 2 * energy(chemistry, xyz)) /
         (h * h);
}

}  // namespace

TEST_CASE("bonds, angles, torsions and chiralities curve as their Gauss-Newton Hessian says") {
  const RestrainedModel model = content();
  const std::vector<Vec3>& xyz = model.model.atoms.xyz;
  struct Term {
    const char* name;
    double ChemistryOptions::*scale;
  };
  for (const Term& term :
       {Term{"bond", &ChemistryOptions::bond}, Term{"angl", &ChemistryOptions::angl},
        Term{"dihe", &ChemistryOptions::dihe}}) {
    ChemistryOptions only = without_contacts();
    only.bond = only.angl = only.dihe = only.impr = only.hold_sigma = 0;
    only.*term.scale = 1;
    Chemistry chemistry = model.chemistry(only);
    for (unsigned seed : {1U, 2U, 3U}) {
      const auto v = random_direction(xyz.size(), seed);
      const double expected = form(chemistry, xyz, v);
      INFO(term.name);
      REQUIRE(expected > 0);
      CHECK(second_difference(chemistry, xyz, v, 1e-4) == Approx(expected).epsilon(1e-4));
    }
  }
}

TEST_CASE("planes move with their atoms: whole turns and shifts cost nothing") {
  RestrainedModel model = content();
  model.lists.bonds.clear();
  model.lists.angles.clear();
  model.lists.torsions.clear();
  model.lists.chiralities.clear();
  ChemistryOptions only = without_contacts();
  only.hold_sigma = 0;
  const Chemistry chemistry = model.chemistry(only);
  const std::vector<Vec3>& xyz = model.model.atoms.xyz;
  const auto any = random_direction(xyz.size(), 4);
  std::vector<Vec3> shift(xyz.size(), Vec3(0.3, -0.2, 0.5)), turn;
  for (const Vec3& x : xyz) turn.push_back(Vec3(0.1, 0.4, -0.3).cross(x - xyz.front()));
  const double of_any = form(chemistry, xyz, any);
  CHECK(of_any > 0);
  CHECK(std::abs(form(chemistry, xyz, shift)) < 1e-6 * of_any);
  // Atoms out of the plane turn within it, in second order of how far out they are.
  CHECK(form(chemistry, xyz, turn) < 0.05 * of_any);
}

TEST_CASE("planes of flat atoms curve as their Hessian says") {
  // Eight points of a plane; out of it, in it, and both.
  RestrainedModel model = test::restrain(test::part_of_1cbs(20, 22));
  restraints::Lists lists;
  lists.types = model.lists.types;
  lists.molecule_kind = model.lists.molecule_kind;
  lists.excluded_start.assign(model.model.atoms.size() + 1, 0);
  lists.softened_start.assign(model.model.atoms.size() + 1, 0);
  std::vector<Vec3> xyz = model.model.atoms.xyz;
  for (int a = 0; a < 8; ++a) {
    lists.plane_atoms.push_back(a);
    xyz[static_cast<std::size_t>(a)] = Vec3(1.4 * std::cos(0.8 * a), 1.2 * std::sin(0.8 * a), 0);
  }
  lists.planes.push_back({0, 8, 0.02});
  ChemistryOptions only = without_contacts();
  only.hold_sigma = 0;
  Chemistry chemistry(lists, model.crystal, model.model.atoms, only, 0, 1);
  for (unsigned seed : {5U, 6U, 7U}) {
    const auto v = random_direction(xyz.size(), seed);
    CHECK(second_difference(chemistry, xyz, v, 1e-4) ==
          Approx(form(chemistry, xyz, v)).epsilon(1e-3));
  }
}

TEST_CASE("the Hessian of a whole protein, contacts and held waters included, is never negative") {
  const RestrainedModel model = test::restrain(test::retinoic_acid_binding_protein());
  const auto xyz = test::shaken(model.model.atoms.xyz, 0.3, 5);
  Chemistry chemistry = model.chemistry();
  REQUIRE(energy(chemistry, xyz) > 0);  // contacts are listed
  double contacts = 0;
  for (unsigned seed = 0; seed < 6; ++seed) {
    const auto v = random_direction(xyz.size(), seed);
    const double all = form(chemistry, xyz, v);
    CHECK(all > 0);
    ChemistryOptions options = without_contacts();
    contacts += all - form(model.chemistry(options), xyz, v);
  }
  CHECK(contacts > 0);
}
