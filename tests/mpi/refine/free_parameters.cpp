// SPDX-License-Identifier: MPL-2.0
// What is free in a refinement: chosen atoms, groups of B, occupancies of conformers, kicks.
#include "refine/free_parameters.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "polyform/refine/protocol.hpp"
#include "polyform/refine/settings.hpp"
#include "refine/conformers.hpp"
#include "refine/kick.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;
using test::on_coordinator;

namespace {

const std::array<double, 6> cell = {24, 31, 27, 90, 104, 90};

RefineOptions few_cycles() {
  RefineOptions options;
  options.scaling.shells = 4;
  options.scaling.bulk_solvent = false;
  options.cycles = 2;
  options.positions.steps = 8;
  options.b_factors.steps = 8;
  return options;
}

FormInput displaced_form() { return test::simulate_form("P 1 21 1", cell, 40, 2.4, 0.3).input; }

std::vector<std::uint8_t> first_atoms(std::size_t n, std::size_t of) {
  std::vector<std::uint8_t> flags(of, 0);
  std::fill_n(flags.begin(), n, 1);
  return flags;
}

// Runs the protocol and gives the coordinator's atoms to `check`.
void refine_and(const FormInput& input, const RefineOptions& options,
                const std::function<void(const crystal::Atoms&)>& check) {
  Ensemble ensemble(test::world(), {input}, options);
  on_coordinator(ensemble, test::world(), [&] {
    test::Silent journal;
    run_protocol(ensemble, options, journal, [] { return false; });
    check(ensemble.atoms(0));
  });
}

// Residues 2 and 3 (bonded), each with conformers A and B on two of their atoms.
FormInput form_with_conformers() {
  FormInput input = displaced_form();
  for (std::size_t i : {8u, 9u, 12u, 13u}) input.atoms.altloc[i] = i % 2 == 0 ? 'A' : 'B';
  input.lists.bonds.push_back({{8, 12}, 1.5, 0.02});
  return input;
}

}  // namespace

TEST_CASE("only active atoms move, and only they are kicked") {
  FormInput input = displaced_form();
  input.selected["first ten"] = first_atoms(10, input.atoms.size());
  RefineOptions options = few_cycles();
  options.positions.active.text = "first ten";
  options.kick.first = 0.1;
  options.b_factors.steps = 0;
  refine_and(input, options, [&](const crystal::Atoms& atoms) {
    for (std::size_t i = 0; i < atoms.size(); ++i)
      CHECK((atoms.xyz[i] != input.atoms.xyz[i]) == (i < 10));
  });
}

TEST_CASE("hard groups have one B, by residue and of chosen atoms") {
  FormInput input = displaced_form();
  input.selected["first ten"] = first_atoms(10, input.atoms.size());
  RefineOptions options = few_cycles();
  options.b_factors.define = "RESIDUE";
  BGroupOptions chosen;
  chosen.atoms.text = "first ten";
  options.b_factors.groups = {chosen};
  refine_and(input, options, [&](const crystal::Atoms& atoms) {
    std::set<double> different;
    for (std::size_t i = 0; i < 10; ++i) CHECK(atoms.b[i] == atoms.b[0]);
    for (std::size_t i = 10; i < atoms.size(); ++i) {
      different.insert(atoms.b[i]);
      if (i >= 12) CHECK(atoms.b[i] == atoms.b[i - i % 4]);
    }
    CHECK(different.size() == 8);  // what is left of residue 2, and residues 3 to 9
  });
}

TEST_CASE("soft groups draw B together, the more the greater the force") {
  const FormInput input = displaced_form();
  const auto spread = [&](double force, double& result) {
    RefineOptions options = few_cycles();
    options.b_factors.bond = options.b_factors.angle = -1;
    options.b_factors.define = "SEGMENT";
    options.b_factors.group = force;
    refine_and(input, options, [&](const crystal::Atoms& atoms) {
      double mean = 0, variance = 0;
      for (std::size_t i = 0; i < 20; ++i) mean += atoms.b[i] / 20;
      for (std::size_t i = 0; i < 20; ++i) variance += std::pow(atoms.b[i] - mean, 2) / 20;
      result = std::sqrt(variance);
    });
  };
  double loose = 0, tight = 0;
  spread(0.0, loose);
  spread(20.0, tight);
  if (test::world().is_root()) CHECK(tight < 0.5 * loose);
}

TEST_CASE("conformers of bonded residues share occupancies that add up to one") {
  const FormInput input = form_with_conformers();
  const auto sets = find_conformers(input, input.lists.bonds);
  REQUIRE(sets.size() == 1);
  REQUIRE(sets[0].size() == 2);
  CHECK(sets[0][0] == std::vector<std::size_t>{8, 12});
  CHECK(sets[0][1] == std::vector<std::size_t>{9, 13});

  RefineOptions options = few_cycles();
  options.occupancies.steps = 5;
  refine_and(input, options, [&](const crystal::Atoms& atoms) {
    CHECK(atoms.occupancy[8] == atoms.occupancy[12]);
    CHECK(atoms.occupancy[9] == atoms.occupancy[13]);
    CHECK(atoms.occupancy[8] + atoms.occupancy[9] == Approx(1.0));
    CHECK(atoms.weight[8] == atoms.occupancy[8]);
    CHECK(atoms.occupancy[0] == input.atoms.occupancy[0]);
  });
}

TEST_CASE("an occupancy that is wrong is found by the data") {
  // The data were made with all atoms whole.
  FormInput input = test::simulate_form("P 1 21 1", cell, 40, 2.0, 0.0).input;
  input.selected["five"] = std::vector<std::uint8_t>(input.atoms.size(), 0);
  input.selected["five"][5] = 1;
  input.atoms.occupancy[5] = input.atoms.weight[5] = 0.4;
  RefineOptions options = few_cycles();
  options.positions.steps = options.b_factors.steps = 0;
  options.occupancies.steps = 10;
  options.occupancies.atoms.text = "five";
  refine_and(input, options, [&](const crystal::Atoms& atoms) { CHECK(atoms.occupancy[5] > 0.9); });
}

TEST_CASE("B, occupancy and charge are set as asked, and B brought into its ramp") {
  FormInput input = displaced_form();
  input.selected["first ten"] = first_atoms(10, input.atoms.size());
  input.atoms.b[20] = 90;
  RefineOptions options;
  const auto set = [&](const std::string& what, double value) {
    SettingOptions one;
    one.what = what;
    one.value = value;
    one.atoms.text = "first ten";
    options.settings.push_back(one);
  };
  set("b", 28);
  set("occupancy", 0);
  set("charge", -0.5);
  options.b_ramp = {5, 60};
  base::Log log;
  apply_settings(input, options, log);
  CHECK(input.atoms.b[3] == 28);
  CHECK(input.atoms.weight[3] == 0);
  CHECK(input.lists.types[3].charge == -0.5f);
  CHECK(input.atoms.b[20] == 60);
  CHECK(input.atoms.occupancy[20] == 1);
  // A flat tensor stays positive however small its B becomes.
  FormInput flat = displaced_form();
  flat.selected = input.selected;
  flat.atoms.u_aniso.assign(flat.atoms.size(), kernels::Sym3{});
  flat.atoms.u_aniso[3] = {0.9, 0.9, 0.1, 0, 0, 0};
  flat.atoms.b[3] = 8 * M_PI * M_PI * 1.9 / 3;
  options.settings[0].value = 5;
  apply_settings(flat, options, log);
  CHECK(flat.atoms.b[3] == 5);
  CHECK(8 * M_PI * M_PI * kernels::trace(flat.atoms.u_aniso[3]) / 3 == Approx(5));
  CHECK(flat.atoms.u_aniso[3][2] > 0);
  options.settings[0].value = -3;
  CHECK_THROWS_AS(apply_settings(input, options, log), base::InputError);
}

TEST_CASE("waters are held the less the more reflections there are for each parameter") {
  FormInput input = displaced_form();
  const double per_parameter = static_cast<double>(input.reflections.count(crystal::Use::work)) /
                               (4 * static_cast<double>(input.atoms.size()));
  base::Log log;
  widen_hold(input, {}, log);
  REQUIRE(per_parameter > 1);
  CHECK(input.lists.hold_widening == Approx(per_parameter));
  CHECK(restraints::hold_force(input.lists, 0.2) == Approx(25 / std::pow(per_parameter, 2)));
  // Fewer than one reflection a parameter: as given.
  std::fill(input.reflections.use.begin(), input.reflections.use.end(), crystal::Use::test);
  widen_hold(input, {}, log);
  CHECK(input.lists.hold_widening == 1);
}

TEST_CASE(
    "kicks of B stay within the limits and within the amplitude, and touch chosen atoms only") {
  FormInput input = displaced_form();
  const std::vector<double> before = input.atoms.b;
  input.atoms.b[0] = 3;
  const auto chosen = first_atoms(10, input.atoms.size());
  kick_b(input.atoms, chosen, 5.0, 2.0, 300.0, {1, KickPurpose::start_of_cycle, 1, 0}, 0);
  double most = 0;
  for (std::size_t i = 1; i < 10; ++i)
    most = std::max(most, std::abs(input.atoms.b[i] - before[i]));
  CHECK(most > 1.0);
  CHECK(most <= 5.0);
  CHECK(input.atoms.b[0] >= 2.0);
  CHECK(input.atoms.b[10] == before[10]);
}

TEST_CASE("the overall B of a model that is too sharp is found by the Wilson-type comparison") {
  test::SimulatedForm form = test::simulate_form("P 1 21 1", cell, 40, 2.0, 0.0);
  for (double& b : form.input.atoms.b) b -= 6;
  RefineOptions options = few_cycles();
  options.scaling.anisotropic = false;
  Ensemble ensemble(test::world(), {form.input}, options);
  on_coordinator(ensemble, test::world(), [&] {
    double found = 0;
    for (int step = 0; step < 3; ++step) {
      ensemble.renew(OverallB::kept_in_scale);
      found += ensemble.shift_overall_b().at(0);
    }
    CHECK(found == Approx(6).margin(0.5));
  });
}
