// SPDX-License-Identifier: MPL-2.0
// Where copies of a molecule come to lie, against distances taken one by one.
#include "polyform/simulate/placement.hpp"

#include <Eigen/LU>
#include <cmath>
#include <random>

#include "polyform/base/error.hpp"
#include "polyform/base/units.hpp"
#include "support/catch.hpp"
#include "support/random_crystal.hpp"

using namespace polyform;
using namespace polyform::simulate;

namespace {

// Atoms strewn over a sphere, at a protein's density: some 17 A^3 for each.
Molecule globule(int n_atoms) {
  std::mt19937 random(5);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  Molecule molecule;
  molecule.volume = 17.3 * n_atoms;
  const double radius = std::cbrt(molecule.volume * 3 / (4 * base::pi));
  for (int i = 0; i < n_atoms; ++i) {
    const double x = normal(random), y = normal(random), z = normal(random);
    molecule.xyz.push_back(Vec3(x, y, z).normalized() * radius * std::cbrt(uniform(random)) +
                           Vec3(40, -3, 17));
  }
  return molecule;
}

std::vector<Vec3> moved(const Molecule& molecule, const Motion& motion) {
  std::vector<Vec3> xyz;
  for (const Vec3& x : molecule.xyz) xyz.push_back(motion(x));
  return xyz;
}

// Adds the contacts of x with the image of y under the operator, in the cells around x.
void add_contacts(const Crystal& crystal, const Vec3& x, const Vec3& y,
                  const crystal::SymmetryOperator& op, bool same_copy, double reach,
                  Contacts& found) {
  const Vec3 image = op.rotation.cast<double>() * y + op.translation;
  const Vec3 nearest = (x - image).array().round();
  for (int k = 0; k < 27; ++k) {
    const Vec3 lattice = nearest + Vec3(k % 3 - 1, k / 3 % 3 - 1, k / 9 - 1);
    if (same_copy && lattice.isZero()) continue;
    const double d = (crystal.orthogonalise * (image + lattice - x)).norm();
    if (d < reach) found += {1, (1 - d / reach) * (1 - d / reach), d};
  }
}

// Every atom of every copy against every image of every atom of it and the copies before it.
Contacts all_contacts(const Crystal& crystal, const std::vector<std::vector<Vec3>>& copies,
                      double reach) {
  Contacts found;
  const auto operators = crystal.all_operators();
  for (std::size_t a = 0; a < copies.size(); ++a)
    for (std::size_t b = 0; b <= a; ++b)
      for (const Vec3& x : copies[a])
        for (const Vec3& y : copies[b])
          for (std::size_t s = 0; s < operators.size(); ++s)
            add_contacts(crystal, crystal.fractionalise * x, crystal.fractionalise * y,
                         operators[s], a == b && s == 0, reach, found);
  return found;
}

Crystal crystal_of(const test::Setting& setting, double scale = 1) {
  const auto& c = setting.cell;
  return crystal::make_crystal(
      gemmi::UnitCell(scale * c[0], scale * c[1], scale * c[2], c[3], c[4], c[5]),
      setting.space_group);
}

// A crystal of the setting's shape in which copies of the molecule leave this much solvent.
Crystal with_solvent(const test::Setting& setting, const Molecule& molecule, int copies,
                     double content) {
  const Crystal small = crystal_of(setting);
  const double volume =
      static_cast<double>(small.n_operators()) * copies * molecule.volume / (1 - content);
  return crystal_of(setting, std::cbrt(volume / small.cell.volume));
}

std::string error_of(const Molecule& molecule, const Crystal& crystal,
                     const SimulateOptions& options) {
  try {
    find_motions(molecule, crystal, options, false, 1);
  } catch (const base::InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("contacts are those of all atoms with all images in all cells around") {
  Molecule small = globule(20);
  for (const test::Setting& setting : test::settings()) {
    const Crystal crystal = crystal_of(setting, 0.7);
    const std::vector<Motion> motions = {{random_rotation(3, 1), {1, 2, 3}},
                                         {random_rotation(3, 2), {-30, 8, 25}}};
    const double reach = 5.0;
    // Seen from the second copy and from mates of either; the first sees itself alone.
    const Contacts all =
        all_contacts(crystal, {moved(small, motions[0]), moved(small, motions[1])}, reach);
    const Contacts found = contacts_among(small, crystal, motions, reach);
    CAPTURE(setting.space_group, all.count);
    REQUIRE(all.count > 0);
    CHECK(found.count == all.count);
    CHECK(found.closest == Approx(all.closest));
    CHECK(found.penalty == Approx(all.penalty));
  }
}

TEST_CASE("a molecule finds a place without contacts in every kind of space group") {
  const Molecule molecule = globule(60);
  for (const test::Setting& setting : test::settings()) {
    const Crystal crystal = with_solvent(setting, molecule, 1, 0.72);
    const SimulateOptions options;
    const std::vector<Motion> motions = find_motions(molecule, crystal, options, false, 11);
    CAPTURE(setting.space_group);
    REQUIRE(motions.size() == 1);
    CHECK(all_contacts(crystal, {moved(molecule, motions[0])}, options.contact).count == 0);
    CHECK(motions[0].rotation.determinant() == Approx(1));
    // The same seed gives the same place, another one another.
    CHECK(find_motions(molecule, crystal, options, false, 11)[0].shift == motions[0].shift);
    CHECK(find_motions(molecule, crystal, options, false, 12)[0].shift != motions[0].shift);
  }
}

TEST_CASE("copies keep clear of each other, and the first stays where it is asked to") {
  const Molecule molecule = globule(60);
  const Crystal crystal = with_solvent(test::setting("P 21 21 21"), molecule, 3, 0.75);
  SimulateOptions options;
  options.copies = 3;
  const bool first_stays = GENERATE(false, true);
  const std::vector<Motion> motions = find_motions(molecule, crystal, options, first_stays, 4);
  REQUIRE(motions.size() == 3);
  std::vector<std::vector<Vec3>> copies;
  for (const Motion& motion : motions) copies.push_back(moved(molecule, motion));
  if (first_stays) {
    CHECK(motions[0].rotation.isIdentity());
    CHECK(motions[0].shift.isZero());
  } else {
    CHECK(all_contacts(crystal, copies, options.contact).count == 0);
  }
  CHECK(all_contacts(crystal, {copies[1], copies[2]}, options.contact).count == 0);
}

TEST_CASE("a cell too small for the molecule is refused with its solvent content") {
  const Molecule molecule = globule(200);
  const Crystal full = with_solvent(test::setting("C 1 2 1"), molecule, 1, 0.05);
  CHECK_THAT(error_of(molecule, full, {}), Catch::Contains("too small") && Catch::Contains("5 %"));
  const Crystal tight = with_solvent(test::setting("C 1 2 1"), molecule, 1, 0.22);
  CHECK_THAT(error_of(molecule, tight, {}),
             Catch::Contains("no place without contacts") && Catch::Contains("22 %"));
}

TEST_CASE("rotation and centre are those asked for") {
  const Molecule molecule = globule(50);
  const Crystal crystal = crystal_of(test::setting("P 65 2 2"));
  SimulateOptions options;
  options.rotation = {90, 0, 180};  // about x
  options.centre = {0.1, 0.2, 0.3};
  const Motion motion = find_motions(molecule, crystal, options, false, 1).at(0);
  CHECK(motion.rotation.isApprox(Vec3(1, -1, -1).asDiagonal().toDenseMatrix(), 1e-12));
  Vec3 middle = Vec3::Zero();
  for (const Vec3& x : molecule.xyz) middle += motion(x) / 50.0;
  CHECK((crystal.fractionalise * middle - Vec3(0.1, 0.2, 0.3)).norm() < 1e-9);
}

TEST_CASE("random rotations turn any vector to any direction alike") {
  const int n = 4000;
  Vec3 mean = Vec3::Zero();
  Mat3 square = Mat3::Zero();
  double trace = 0;
  for (int k = 0; k < n; ++k) {
    const Mat3 rotation = random_rotation(9, static_cast<std::uint64_t>(k));
    const Vec3 v = rotation.col(0);
    mean += v / n;
    square += v * v.transpose() / n;
    trace += rotation.trace() / n;
  }
  // Components have variance 1/3, the trace (character of l = 1) has mean 0 and variance 1.
  CHECK(mean.norm() < 4 / std::sqrt(n));
  CHECK((square - Mat3::Identity() / 3).norm() < 4 / std::sqrt(n));
  CHECK(std::abs(trace) < 4 / std::sqrt(n));
}
