// SPDX-License-Identifier: MPL-2.0
// The mean |F|^2 of a form: that of atoms strewn at random, epsilon, centring and sites minded.
#include "refine/expected_power.hpp"

#include <cmath>
#include <random>

#include "polyform/base/error.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;

namespace {

struct Case {
  std::string space_group;
  std::array<double, 6> cell;
};

// Each atom at a random place of the cell.
void strew(const crystal::Crystal& crystal, std::mt19937_64& random, crystal::Atoms& atoms) {
  std::uniform_real_distribution<double> uniform;
  for (kernels::Vec3& x : atoms.xyz)
    x = crystal.orthogonalise * kernels::Vec3(uniform(random), uniform(random), uniform(random));
}

struct Form {
  explicit Form(const Case& one, int n_atoms = 12)
      : input(test::simulate_form(one.space_group, one.cell, n_atoms, 4.0, 0.0).input),
        crystal(crystal::make_crystal(gemmi::UnitCell(one.cell[0], one.cell[1], one.cell[2],
                                                      one.cell[3], one.cell[4], one.cell[5]),
                                      one.space_group)) {}
  targets::Share share() const {
    return {input.reflections, crystal, {0, input.reflections.size()}, team};
  }
  FormInput input;
  crystal::Crystal crystal;
  parallel::Communicator team = parallel::Communicator::self();
};

}  // namespace

TEST_CASE("the expected power is the mean |F|^2/epsilon of atoms strewn at random") {
  for (const Case& one :
       {Case{"P 1 21 1", {14, 16, 18, 90, 104, 90}}, Case{"C 1 2 1", {22, 14, 18, 90, 110, 90}},
        Case{"R 3 :H", {26, 26, 20, 90, 90, 120}}}) {
    INFO(one.space_group);
    Form form(one);
    const targets::ExpectedPower power = expected_power(form.share(), form.input.atoms, {}, {}, {});
    density::StructureFactors engine(form.crystal, form.input.reflections.hkl, 5.0, {}, form.team);
    std::mt19937_64 random(5);
    std::vector<density::Complex> f(form.input.reflections.size());
    double sum = 0;
    const int repeats = 300;
    for (int run = 0; run < repeats; ++run) {
      strew(form.crystal, random, form.input.atoms);
      engine.calculate(form.input.atoms, f);
      for (std::size_t i = 0; i < f.size(); ++i)
        sum += std::norm(f[i]) / form.input.reflections.epsilon[i] / power.model[i];
    }
    CHECK(sum / (repeats * static_cast<double>(f.size())) == Approx(1.0).epsilon(0.02));
  }
}

TEST_CASE("as many missing atoms of a kind as the model has give the same power") {
  Form form({"P 21 21 21", {20, 22, 25, 90, 90, 90}}, 9);
  for (auto& element : form.input.atoms.element) element = 8;
  for (double& b : form.input.atoms.b) b = 17.0;
  for (double asked : {0.0, 17.0}) {  // 0: the model's mean
    const MissingAtomsOptions missing{.number = 9, .element = "O", .b = asked, .error = 0};
    const auto power = expected_power(form.share(), form.input.atoms, {}, missing, {});
    for (std::size_t i = 0; i < power.model.size(); ++i)
      CHECK(power.model[i] == Approx(power.missing[i]).epsilon(1e-5));
  }
}

TEST_CASE("an atom on a twofold axis scatters like one whole atom, however its weight is told") {
  Form form({"P 1 2 1", {20, 22, 25, 90, 100, 90}}, 1);
  form.input.atoms.xyz[0] = kernels::Vec3(0, 3, 0);
  crystal::SpecialPosition site;
  site.order = 2;
  form.input.atoms.special = {site};
  form.input.atoms.weight[0] = 0.5;
  const auto power = expected_power(form.share(), form.input.atoms, {}, {}, {});
  density::StructureFactors engine(form.crystal, form.input.reflections.hkl, 5.0, {}, form.team);
  std::vector<density::Complex> f(form.input.reflections.size());
  engine.calculate(form.input.atoms, f);
  for (std::size_t i = 0; i < f.size(); ++i)  // one atom in the cell: |F|^2 = f^2 exp(-B s^2/2)
    CHECK(power.model[i] == Approx(std::norm(f[i])).epsilon(2e-3));
}

TEST_CASE("riding hydrogens scatter, too; an unknown element is named") {
  Form form({"P 1", {20, 22, 25, 80, 85, 95}});
  const restraints::RidingHydrogens one{.parent = {2}, .offset = {{0.9, 0, 0}}};
  const auto without = expected_power(form.share(), form.input.atoms, {}, {}, {});
  const auto with = expected_power(form.share(), form.input.atoms, one, {}, {});
  CHECK(with.model[0] > without.model[0]);
  MissingAtomsOptions missing;
  missing.element = "Quux";
  try {
    expected_power(form.share(), form.input.atoms, {}, missing, {});
    FAIL("no error");
  } catch (const base::InputError& error) {
    for (const char* part : {"missing_atoms.element", "Quux"})
      CHECK_THAT(error.what(), Catch::Contains(part));
  }
}
