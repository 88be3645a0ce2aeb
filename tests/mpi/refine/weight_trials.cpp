// SPDX-License-Identifier: MPL-2.0
// Weights tried on groups of ranks: the same choice on any number of them, test amplitudes unread.
#include <cmath>

#include "polyform/refine/coordinate.hpp"
#include "polyform/refine/protocol.hpp"
#include "refine/weight_trials.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;
using test::on_coordinator;
using test::Silent;

namespace {

RefineOptions trial_options(const std::string& target) {
  RefineOptions options;
  options.target = target;
  options.scaling.shells = 4;
  options.scaling.bulk_solvent = false;
  options.errors.kicked_below = 0;  // from the test set, small as it is
  options.chemistry.vdw = 0;        // the made chain walks through itself
  options.positions.auto_weight = true;
  options.positions.steps = 12;
  options.positions.validation = 15;
  return options;
}

FormInput made_form(const std::string& space_group, const std::array<double, 6>& cell, double d_min,
                    double noise) {
  FormInput form = test::simulate_form(space_group, cell, 60, d_min, 0.3).input;
  // Seeded errors of F_obs, alike on every rank.
  for (std::size_t i = 0; i < form.reflections.size(); ++i)
    form.reflections.f_obs[i] *=
        1 + noise * std::sin(12.9898 * static_cast<double>(i) * static_cast<double>(i + 1));
  return form;
}

// Collective over the group.
TrialRecord tried_on(const parallel::Communicator& group, std::vector<FormInput> forms,
                     const RefineOptions& options) {
  TrialRecord record;
  Ensemble ensemble(group, std::move(forms), options);
  on_coordinator(ensemble, group, [&] {
    ensemble.renew(OverallB::kept_in_scale);
    record = try_weights(ensemble, options, 1);
  });
  return record;
}

}  // namespace

TEST_CASE("trials find the same on any number of ranks, and leave the atoms alone") {
  for (const std::string target : {"ML", "LSQ"}) {
    INFO(target);
    RefineOptions options = trial_options(target);
    options.positions.largest_z = 10;
    const std::vector<FormInput> forms = {
        made_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 2.5, 0.3),
        made_form("P 65 2 2", {38, 38, 52, 90, 90, 120}, 2.5, 0.3)};
    Ensemble ensemble(test::world(), forms, options);
    on_coordinator(ensemble, test::world(), [&] {
      ensemble.renew(OverallB::kept_in_scale);
      const std::vector<double> x = ensemble.values(Parameters::positions);
      const TrialRecord here = try_weights(ensemble, options, 1);
      CHECK(ensemble.values(Parameters::positions) == x);
      const TrialRecord alone = tried_on(parallel::Communicator::self(), forms, options);
      CHECK(here.groups == std::min(test::world().size(), 5));
      CHECK(here.chosen == alone.chosen);
      for (std::size_t f = 0; f < forms.size(); ++f)
        for (std::size_t t = 0; t < here.factors.size(); ++t) {
          const TriedForm &a = here.forms[f][t], &b = alone.forms[f][t];
          CHECK(a.held_out == Approx(b.held_out).epsilon(2e-3));
          CHECK(a.r_work == Approx(b.r_work).epsilon(5e-3));
          CHECK(a.z_bond == Approx(b.z_bond).epsilon(2e-2));
        }
    });
  }
}

TEST_CASE("a larger weight fits the work set better and strains the bonds") {
  RefineOptions options = trial_options("ML");
  options.positions.trials = {0.05, 1, 20};
  const TrialRecord record =
      tried_on(test::world(), {made_form("C 1 2 1", {45, 22, 30, 90, 110, 90}, 2.2, 0.3)}, options);
  if (!test::world().is_root()) return;
  for (std::size_t t = 1; t < 3; ++t) {
    CHECK(record.forms[0][t].r_work < record.forms[0][t - 1].r_work);
    CHECK(record.forms[0][t].z_bond > record.forms[0][t - 1].z_bond);
  }
  CHECK(record.forms[0][2].strained);
  CHECK(record.chosen[0] < 20);
}

TEST_CASE("poor data of low resolution: a weight that is far too large predicts worse and loses") {
  RefineOptions options = trial_options("ML");
  options.positions.largest_z = 10;  // the reflections set aside decide alone
  options.positions.trials = {100, 1};
  options.positions.steps = 30;
  options.positions.validation = 30;
  const TrialRecord record = tried_on(
      test::world(), {made_form("P 21 21 21", {28, 33, 25, 90, 90, 90}, 2.8, 0.8)}, options);
  if (!test::world().is_root()) return;
  CHECK(record.forms[0][0].r_work < record.forms[0][1].r_work);
  CHECK(record.forms[0][0].held_out > record.forms[0][1].held_out);
  CHECK(record.chosen[0] == 1);
}

TEST_CASE("amplitudes of the test set change no trial where the target does not read them") {
  FormInput form = made_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 2.5, 0.3), other = form;
  for (std::size_t i = 0; i < other.reflections.size(); ++i)
    if (other.reflections.use[i] == crystal::Use::test) other.reflections.f_obs[i] *= 1.9;
  for (const std::string target : {"ML_EST", "ML_FK", "LSQ"}) {
    INFO(target);
    RefineOptions options = trial_options(target);
    options.positions.trials = {0.5, 2};
    options.positions.steps = 5;
    const TrialRecord a = tried_on(test::world(), {form}, options);
    const TrialRecord b = tried_on(test::world(), {other}, options);
    for (std::size_t t = 0; t < a.factors.size(); ++t)
      CHECK(a.forms[0][t].held_out == b.forms[0][t].held_out);
  }
}

TEST_CASE(
    "amplitudes of the test set do not judge: with the model fixed they change nothing in ML") {
  FormInput form = made_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 2.5, 0.3), other = form;
  for (std::size_t i = 0; i < other.reflections.size(); ++i)
    if (other.reflections.use[i] == crystal::Use::test) other.reflections.f_obs[i] *= 1.9;
  RefineOptions options = trial_options("ML");
  options.positions.trials = {0.5, 2};
  options.positions.steps = 0;  // alpha and beta have nothing to act on
  const TrialRecord a = tried_on(test::world(), {form}, options);
  const TrialRecord b = tried_on(test::world(), {other}, options);
  for (std::size_t t = 0; t < a.factors.size(); ++t)
    CHECK(a.forms[0][t].held_out == b.forms[0][t].held_out);
}

TEST_CASE("a refinement with weights by trial works with every target and says what it chose") {
  struct Listener : Silent {
    std::vector<TrialRecord> heard;
    void trials(const TrialRecord& record) override { heard.push_back(record); }
  };
  for (const std::string target : {"ML", "MAP", "DIFF"}) {
    INFO(target);
    RefineOptions options = trial_options(target);
    options.cycles = 3;
    options.positions.trials = {0.5, 2};
    options.positions.trials_every = 2;
    options.b_factors.steps = 3;
    FormInput form = made_form("P 21 21 21", {28, 33, 25, 90, 90, 90}, 2.0, 0.1);
    if (options.in_map()) {
      MapInput map;
      map.name = "map";
      map.source = target == "DIFF" ? "mFo-DFc" : "2mFo-DFc";
      map.atoms.assign(form.atoms.size(), 1);
      form.maps.push_back(map);
    }
    Ensemble ensemble(test::world(), {form}, options);
    on_coordinator(ensemble, test::world(), [&] {
      Listener journal;
      const Outcome outcome = run_protocol(ensemble, options, journal, [] { return false; });
      // The random chain has none of the chemistry that keeps atoms apart in a map.
      if (target != "MAP")
        CHECK(outcome.final[0].agreement.overall.r_work <
              outcome.start[0].agreement.overall.r_work);
      REQUIRE(journal.heard.size() == 2);
      CHECK(journal.heard[0].cycle == 1);
      CHECK(journal.heard[1].cycle == 3);
      for (const TrialRecord& record : journal.heard) {
        CHECK((record.chosen[0] == 0.5 || record.chosen[0] == 2));
        CHECK(record.n_held_out[0] > 50);
        CHECK(record.forms[0].size() == 2);
      }
    });
  }
}

TEST_CASE("a trial that fails fails on every rank, with its message") {
  FormInput form = made_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 2.5, 0.3);
  RefineOptions options = trial_options("ML");
  Ensemble ensemble(test::world(), {form}, options);
  std::string message;
  try {
    coordinate(test::world(), ensemble, [&] {
      ensemble.renew(OverallB::kept_in_scale);
      ensemble.atoms(0).b[3] = std::nan("");
      try_weights(ensemble, options, 1);
    });
  } catch (const parallel::AgreedError& error) {
    message = error.what();
  }
  INFO(message);
  CHECK(message.find("atom 4") != std::string::npos);
}

TEST_CASE("too few reflections to judge a weight by are refused with the number and the ways out") {
  RefineOptions options = trial_options("ML");
  options.positions.validation = 1;
  Ensemble ensemble(test::world(), {made_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 3.0, 0.1)},
                    options);
  std::string message;
  try {
    coordinate(test::world(), ensemble, [&] {
      ensemble.renew(OverallB::kept_in_scale);
      try_weights(ensemble, options, 1);
    });
  } catch (const parallel::AgreedError& error) {
    message = error.what();
  }
  CHECK(message.find("P 1 21 1") != std::string::npos);
  CHECK(message.find("positions.validation") != std::string::npos);
}

TEST_CASE("trials of no weight, or beside a weight that is given, are refused") {
  const auto refused = [](const RefineOptions& options) {
    Ensemble ensemble(test::world(), {made_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 2.5, 0.1)},
                      options);
    try {
      coordinate(test::world(), ensemble, [&] { try_weights(ensemble, options, 1); });
    } catch (const parallel::AgreedError& error) {
      return error.code() == base::ExitCode::input;
    }
    return false;
  };
  RefineOptions none = trial_options("ML"), both = none;
  none.positions.trials.clear();
  both.positions.weight = 2;
  CHECK(refused(none));
  CHECK(refused(both));
}
