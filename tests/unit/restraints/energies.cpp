// SPDX-License-Identifier: MPL-2.0
// Energies of 1CBS, shaken: gradients against central differences, forces and torques, shares.
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <random>

#include "support/catch.hpp"
#include "support/restrained_model.hpp"

using namespace polyform;
using restraints::ChemistryOptions;
using restraints::Energies;
using test::RestrainedModel;
using test::Vec3;

namespace {

const RestrainedModel& protein() {
  static const RestrainedModel model = test::restrain(test::retinoic_acid_binding_protein());
  return model;
}

ChemistryOptions only(double ChemistryOptions::*term) {
  ChemistryOptions options;
  options.bond = options.angl = options.dihe = options.impr = options.vdw = options.elec = 0;
  options.hold_sigma = 0;
  options.*term = 1;
  return options;
}
struct Term {
  const char* name;
  double ChemistryOptions::*scale;
};
const Term terms[] = {{"bond", &ChemistryOptions::bond}, {"angl", &ChemistryOptions::angl},
                      {"dihe", &ChemistryOptions::dihe}, {"impr", &ChemistryOptions::impr},
                      {"vdw", &ChemistryOptions::vdw},   {"elec", &ChemistryOptions::elec}};

struct Evaluated {
  double energy;
  std::vector<Vec3> gradient;
};
Evaluated evaluate(restraints::Chemistry& chemistry, const std::vector<Vec3>& xyz) {
  Evaluated out{0, std::vector<Vec3>(xyz.size(), Vec3::Zero())};
  out.energy = chemistry.evaluate(xyz, out.gradient).total();
  return out;
}

/// (E(x + h v) - E(x - h v)) / 2h against g.v, relative, over random directions v.
double error_along_directions(restraints::Chemistry& chemistry, const std::vector<Vec3>& xyz,
                              double step) {
  const Evaluated at = evaluate(chemistry, xyz);
  std::mt19937 random(4);
  std::normal_distribution<double> normal;
  double worst = 0;
  for (int direction = 0; direction < 8; ++direction) {
    std::vector<Vec3> there = xyz, back = xyz;
    double slope = 0;
    for (std::size_t i = 0; i < xyz.size(); ++i) {
      const Vec3 v(normal(random), normal(random), normal(random));
      there[i] += step * v;
      back[i] -= step * v;
      slope += v.dot(at.gradient[i]);
    }
    const double difference =
        (evaluate(chemistry, there).energy - evaluate(chemistry, back).energy) / (2 * step);
    worst = std::max(worst, std::abs(difference - slope) / std::max(1.0, std::abs(slope)));
  }
  return worst;
}

}  // namespace

TEST_CASE("Every term of a shaken protein changes as its gradient says") {
  const auto xyz = test::shaken(protein().model.atoms.xyz, 0.15, 1);
  for (const Term& term : terms) {
    INFO(term.name);
    auto chemistry = protein().chemistry(only(term.scale));
    CHECK(evaluate(chemistry, xyz).energy != 0.0);
    CHECK(error_along_directions(chemistry, xyz, 1e-6) < 2e-5);
  }
}

TEST_CASE("The gradient of every atom is the central difference of the total energy") {
  const auto xyz = test::shaken(protein().model.atoms.xyz, 0.15, 2);
  ChemistryOptions options;
  options.elec = 1;
  auto chemistry = protein().chemistry(options);
  const Evaluated at = evaluate(chemistry, xyz);
  std::mt19937 random(5);
  std::uniform_int_distribution<std::size_t> any(0, xyz.size() - 1);
  for (int trial = 0; trial < 40; ++trial) {
    const std::size_t i = any(random);
    for (int k = 0; k < 3; ++k) {
      auto there = xyz, back = xyz;
      there[i][k] += 1e-5;
      back[i][k] -= 1e-5;
      const double difference =
          (evaluate(chemistry, there).energy - evaluate(chemistry, back).energy) / 2e-5;
      CHECK(difference == Approx(at.gradient[i][k]).epsilon(1e-4).margin(0.05));
    }
  }
}

TEST_CASE("Forces and torques of every term sum to zero away from symmetry mates") {
  gemmi::Structure alone = test::retinoic_acid_binding_protein();
  alone.cell.set(300, 300, 300, 90, 90, 90);
  alone.spacegroup_hm = "P 1";
  const RestrainedModel model = test::restrain(alone);
  const auto xyz = test::shaken(model.model.atoms.xyz, 0.2, 3);
  for (const Term& term : terms) {
    INFO(term.name);
    auto chemistry = model.chemistry(only(term.scale));
    const Evaluated at = evaluate(chemistry, xyz);
    Vec3 force = Vec3::Zero(), torque = Vec3::Zero();
    double size = 0;
    for (std::size_t i = 0; i < xyz.size(); ++i) {
      force += at.gradient[i];
      torque += xyz[i].cross(at.gradient[i]);
      size += at.gradient[i].norm();
    }
    CHECK(size > 0);
    CHECK(force.norm() < 1e-10 * size);
    CHECK(torque.norm() < 1e-8 * size);
  }
}

TEST_CASE("A rotation and a shift of the whole crystal's molecule change no bonded energy") {
  const auto xyz = test::shaken(protein().model.atoms.xyz, 0.2, 4);
  const Eigen::Matrix3d turn =
      Eigen::AngleAxisd(1.1, Vec3(1, 2, 3).normalized()).toRotationMatrix();
  std::vector<Vec3> moved = xyz;
  for (Vec3& x : moved) x = turn * x + Vec3(10, -20, 30);
  ChemistryOptions options;
  options.vdw = options.hold_sigma = 0;
  auto chemistry = protein().chemistry(options);
  CHECK(evaluate(chemistry, moved).energy == Approx(evaluate(chemistry, xyz).energy).epsilon(1e-9));
}

TEST_CASE("Waters are held to where they stood, atoms of residues and ligands are not") {
  ChemistryOptions options = only(&ChemistryOptions::vdw);
  options.vdw = 0;
  options.hold_sigma = 0.25;
  auto chemistry = protein().chemistry(options);
  const crystal::Model& model = protein().model;
  std::vector<Vec3> xyz = model.atoms.xyz;
  CHECK(evaluate(chemistry, xyz).energy == 0.0);
  const Vec3 shift(0.3, -0.1, 0.2);
  for (Vec3& x : xyz) x += shift;
  const Evaluated at = evaluate(chemistry, xyz);
  std::size_t waters = 0;
  for (std::size_t i = 0; i < xyz.size(); ++i) {
    const bool water = protein().lists.molecule_kind[i] == 'w';
    waters += water;
    const Vec3 expected = water ? Vec3(2 * shift / (0.25 * 0.25)) : Vec3(Vec3::Zero());
    CHECK((at.gradient[i] - expected).norm() < 1e-9);
  }
  REQUIRE(waters == 100);  // 1CBS as deposited
  CHECK(at.energy ==
        Approx(static_cast<double>(waters) * shift.squaredNorm() / (0.25 * 0.25)).epsilon(1e-12));
  CHECK(error_along_directions(chemistry, xyz, 1e-4) < 1e-7);
}

TEST_CASE("Shares of two, three and five ranks sum to the whole") {
  const auto xyz = test::shaken(protein().model.atoms.xyz, 0.1, 5);
  ChemistryOptions options;
  options.elec = 1;
  auto whole = protein().chemistry(options);
  const Evaluated expected = evaluate(whole, xyz);
  std::vector<double> b;
  for (std::size_t i = 0; i < xyz.size(); ++i)
    b.push_back(20 + 10 * std::sin(static_cast<double>(i)));
  std::vector<double> expected_slope(b.size(), 0.0);
  const double expected_b = whole.b_energy(b, 0.01, 0.008, expected_slope);
  for (const int shares : {2, 3, 5}) {
    double energy = 0, b_energy = 0;
    std::vector<Vec3> gradient(xyz.size(), Vec3::Zero());
    std::vector<double> slope(b.size(), 0.0);
    for (int share = 0; share < shares; ++share) {
      auto part = protein().chemistry(options, share, shares);
      energy += part.evaluate(xyz, gradient).total();
      b_energy += part.b_energy(b, 0.01, 0.008, slope);
    }
    CHECK(energy == Approx(expected.energy).epsilon(1e-12));
    CHECK(b_energy == Approx(expected_b).epsilon(1e-12));
    double worst = 0;
    for (std::size_t i = 0; i < xyz.size(); ++i) {
      worst = std::max(worst, (gradient[i] - expected.gradient[i]).norm());
      worst = std::max(worst, std::abs(slope[i] - expected_slope[i]));
    }
    CHECK(worst < 1e-8);
  }
}

TEST_CASE("Scales multiply energies and gradients; a scale of zero leaves a term out") {
  const auto xyz = test::shaken(protein().model.atoms.xyz, 0.1, 6);
  for (const Term& term : terms) {
    auto once = protein().chemistry(only(term.scale));
    ChemistryOptions threefold = only(term.scale);
    threefold.*term.scale = 3;
    auto thrice = protein().chemistry(threefold);
    const Evaluated a = evaluate(once, xyz), b = evaluate(thrice, xyz);
    CHECK(b.energy == Approx(3 * a.energy));
    CHECK((b.gradient[17] - 3 * a.gradient[17]).norm() < 1e-9 * (1 + b.gradient[17].norm()));
  }
}

TEST_CASE("Terms of chosen atoms are scaled or left out, those of others are as they were") {
  const auto xyz = test::shaken(protein().model.atoms.xyz, 0.1, 6);
  const std::size_t n = xyz.size();
  const auto factor_member = [](restraints::TermFactors& f,
                                const std::string& term) -> std::vector<float>& {
    if (term == "bond") return f.bond;
    if (term == "angl") return f.angl;
    if (term == "dihe") return f.dihe;
    if (term == "impr") return f.impr;
    return term == "vdw" ? f.vdw : f.elec;
  };
  for (const Term& term : terms) {
    INFO(term.name);
    const auto with = [&](float of_half, float of_rest) {
      restraints::TermFactors factors;
      std::vector<float>& own = factor_member(factors, term.name);
      own.assign(n, of_rest);
      std::fill_n(own.begin(), n / 2, of_half);
      restraints::Chemistry chemistry(protein().lists, protein().crystal, protein().model.atoms,
                                      only(term.scale), 0, 1, factors);
      CHECK(error_along_directions(chemistry, xyz, 1e-6) < 1e-4);
      return evaluate(chemistry, xyz);
    };
    const Evaluated whole = with(1, 1), off = with(0, 1), other_off = with(1, 0),
                    twice = with(2, 2);
    CHECK(twice.energy == Approx(2 * whole.energy).epsilon(1e-6));
    // The smallest factor of a restraint's atoms counts: those across the border are in neither.
    CHECK(off.energy + other_off.energy <= whole.energy * (1 + 1e-6) + 1e-9);
    for (std::size_t i = 0; i < n / 2; i += 50) CHECK(off.gradient[i].norm() == 0);
  }
}

TEST_CASE("Atoms that do not interact have neither bonds nor contacts; those that do keep theirs") {
  const auto xyz = test::shaken(protein().model.atoms.xyz, 0.1, 6);
  const std::size_t n = xyz.size(), half = n / 2;
  ChemistryOptions options;
  options.elec = 1;
  // Sides of the first half of the atoms and of the second, one bit an interaction.
  const auto with = [&](std::uint64_t a1, std::uint64_t a2, std::uint64_t b1, std::uint64_t b2) {
    restraints::TermFactors factors;
    factors.first_side.assign(n, b1);
    factors.second_side.assign(n, b2);
    std::fill_n(factors.first_side.begin(), half, a1);
    std::fill_n(factors.second_side.begin(), half, a2);
    restraints::Chemistry chemistry(protein().lists, protein().crystal, protein().model.atoms,
                                    options, 0, 1, factors);
    CHECK(error_along_directions(chemistry, xyz, 1e-6) < 1e-4);
    return evaluate(chemistry, xyz);
  };
  const Evaluated all = with(1, 1, 1, 1);
  auto unlimited = protein().chemistry(options);
  CHECK(all.energy == Approx(evaluate(unlimited, xyz).energy).epsilon(1e-12));
  // Each half with itself, and with the other as well.
  const Evaluated apart = with(1, 1, 2, 2), together = with(0b101, 1, 2, 0b110);
  CHECK(together.energy == Approx(all.energy).epsilon(1e-12));
  CHECK(apart.energy < all.energy);
  // One half alone, the other without any force.
  const Evaluated first = with(1, 1, 0, 0), second = with(0, 0, 2, 2);
  const Evaluated none = with(0, 0, 0, 0);  // waters are held all the same
  CHECK(first.energy + second.energy - none.energy == Approx(apart.energy).epsilon(1e-9));
  for (std::size_t i = half; i < half + 500; i += 50) CHECK(first.gradient[i].norm() == 0);
  for (std::size_t i = 0; i < half; i += 50) CHECK(second.gradient[i].norm() == 0);
}

TEST_CASE("The gradient is added to what is there") {
  auto chemistry = protein().chemistry();
  const auto& xyz = protein().model.atoms.xyz;
  const Evaluated at = evaluate(chemistry, xyz);
  std::vector<Vec3> gradient(xyz.size(), Vec3(1, 2, 3));
  chemistry.evaluate(xyz, gradient);
  CHECK((gradient[5] - Vec3(1, 2, 3) - at.gradient[5]).norm() < 1e-12);
}

TEST_CASE("Restraints on B are off where their force is negative") {
  auto chemistry = protein().chemistry({});
  const std::vector<double>& b = protein().model.atoms.b;
  std::vector<double> gradient(b.size(), 0.0);
  CHECK(chemistry.b_energy(b, -1, -1, gradient) == 0);
  CHECK(std::all_of(gradient.begin(), gradient.end(), [](double g) { return g == 0; }));
  const double bonds = chemistry.b_energy(b, 0.01, -1, gradient);
  const double angles = chemistry.b_energy(b, -1, 0.008, gradient);
  CHECK(chemistry.b_energy(b, 0.01, 0.008, gradient) == Approx(bonds + angles));
}

TEST_CASE("B restraints change as their gradient says and vanish for equal B") {
  const auto chemistry = protein().chemistry();
  const std::size_t n = protein().model.atoms.size();
  std::vector<double> b(protein().model.atoms.b), slope(n, 0.0), unused(n, 0.0);
  const double energy = chemistry.b_energy(b, 0.01, 0.008, slope);
  CHECK(energy > 0);
  for (const std::size_t i : {0u, 40u, 311u, 900u}) {
    auto there = b, back = b;
    there[i] += 1e-3;
    back[i] -= 1e-3;
    const double difference = (chemistry.b_energy(there, 0.01, 0.008, unused) -
                               chemistry.b_energy(back, 0.01, 0.008, unused)) /
                              2e-3;
    CHECK(difference == Approx(slope[i]).margin(1e-8));
  }
  const std::vector<double> equal(n, 25.0);
  CHECK(chemistry.b_energy(equal, 0.01, 0.008, unused) == 0.0);
}

TEST_CASE("Contacts are found anew when atoms have moved, with the value they then have") {
  ChemistryOptions options = only(&ChemistryOptions::vdw);
  auto follows = protein().chemistry(options);
  auto xyz = protein().model.atoms.xyz;
  evaluate(follows, xyz);
  for (int step = 0; step < 6; ++step) {  // a ligand atom wanders 3 A into the protein
    xyz.back() += Vec3(0.5, 0.1, -0.2);
    xyz[1100] += Vec3(-0.4, 0.3, 0.2);
    auto fresh = protein().chemistry(options);
    CHECK(evaluate(follows, xyz).energy == Approx(evaluate(fresh, xyz).energy).epsilon(1e-6));
  }
}

TEST_CASE("1CBS meets the restraints of Debian's dictionary about as well as its sigmas say") {
  const RestrainedModel& model = protein();
  const auto report = model.chemistry().report(model.model.atoms.xyz);
  CHECK(report.bond.count > 1100);
  CHECK(report.bond.rmsz < 1.0);
  CHECK(report.bond.rmsz > 0.2);
  CHECK(report.bond.rmsd < 0.02);
  CHECK(report.angle.rmsz < 1.2);
  CHECK(report.angle.rmsd > 0.8);
  CHECK(report.angle.rmsd < 2.5);
  CHECK(report.torsion.rmsz < 1.5);
  CHECK(report.chirality.rmsz < 1.0);
  CHECK(report.plane.rmsd < 0.02);
  CHECK(report.contacts < 20);
  CHECK(model.says("136 links along chains"));  // 137 residues, no gap
}

TEST_CASE("A shaken protein relaxes back into its dictionary's geometry") {
  const RestrainedModel& model = protein();
  auto chemistry = model.chemistry();
  const auto xyz = test::shaken(model.model.atoms.xyz, 0.17, 8);
  CHECK(chemistry.report(xyz).bond.rmsz > 5);
  const auto after = chemistry.report(test::relaxed(chemistry, xyz, 1500));
  CHECK(after.bond.rmsz < 0.5);
  CHECK(after.angle.rmsz < 1.0);
  CHECK(after.chirality.rmsz < 1.0);
  CHECK(after.contacts < 20);
}

TEST_CASE("Outliers come worst first, name the atom that was moved and are as many as asked") {
  const RestrainedModel& model = protein();
  auto xyz = model.model.atoms.xyz;
  const int moved = model.atom("A/LYS 8/CE");
  xyz[static_cast<std::size_t>(moved)] += Vec3(1.0, 0, 0);
  const auto worst = model.chemistry().outliers(xyz, 12);
  REQUIRE(worst.size() == 12);
  CHECK(std::find(worst[0].atoms.begin(), worst[0].atoms.end(), moved) != worst[0].atoms.end());
  for (std::size_t k = 1; k < worst.size(); ++k)
    CHECK(std::abs(worst[k].z) <= std::abs(worst[k - 1].z));
  const auto all = model.chemistry().outliers(xyz, 1000000);
  const auto beyond = model.chemistry().outliers(xyz, 1000000, 3.0);
  CHECK(static_cast<long>(beyond.size()) ==
        std::count_if(all.begin(), all.end(),
                      [](const restraints::Outlier& o) { return std::abs(o.z) >= 3.0; }));
  CHECK(beyond.size() > 0);
}
