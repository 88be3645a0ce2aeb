// SPDX-License-Identifier: MPL-2.0
// Forms on ranks: the sum's gradient is right, and the same however many ranks share the work.
#include "polyform/refine/ensemble.hpp"

#include <cmath>

#include "polyform/minimise/gradient_check.hpp"
#include "polyform/refine/protocol.hpp"
#include "refine/weights.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
#include "support/relative_rms.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;
using test::on_coordinator;
using test::Silent;
using test::Sum;

namespace {

RefineOptions plain_options(const std::string& target) {
  RefineOptions options;
  options.target = target;
  options.scaling.shells = 4;
  options.errors.kicked_below = 0;  // from the test set, small as it is
  return options;
}

}  // namespace

TEST_CASE("the gradient of the weighted sum agrees with central differences") {
  for (const test::Lattice& one : test::lattices)
    for (const std::string target : {"ML", "ML_EST", "ML_APR", "ML_FK", "LSQ"}) {
      INFO(one.space_group << " " << target);
      RefineOptions options = plain_options(target);
      options.missing_atoms.number = 3;
      FormInput input = test::simulate_form(one.space_group, one.cell, 40, 2.5, 0.3, true).input;
      input.hydrogens = {.parent = {1, 8, 8},
                         .offset = {{0.9, 0, 0.2}, {0, 0.9, 0}, {0.3, -0.8, 0}}};
      Ensemble ensemble(test::world(), {input}, options);
      on_coordinator(ensemble, test::world(), [&] {
        ensemble.renew(OverallB::kept_in_scale);
        const std::vector<double> weights = {2.0 * static_cast<double>(ensemble.n_work(0))};
        Sum positions(ensemble, Parameters::positions, weights);
        CHECK(minimise::check_gradient(positions, ensemble.values(Parameters::positions), 0.004, 30)
                  .relative_rms < 5e-3);
        Sum b_factors(ensemble, Parameters::b_factors, weights);
        CHECK(minimise::check_gradient(b_factors, ensemble.values(Parameters::b_factors), 0.4, 30)
                  .relative_rms < 2e-2);
        Sum occupancies(ensemble, Parameters::occupancies, weights);
        CHECK(minimise::check_gradient(occupancies, ensemble.values(Parameters::occupancies), 0.02,
                                       30)
                  .relative_rms < 5e-3);
      });
    }
}

TEST_CASE("atoms that the data do not pull stay where they were in F_calc") {
  for (const test::Lattice& one : test::lattices) {
    INFO(one.space_group);
    FormInput input = test::simulate_form(one.space_group, one.cell, 40, 2.5, 0.3).input;
    input.hydrogens = {.parent = {1, 28}, .offset = {{0.9, 0, 0.2}, {0, 0.9, 0}}};
    std::vector<std::uint8_t> first(input.atoms.size(), 0);
    std::fill_n(first.begin(), 20, 1);
    input.selected["first"] = first;
    RefineOptions options = plain_options("ML");
    options.positions.data_atoms.text = "first";
    Ensemble ensemble(test::world(), {input}, options);
    on_coordinator(ensemble, test::world(), [&] {
      ensemble.renew(OverallB::kept_in_scale);
      const std::vector<double> weights = {2.0 * static_cast<double>(ensemble.n_work(0))};
      const std::vector<double> x = ensemble.values(Parameters::positions);
      Sum positions(ensemble, Parameters::positions, weights);
      CHECK(minimise::check_gradient(positions, x, 0.004, 30).relative_rms < 5e-3);
      const Evaluation at = ensemble.evaluate(Parameters::positions, Parts::separate, weights, x);
      for (std::size_t i = 0; i < x.size(); ++i) CHECK((at.of_target[i] != 0) == (i < 60));
      std::vector<double> moved = x;
      for (std::size_t i = 60; i < moved.size(); ++i) moved[i] += 0.2;
      const Evaluation there =
          ensemble.evaluate(Parameters::positions, Parts::separate, weights, moved);
      CHECK(there.forms[0].target == at.forms[0].target);
    });
  }
}

TEST_CASE("errors by shell count every observed reflection and have the maps' figures of merit") {
  for (const test::Lattice& one : test::lattices) {
    INFO(one.space_group);
    const RefineOptions options = plain_options("ML");
    const FormInput input = test::simulate_form(one.space_group, one.cell, 60, 2.2, 0.4).input;
    Ensemble ensemble(test::world(), {input}, options);
    on_coordinator(ensemble, test::world(), [&] {
      const FormStatus status = ensemble.renew(OverallB::kept_in_scale).at(0);
      const std::vector<double> fom = ensemble.maps(0).fom;
      double sum = 0, by_shell = 0;
      for (std::size_t i = 0; i < fom.size(); ++i)
        if (input.reflections.use[i] == crystal::Use::work) sum += fom[i];
      long n_work = 0, n_test = 0;
      for (const auto& shell : status.error_shells) {
        n_work += shell.n_work;
        n_test += shell.n_test;
        by_shell += static_cast<double>(shell.n_work) * shell.fom;
        CHECK(shell.d_low > shell.d_high);
      }
      CHECK(n_work == static_cast<long>(input.reflections.count(crystal::Use::work)));
      CHECK(n_test == static_cast<long>(input.reflections.count(crystal::Use::test)));
      CHECK(status.fom == Approx(sum / static_cast<double>(n_work)));
      CHECK(by_shell == Approx(sum));
    });
  }
}

TEST_CASE("a renewal of atoms that stayed finds what the first of a new ensemble does") {
  for (const test::Lattice& one : test::lattices)
    for (const std::string target : {"ML", "ML_FK", "LSQ"}) {
      INFO(one.space_group << " " << target);
      const RefineOptions options = plain_options(target);
      FormInput input = test::simulate_form(one.space_group, one.cell, 40, 2.5, 0.3, true).input;
      for (double& b : input.atoms.b) b += 8;
      Ensemble used(test::world(), {input}, options), fresh(test::world(), {input}, options);
      struct Found {
        FormStatus status;
        std::vector<double> b, gradient;
        double value = 0;
      };
      const auto look = [&](Ensemble& ensemble, OverallB overall_b) {
        Found found;
        found.status = ensemble.renew(overall_b).at(0);
        found.b = ensemble.values(Parameters::b_factors);
        const Evaluation at =
            ensemble.evaluate(Parameters::positions, Parts::sum, std::vector<double>{1000},
                              ensemble.values(Parameters::positions));
        found.value = at.forms[0].target;
        found.gradient = at.gradient;
        return found;
      };
      const auto compare = [](const Found& a, const Found& b) {
        CHECK(a.status.b_shift == Approx(b.status.b_shift).margin(1e-9));
        CHECK(a.status.agreement.overall.r_work == Approx(b.status.agreement.overall.r_work));
        CHECK(a.status.b_mean == Approx(b.status.b_mean));
        CHECK(a.value == Approx(b.value).epsilon(1e-6));
        CHECK(test::relative_rms(a.b, b.b) < 1e-9);
        CHECK(test::relative_rms(a.gradient, b.gradient) < 1e-4);
      };
      Found moved, first;
      on_coordinator(used, test::world(), [&] {
        first = look(used, OverallB::kept_in_scale);
        compare(look(used, OverallB::kept_in_scale), first);
        // Elsewhere and back.
        const std::vector<double> x = used.values(Parameters::positions);
        std::vector<double> away = x;
        for (double& value : away) value += 0.1;
        used.evaluate(Parameters::positions, Parts::sum, std::vector<double>{1}, away);
        used.set_values(Parameters::positions, x);
        moved = look(used, OverallB::into_atoms);
        CHECK(std::abs(moved.status.b_shift) > 1);
        CHECK(std::abs(look(used, OverallB::into_atoms).status.b_shift) <
              0.01 * std::abs(moved.status.b_shift));
        for (double& value : away) value -= 0.05;
        used.set_values(Parameters::positions, away);
        CHECK(look(used, OverallB::kept_in_scale).value != moved.value);
      });
      on_coordinator(fresh, test::world(), [&] {
        compare(moved, look(fresh, OverallB::into_atoms));
        CHECK(test::relative_rms(moved.b, first.b) > 0.01);
      });
    }
}

TEST_CASE("value and gradient are those of one rank alone") {
  for (const test::Lattice& one : test::lattices) {
    INFO(one.space_group);
    const RefineOptions options = plain_options("ML");
    const FormInput input = test::simulate_form(one.space_group, one.cell, 60, 2.2, 0.4).input;
    Ensemble ensemble(test::world(), {input}, options);
    on_coordinator(ensemble, test::world(), [&] {
      Ensemble alone(parallel::Communicator::self(), {input}, options);
      const auto here = ensemble.renew(OverallB::kept_in_scale);
      const auto there = alone.renew(OverallB::kept_in_scale);
      CHECK(here[0].agreement.overall.r_work ==
            Approx(there[0].agreement.overall.r_work).epsilon(1e-5));
      const std::vector<double> weights = {1000.0};
      for (Parameters which : {Parameters::positions, Parameters::b_factors}) {
        const Evaluation a =
            ensemble.evaluate(which, Parts::separate, weights, ensemble.values(which));
        const Evaluation b = alone.evaluate(which, Parts::separate, weights, alone.values(which));
        CHECK(a.forms[0].target == Approx(b.forms[0].target).epsilon(1e-6));
        CHECK(a.forms[0].energies.total() == Approx(b.forms[0].energies.total()).epsilon(1e-10));
        CHECK(test::relative_rms(a.of_target, b.of_target) < 1e-5);
      }
      alone.finish();
    });
  }
}

TEST_CASE("every target has the value, gradient and errors of one rank alone") {
  const FormInput input =
      test::simulate_form("P 65 2 2", {38, 38, 52, 90, 90, 120}, 60, 2.2, 0.4).input;
  for (const std::string target : {"ML_EST", "ML_APR", "ML_FK", "LSQ"}) {
    INFO(target);
    RefineOptions options = plain_options(target);
    options.lsq.weights = "shell";
    Ensemble ensemble(test::world(), {input}, options);
    on_coordinator(ensemble, test::world(), [&] {
      Ensemble alone(parallel::Communicator::self(), {input}, options);
      const FormStatus here = ensemble.renew(OverallB::kept_in_scale)[0];
      const FormStatus there = alone.renew(OverallB::kept_in_scale)[0];
      CHECK(here.free_kick == Approx(there.free_kick).epsilon(1e-4));
      CHECK((here.free_kick > 0) == (target == "ML_FK"));
      CHECK(here.coordinate_error == Approx(there.coordinate_error).margin(2e-4));
      CHECK((here.coordinate_error > 0) == (target == "ML_EST"));
      REQUIRE(here.shell_alpha.size() == there.shell_alpha.size());
      for (std::size_t s = 0; s < here.shell_alpha.size(); ++s)
        CHECK(here.shell_alpha[s] == Approx(there.shell_alpha[s]).epsilon(1e-5));
      for (Parameters which : {Parameters::positions, Parameters::b_factors}) {
        const std::vector<double> one = {1.0}, x = ensemble.values(which);
        const Evaluation a = ensemble.evaluate(which, Parts::separate, one, x);
        const Evaluation b = alone.evaluate(which, Parts::separate, one, x);
        // The coordinate error is kept to 0.0001 A, and may fall to either side.
        CHECK(a.forms[0].target == Approx(b.forms[0].target).epsilon(1e-5));
        CHECK(test::relative_rms(a.of_target, b.of_target) < (target == "ML_EST" ? 5e-4 : 1e-5));
      }
      alone.finish();
    });
  }
}

TEST_CASE("B values may follow another target than positions") {
  const FormInput input =
      test::simulate_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 40, 2.5, 0.3).input;
  const auto evaluated = [&](const RefineOptions& options, Parameters which) {
    Ensemble ensemble(test::world(), {input}, options);
    double target = 0;
    on_coordinator(ensemble, test::world(), [&] {
      ensemble.renew(OverallB::kept_in_scale);
      target =
          ensemble.evaluate(which, Parts::sum, std::vector<double>{1.0}, ensemble.values(which))
              .forms[0]
              .target;
      const double n = static_cast<double>(ensemble.n_work(0));
      RefineOptions plain = options;
      plain.positions.weight = 1;
      const double w = position_weights(ensemble, plain, {}, 1, {}).at(0);
      if (options.target == "LSQ")
        CHECK(w != Approx(2 * n));
      else
        CHECK(w == Approx(2 * n));
    });
    return target;
  };
  RefineOptions options = plain_options("ML");
  options.b_factors.target = "LSQ";
  const double ml = evaluated(plain_options("ML"), Parameters::positions);
  const double lsq = evaluated(plain_options("LSQ"), Parameters::b_factors);
  CHECK(evaluated(options, Parameters::positions) == Approx(ml).epsilon(1e-12));
  CHECK(evaluated(options, Parameters::b_factors) == Approx(lsq).epsilon(1e-12));
}

TEST_CASE("ML_FK refines without a test set, and has errors for maps") {
  FormInput input = test::simulate_form("P 21 21 21", {28, 33, 25, 90, 90, 90}, 60, 1.8, 0.4).input;
  for (auto& use : input.reflections.use) use = crystal::Use::work;
  RefineOptions options = plain_options("ML_FK");
  options.cycles = 1;
  options.positions.steps = 5;
  options.b_factors.steps = 3;
  options.chemistry.vdw = 0;  // the made chain walks through itself
  Ensemble ensemble(test::world(), {input}, options);
  on_coordinator(ensemble, test::world(), [&] {
    Silent journal;
    const Outcome outcome = run_protocol(ensemble, options, journal, [] { return false; });
    CHECK(outcome.final[0].agreement.overall.r_work <
          0.8 * outcome.start[0].agreement.overall.r_work);
    const FormMaps maps = ensemble.maps(0);
    CHECK(maps.two_mfo_dfc.size() == input.reflections.size());
    for (double m : maps.fom) CHECK((m >= 0 && m <= 1));
  });
}

TEST_CASE("amplitudes of the test set change neither ML_EST nor ML_FK nor LSQ") {
  const test::SimulatedForm form =
      test::simulate_form("C 1 2 1", {45, 22, 30, 90, 110, 90}, 40, 2.5, 0.3);
  FormInput other = form.input;
  for (std::size_t i = 0; i < other.reflections.size(); ++i)
    if (other.reflections.use[i] == crystal::Use::test) other.reflections.f_obs[i] *= 1.9;
  for (const std::string target : {"ML_EST", "ML_FK", "LSQ"}) {
    INFO(target);
    const RefineOptions options = plain_options(target);
    std::vector<Evaluation> found;
    for (const FormInput& input : {form.input, other}) {
      Ensemble ensemble(test::world(), {input}, options);
      on_coordinator(ensemble, test::world(), [&] {
        ensemble.renew(OverallB::kept_in_scale);
        found.push_back(ensemble.evaluate(Parameters::positions, Parts::separate,
                                          std::vector<double>{1.0},
                                          ensemble.values(Parameters::positions)));
      });
    }
    if (!test::world().is_root()) continue;
    CHECK(found[0].forms[0].target == found[1].forms[0].target);
    CHECK(found[0].of_target == found[1].of_target);
  }
}

TEST_CASE(
    "the ratio's weight stays near the natural one, a weight asked for is that multiple of it") {
  RefineOptions options = plain_options("ML");
  const FormInput input =
      test::simulate_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 40, 2.5, 0.3).input;
  Ensemble ensemble(test::world(), {input}, options);
  on_coordinator(ensemble, test::world(), [&] {
    ensemble.renew(OverallB::kept_in_scale);
    const double natural = 2.0 * static_cast<double>(ensemble.n_work(0));  // -2 ln p of the data
    const std::vector<double> x = ensemble.values(Parameters::positions);
    options.positions.ratio = 100;  // asks for next to no data
    CHECK(position_weights(ensemble, options, {}, 1, {}).at(0) == Approx(0.5 * natural));
    options.positions.ratio = 0.05;  // asks for next to no chemistry
    CHECK(position_weights(ensemble, options, {}, 1, {}).at(0) == Approx(natural));
    options.positions.weight = 3.5;
    CHECK(position_weights(ensemble, options, {}, 1, {}).at(0) == Approx(3.5 * natural));
    CHECK(ensemble.values(Parameters::positions) == x);  // the reference state is left again
  });
}

TEST_CASE("refinement brings kicked atoms back towards the truth") {
  RefineOptions options = plain_options("ML");
  options.cycles = 3;
  options.chemistry.vdw = 0;  // the made chain walks through itself
  const test::SimulatedForm form =
      test::simulate_form("P 21 21 21", {28, 33, 25, 90, 90, 90}, 60, 1.8, 0.4);
  Ensemble ensemble(test::world(), {form.input}, options);
  on_coordinator(ensemble, test::world(), [&] {
    Silent journal;
    const Outcome outcome = run_protocol(ensemble, options, journal, [] { return false; });
    CHECK(outcome.final[0].agreement.overall.r_free <
          0.5 * outcome.start[0].agreement.overall.r_free);
    double before = 0, after = 0;
    for (std::size_t i = 0; i < form.truth.size(); ++i) {
      before += (form.input.atoms.xyz[i] - form.truth.xyz[i]).squaredNorm();
      after += (ensemble.atoms(0).xyz[i] - form.truth.xyz[i]).squaredNorm();
    }
    CHECK(after < 0.1 * before);
    CHECK(outcome.cycles == 3);
  });
}

TEST_CASE("forms on teams of their own are scored as each would be alone") {
  const RefineOptions options = plain_options("ML");
  std::vector<FormInput> inputs;
  for (const test::Lattice& one : test::lattices)
    inputs.push_back(test::simulate_form(one.space_group, one.cell, 50, 2.5, 0.3).input);
  Ensemble ensemble(test::world(), inputs, options);
  on_coordinator(ensemble, test::world(), [&] {
    const auto together = ensemble.renew(OverallB::kept_in_scale);
    const std::vector<double> ones(inputs.size(), 1.0);
    const Evaluation all = ensemble.evaluate(Parameters::positions, Parts::sum, ones,
                                             ensemble.values(Parameters::positions));
    std::size_t at = 0;
    for (std::size_t f = 0; f < inputs.size(); ++f) {
      Ensemble alone(parallel::Communicator::self(), {inputs[f]}, options);
      const auto single = alone.renew(OverallB::kept_in_scale);
      CHECK(together[f].agreement.overall.r_work ==
            Approx(single[0].agreement.overall.r_work).epsilon(1e-5));
      const Evaluation one =
          alone.evaluate(Parameters::positions, Parts::sum, std::vector<double>{1.0},
                         alone.values(Parameters::positions));
      CHECK(all.forms[f].target == Approx(one.forms[0].target).epsilon(1e-6));
      const std::vector<double> mine(
          all.gradient.begin() + static_cast<long>(at),
          all.gradient.begin() + static_cast<long>(at + one.gradient.size()));
      CHECK(test::relative_rms(mine, one.gradient) < 1e-5);
      at += one.gradient.size();
      alone.finish();
    }
  });
}

TEST_CASE("without a test set ML, ML_EST and ML_APR are refused on every rank, with the ways out") {
  FormInput input = test::simulate_form("P 1", {20, 21, 22, 80, 85, 95}, 30, 2.5, 0.1).input;
  for (auto& use : input.reflections.use) use = crystal::Use::work;
  const auto refused = [&](const RefineOptions& options) {
    Ensemble ensemble(test::world(), {input}, options);
    try {
      if (test::world().is_root())
        ensemble.renew(OverallB::kept_in_scale);
      else
        ensemble.serve();
    } catch (const parallel::AgreedError& error) {
      const std::string what = error.what();
      const auto says = [&](const char* word) { return what.find(word) != std::string::npos; };
      return error.code() == base::ExitCode::input && says("--make-free") && says("ML_FK") &&
             says("LSQ");
    }
    return false;
  };
  for (const char* target : {"ML", "ML_EST", "ML_APR"}) {
    CHECK(refused(plain_options(target)));
    RefineOptions for_b = plain_options("ML_FK");
    for_b.b_factors.target = target;
    CHECK(refused(for_b));
  }
}
