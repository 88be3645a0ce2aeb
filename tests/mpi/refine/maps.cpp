// SPDX-License-Identifier: MPL-2.0
// The targets of real space on ranks: gradients, the same value on any number of them, and what a
// minimisation makes of a displaced model.
#include <cmath>

#include "polyform/minimise/gradient_check.hpp"
#include "polyform/refine/protocol.hpp"
#include "refine/map_targets.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
#include "support/relative_rms.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;
using test::on_coordinator;

namespace {

RefineOptions options_for(const std::string& target) {
  RefineOptions options;
  options.target = target;
  options.scaling.shells = 4;
  options.scaling.bulk_solvent = false;
  options.errors.kicked_below = 0;  // from the test set, small as it is
  return options;
}

// A displaced model; for MAP two maps, one of them for some atoms only.
test::SimulatedForm form_in_map(const test::Lattice& one, const std::string& target, double shift) {
  test::SimulatedForm form = test::simulate_form(one.space_group, one.cell, 40, 2.2, shift);
  const std::vector<std::uint8_t> all(form.input.atoms.size(), 1);
  std::vector<std::uint8_t> some = all;
  for (std::size_t i = 0; i < some.size(); i += 3) some[i] = 0;
  if (target == "MAP")
    form.input.maps = {{"first", "2mFo-DFc", 1.0, {}, all}, {"second", "3Fo-2Fc", 0.5, {}, some}};
  else
    form.input.maps = {{"difference", "mFo-DFc", 1.0, {}, all}};
  return form;
}

}  // namespace

TEST_CASE("gradients of MAP and DIFF agree with central differences") {
  for (const test::Lattice& one : test::lattices)
    for (const std::string target : {"MAP", "DIFF"}) {
      INFO(one.space_group << " " << target);
      const FormInput input = form_in_map(one, target, 0.3).input;
      const RefineOptions options = options_for(target);
      Ensemble ensemble(test::world(), {input}, options);
      on_coordinator(ensemble, test::world(), [&] {
        ensemble.renew(OverallB::kept_in_scale);
        test::Sum sum(ensemble, Parameters::positions, {10.0});
        const auto x = ensemble.values(Parameters::positions);
        CHECK(minimise::check_gradient(sum, x, 0.002, 40).relative_rms < 2e-3);
      });
    }
}

TEST_CASE("MAP and DIFF are the same on any number of ranks") {
  for (const test::Lattice& one : test::lattices)
    for (const std::string target : {"MAP", "DIFF"}) {
      INFO(one.space_group << " " << target);
      const FormInput input = form_in_map(one, target, 0.3).input;
      const RefineOptions options = options_for(target);
      Ensemble ensemble(test::world(), {input}, options);
      on_coordinator(ensemble, test::world(), [&] {
        Ensemble alone(parallel::Communicator::self(), {input}, options);
        ensemble.renew(OverallB::kept_in_scale);
        alone.renew(OverallB::kept_in_scale);
        const auto x = ensemble.values(Parameters::positions);
        const auto evaluated = [&](Ensemble& where) {
          return where.evaluate(Parameters::positions, Parts::separate, std::vector<double>{1.0},
                                x);
        };
        const Evaluation a = evaluated(ensemble), b = evaluated(alone);
        CHECK(a.forms[0].target == Approx(b.forms[0].target).epsilon(1e-5));
        CHECK(a.forms[0].r_work == Approx(b.forms[0].r_work).epsilon(1e-5));
        CHECK(test::relative_rms(a.of_target, b.of_target) < 1e-4);
        alone.finish();
      });
    }
}

TEST_CASE(
    "the difference map is made anew after the steps asked for, or once the energy has fallen") {
  struct Listener : test::Silent {
    std::vector<int> rounds;  // steps done at the end of each
    int steps = 0;
    void note(const std::string& line) override {
      if (line.find("positions:") != std::string::npos) rounds.push_back(steps);
    }
    void step(const StepRecord& record) override { steps = record.step.number; }
  };
  const FormInput input = form_in_map(test::lattices[0], "DIFF", 0.2).input;
  const auto rounds = [&](double gain) {
    RefineOptions options = options_for("DIFF");
    options.cycles = 1;
    options.positions.steps = 10;
    options.b_factors.steps = 0;
    options.diff.steps = 4;
    options.diff.gain = gain;
    options.minimiser.steady = 0;
    Listener journal;
    Ensemble ensemble(test::world(), {input}, options);
    on_coordinator(ensemble, test::world(),
                   [&] { run_protocol(ensemble, options, journal, [] { return false; }); });
    return journal.rounds;
  };
  const std::vector<int> by_steps = rounds(0), by_gain = rounds(1e-9);
  if (!test::world().is_root()) return;
  CHECK(by_steps == std::vector<int>{4, 8, 10});
  CHECK(by_gain == std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
}

TEST_CASE("a map from a file counts whatever its scale, and without test reflections") {
  FormInput input = form_in_map(test::lattices[1], "MAP", 0.2).input;
  const crystal::Crystal crystal =
      crystal::make_crystal(gemmi::UnitCell(38, 38, 52, 90, 90, 120), input.space_group);
  std::vector<std::complex<double>> f(input.reflections.size());
  density::StructureFactors(crystal, input.reflections.hkl, 5.0, {}, parallel::Communicator::self())
      .calculate(input.atoms, f);
  input.maps.resize(1);
  input.maps[0].source = "file";
  const RefineOptions options = options_for("MAP");
  const auto energy = [&](double scale, double of_test) {
    input.maps[0].coefficients = f;
    for (std::size_t i = 0; i < f.size(); ++i)
      input.maps[0].coefficients[i] *=
          input.reflections.use[i] == crystal::Use::test ? of_test : scale;
    double found = 0;
    Ensemble ensemble(test::world(), {input}, options);
    on_coordinator(ensemble, test::world(), [&] {
      ensemble.renew(OverallB::kept_in_scale);
      found = ensemble
                  .evaluate(Parameters::positions, Parts::sum, std::vector<double>{1.0},
                            ensemble.values(Parameters::positions))
                  .forms[0]
                  .target;
    });
    return found;
  };
  const double plain = energy(1.0, 1.0);
  CHECK(energy(7.0, 7.0) == Approx(plain).epsilon(1e-6));
  CHECK(energy(1.0, 50.0) == plain);
}

TEST_CASE("the curvature of an atom's density is that of the wave integral") {
  // By differences of rho(r) = integral 4 pi s^2 exp(-(B + 11) s^2/4) sin(2 pi s r)/(2 pi s r) ds.
  const double b = 18, d_min = 2.0, step = 0.02;
  const auto density = [&](double r) {
    double sum = 0;
    const int n = 4000;
    for (int k = 0; k < n; ++k) {
      const double s = (k + 0.5) / n / d_min, x = 2 * M_PI * s * r;
      sum += 4 * M_PI * s * s * std::exp(-(b + 11) * s * s / 4) * (x > 0 ? std::sin(x) / x : 1.0);
    }
    return sum / n / d_min;
  };
  const double expected = 2 * (density(0) - density(step)) / (step * step);
  CHECK(curvature_of_density(b, d_min) == Approx(expected).epsilon(2e-3));
}
