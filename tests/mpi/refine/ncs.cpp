// SPDX-License-Identifier: MPL-2.0
// Crystal forms of one molecule, tied by NCS alone, on any number of ranks.
#include <cmath>
#include <functional>

#include "polyform/minimise/gradient_check.hpp"
#include "polyform/refine/protocol.hpp"
#include "refine/weights.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;
using test::on_coordinator;
using test::Silent;
using test::Sum;

namespace {

constexpr int n_atoms = 40;

RefineOptions plain_options() {
  RefineOptions options;
  options.scaling.shells = 4;
  options.errors.kicked_below = 0;  // from the test set, small as it is
  return options;
}

// One molecule in three lattices, each with errors of its own.
std::vector<FormInput> three_forms(double shift, bool anisotropic = false) {
  std::vector<FormInput> forms;
  for (const test::Lattice& one : test::lattices)
    forms.push_back(
        test::simulate_form(one.space_group, one.cell, n_atoms, 2.5, shift, anisotropic).input);
  for (std::size_t i = 1; i < forms[1].atoms.size(); i += 8) forms[1].atoms.b[i] += 6;
  // The errors of simulated forms are alike: turn the second's about.
  for (std::size_t i = 0; i + 1 < forms[1].atoms.size(); ++i)
    forms[1].atoms.xyz[i] +=
        0.3 * shift * (forms[1].atoms.xyz[i + 1] - forms[2].atoms.xyz[i]) / 1.5;
  return forms;
}

// All atoms of all forms: one copy a form.
restraints::NcsGroup whole_molecules(const std::vector<FormInput>& forms, double force = 50) {
  restraints::NcsGroup group;
  group.name = "molecules";
  group.force = force;
  group.b_force = 0.05;
  int first = 0;
  for (const FormInput& form : forms) {
    restraints::NcsCopy copy;
    copy.name = form.name;
    for (std::size_t i = 0; i < form.atoms.size(); ++i) copy.atoms.push_back(first++);
    group.copies.push_back(copy);
  }
  return group;
}

std::vector<double> natural(const Ensemble& ensemble) {
  std::vector<double> weights;
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f)
    weights.push_back(2.0 * static_cast<double>(ensemble.n_work(f)));
  return weights;
}

double distance(const crystal::Atoms& a, const crystal::Atoms& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a.xyz[i] - b.xyz[i]).squaredNorm();
  return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace

TEST_CASE("the gradient of forms tied by NCS agrees with central differences") {
  std::vector<FormInput> forms = three_forms(0.3, true);
  forms[0].refine_u = true;
  Ensemble ensemble(test::world(), forms, plain_options());
  on_coordinator(ensemble, test::world(), [&] {
    for (double let_go : {0.0, 0.3}) {
      restraints::NcsGroup group = whole_molecules(forms, 500);
      group.let_go = let_go;
      ensemble.set_ncs({group});
      const auto status = ensemble.renew(OverallB::kept_in_scale);
      const std::vector<double> weights = natural(ensemble);
      ensemble.settle_ncs(status, weights);
      struct Case {
        Parameters which;
        double step, tolerance;
      };
      for (const Case& one :
           {Case{Parameters::positions, 0.004, 5e-3}, Case{Parameters::b_factors, 0.4, 2e-2},
            Case{Parameters::u_aniso, 0.004, 2e-2}}) {
        Sum sum(ensemble, one.which, weights);
        const std::vector<double> x = ensemble.values(one.which);
        std::vector<double> unused(x.size(), 0.0);
        CHECK(ensemble.ncs_energy(one.which, x, unused) > 0);
        CHECK(minimise::check_gradient(sum, x, one.step, 40).relative_rms < one.tolerance);
      }
    }
  });
}

TEST_CASE("forms do not see each other but for NCS") {
  const std::vector<FormInput> forms = three_forms(0.3);
  std::vector<double> alone, gradient_alone;
  for (const FormInput& form : forms) {
    Ensemble single(test::world(), {form}, plain_options());
    on_coordinator(single, test::world(), [&] {
      single.renew(OverallB::kept_in_scale);
      const Evaluation found = single.evaluate(Parameters::positions, Parts::sum, natural(single),
                                               single.values(Parameters::positions));
      alone.push_back(found.forms[0].sum());
      gradient_alone.insert(gradient_alone.end(), found.gradient.begin(), found.gradient.end());
    });
  }
  Ensemble together(test::world(), forms, plain_options());
  on_coordinator(together, test::world(), [&] {
    together.set_ncs({whole_molecules(forms)});
    together.renew(OverallB::kept_in_scale);
    const Evaluation found = together.evaluate(Parameters::positions, Parts::sum, natural(together),
                                               together.values(Parameters::positions));
    for (std::size_t f = 0; f < forms.size(); ++f)
      CHECK(found.forms[f].sum() == Approx(alone[f]).epsilon(1e-6));
    REQUIRE(found.gradient.size() == gradient_alone.size());
    double difference = 0, size = 0;
    for (std::size_t i = 0; i < gradient_alone.size(); ++i) {
      difference += std::pow(found.gradient[i] - gradient_alone[i], 2);
      size += std::pow(gradient_alone[i], 2);
    }
    CHECK(std::sqrt(difference / size) < 1e-5);
  });
}

// Sums of the forms, and the NCS energy, with the atoms of each form where `moved` puts them
// (fractional coordinates).
std::vector<double> sums_of(
    std::vector<FormInput> forms,
    const std::function<kernels::Vec3(const crystal::Crystal&, const kernels::Vec3&)>& moved) {
  for (FormInput& form : forms) {
    const auto& c = form.cell;
    const crystal::Crystal crystal = crystal::make_crystal(
        gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), form.space_group);
    for (kernels::Vec3& x : form.atoms.xyz)
      x = crystal.orthogonalise * moved(crystal, crystal.fractionalise * x);
  }
  Ensemble ensemble(test::world(), forms, plain_options());
  std::vector<double> sums;
  on_coordinator(ensemble, test::world(), [&] {
    ensemble.set_ncs({whole_molecules(forms)});
    ensemble.renew(OverallB::kept_in_scale);
    const std::vector<double> x = ensemble.values(Parameters::positions);
    const Evaluation found =
        ensemble.evaluate(Parameters::positions, Parts::sum, natural(ensemble), x);
    for (const FormTerms& form : found.forms) sums.push_back(form.sum());
    std::vector<double> unused(x.size(), 0.0);
    sums.push_back(ensemble.ncs_energy(Parameters::positions, x, unused));
  });
  return sums;
}

// A shift of the origin that no reflection's amplitude notices: along polar axes anywhere, else by
// half a cell where the group has no more than two-folds.
kernels::Vec3 permissible_shift(const crystal::Crystal& crystal) {
  kernels::Vec3 shift(0.5, 0.5, 0.5);
  for (int axis = 0; axis < 3; ++axis) {
    bool polar = true;
    for (const crystal::SymmetryOperator& op : crystal.primitive)
      polar = polar && (op.rotation - kernels::IMat3::Identity()).col(axis).isZero();
    if (polar) shift[axis] = 0.2371;
  }
  return shift;
}

TEST_CASE("a form moved by its crystal's symmetry stays as it is to the others and to its data") {
  const std::vector<FormInput> forms = three_forms(0.3);
  const auto before = sums_of(forms, [](const auto&, const auto& x) { return x; });
  const auto after = sums_of(forms, [](const crystal::Crystal& crystal, const kernels::Vec3& x) {
    const crystal::SymmetryOperator last = crystal.all_operators().back();
    return kernels::Vec3(last.rotation.cast<double>() * x + last.translation +
                         kernels::Vec3(1, 0, -1));
  });
  if (!test::world().is_root()) return;
  for (std::size_t f = 0; f < 3; ++f) CHECK(after[f] == Approx(before[f]).epsilon(1e-4));
  CHECK(after[3] == Approx(before[3]).epsilon(1e-8));
}

TEST_CASE("a permissible shift of a form's origin changes nothing") {
  std::vector<FormInput> forms;
  const std::vector<std::pair<const char*, std::array<double, 6>>> lattices = {
      {"P 1", {27, 30, 32, 75, 98, 104}},
      {"P 1 21 1", {28, 33, 30, 90, 104, 90}},
      {"P 21 21 21", {29, 34, 38, 90, 90, 90}}};
  for (const auto& [group, cell] : lattices)
    forms.push_back(test::simulate_form(group, cell, n_atoms, 2.5, 0.3).input);
  const auto before = sums_of(forms, [](const auto&, const auto& x) { return x; });
  const auto after = sums_of(forms, [](const crystal::Crystal& crystal, const kernels::Vec3& x) {
    return kernels::Vec3(x + permissible_shift(crystal));
  });
  if (!test::world().is_root()) return;
  for (std::size_t f = 0; f < 3; ++f) CHECK(after[f] == Approx(before[f]).epsilon(1e-3));
  CHECK(after[3] == Approx(before[3]).epsilon(1e-8));
}

TEST_CASE("a poor form gains from a good one and the good one loses nothing") {
  const test::Lattice& good = test::lattices[0];
  const test::Lattice& poor = test::lattices[2];
  const auto first = test::simulate_form(good.space_group, good.cell, n_atoms, 1.8, 0.5);
  auto second = test::simulate_form(poor.space_group, poor.cell, n_atoms, 3.5, 0.5);
  std::vector<FormInput> forms = {first.input, second.input};
  RefineOptions options = plain_options();
  options.cycles = 10;        // until both have settled
  options.chemistry.vdw = 0;  // the made chain runs through itself
  options.b_factors.steps = 0;
  struct Result {
    double first, second;
  };
  std::vector<Result> results;
  for (double force : {0.0, 100.0}) {
    Ensemble ensemble(test::world(), forms, options);
    on_coordinator(ensemble, test::world(), [&] {
      ensemble.set_ncs({whole_molecules(forms, force)});
      Silent journal;
      const Outcome outcome = run_protocol(ensemble, options, journal, [] { return false; });
      CHECK(outcome.cycles < 10);
      results.push_back(
          {distance(ensemble.atoms(0), first.truth), distance(ensemble.atoms(1), second.truth)});
    });
  }
  if (!test::world().is_root()) return;
  CHECK(results[1].second < 0.8 * results[0].second);
  CHECK(results[1].first < results[0].first + 0.01);
}

TEST_CASE("three forms tied by NCS come out on any number of ranks as on one") {
  const std::vector<FormInput> forms = three_forms(0.3);
  RefineOptions options = plain_options();
  options.cycles = 1;
  options.positions.steps = 8;
  options.b_factors.steps = 4;
  struct Result {
    std::vector<double> r, x;
  };
  const auto refined = [&](const parallel::Communicator& ranks) {
    Ensemble ensemble(ranks, forms, options);
    Result result;
    on_coordinator(ensemble, ranks, [&] {
      restraints::NcsGroup group = whole_molecules(forms);
      group.let_go = 0.5;
      ensemble.set_ncs({group});
      Silent journal;
      const Outcome outcome = run_protocol(ensemble, options, journal, [] { return false; });
      for (const FormStatus& form : outcome.final)
        result.r.push_back(form.agreement.overall.r_work);
      result.x = ensemble.values(Parameters::positions);
    });
    return result;
  };
  const Result together = refined(test::world());
  const Result alone = refined(parallel::Communicator::self());
  if (!test::world().is_root()) return;
  REQUIRE(together.x.size() == alone.x.size());
  for (std::size_t f = 0; f < forms.size(); ++f)
    CHECK(together.r[f] == Approx(alone.r[f]).epsilon(1e-3));
  double squares = 0;
  for (std::size_t i = 0; i < alone.x.size(); ++i)
    squares += std::pow(together.x[i] - alone.x[i], 2);
  CHECK(std::sqrt(3 * squares / static_cast<double>(alone.x.size())) < 2e-3);
}

TEST_CASE("copies under a constraint are refined as one, on any number of ranks") {
  std::vector<FormInput> forms = three_forms(0.3);
  forms[1].atoms.altloc[7] = 'A';  // not the conformer of the others: free
  RefineOptions options = plain_options();
  options.cycles = 2;
  options.chemistry.vdw = 0;
  Ensemble ensemble(test::world(), forms, options);
  on_coordinator(ensemble, test::world(), [&] {
    restraints::NcsGroup group = whole_molecules(forms);
    group.exact = group.absolute_b = true;
    ensemble.set_ncs({group});
    Silent journal;
    const Outcome outcome = run_protocol(ensemble, options, journal, [] { return false; });
    const std::vector<double> x = ensemble.values(Parameters::positions);
    const std::vector<double> b = ensemble.values(Parameters::b_factors);
    restraints::NcsGroup tied = group;
    for (restraints::NcsCopy& copy : tied.copies) copy.atoms[7] = -1;
    const auto all = restraints::NcsRestraint(group).report(x, b);
    const auto alike = restraints::NcsRestraint(tied).report(x, b);
    CHECK(alike.rms < 1e-6);
    CHECK(all.rms > 1e-3);
    for (std::size_t f = 0; f < forms.size(); ++f) {
      INFO("form " << f << ": R-work " << outcome.start[f].agreement.overall.r_work << " to "
                   << outcome.final[f].agreement.overall.r_work);
      CHECK(outcome.final[f].agreement.overall.r_work <
            0.7 * outcome.start[f].agreement.overall.r_work);
    }
  });
}

TEST_CASE("forms may have targets, weights and ratios of their own") {
  const std::vector<FormInput> forms = three_forms(0.3);
  RefineOptions options = plain_options();
  options.own.assign(3, options);
  options.own[1].target = "LSQ";
  options.own[2].positions.weight = 0.25;
  std::vector<FormInput> weighted = forms;
  weighted[0].weight = 3;
  Ensemble ensemble(test::world(), weighted, options);
  RefineOptions least_squares = plain_options();
  least_squares.target = "LSQ";
  Ensemble second_alone(test::world(), {forms[1]}, least_squares);
  double of_second = 0;
  on_coordinator(second_alone, test::world(), [&] {
    second_alone.renew(OverallB::kept_in_scale);
    of_second = second_alone
                    .evaluate(Parameters::positions, Parts::sum, std::vector<double>{1.0},
                              second_alone.values(Parameters::positions))
                    .forms[0]
                    .target;
  });
  on_coordinator(ensemble, test::world(), [&] {
    const auto status = ensemble.renew(OverallB::kept_in_scale);
    const std::vector<double> x = ensemble.values(Parameters::positions);
    const std::vector<double> weights =
        position_weights(ensemble, options, status, 1, std::vector<double>{});
    CHECK(weights[2] == Approx(0.25 * 2 * static_cast<double>(ensemble.n_work(2))));
    const Evaluation found = ensemble.evaluate(Parameters::positions, Parts::sum, weights, x);
    CHECK(found.forms[1].target == Approx(of_second).epsilon(1e-6));
    CHECK(found.forms[0].sum() ==
          Approx(3 * (found.forms[0].energies.total() + weights[0] * found.forms[0].target)));
    Sum sum(ensemble, Parameters::positions, weights);
    CHECK(minimise::check_gradient(sum, x, 0.004, 40).relative_rms < 5e-3);
  });
}

TEST_CASE("copies weigh by what their data know, and alike where told so") {
  const test::Lattice &good = test::lattices[0], &poor = test::lattices[2];
  std::vector<FormInput> forms;
  for (double d_min : {1.8, 2.5, 3.5}) {
    const test::Lattice& one = d_min < 3 ? good : poor;
    forms.push_back(test::simulate_form(one.space_group, one.cell, n_atoms, d_min, 0.2).input);
  }
  const RefineOptions options = plain_options();
  Ensemble ensemble(test::world(), forms, options);
  on_coordinator(ensemble, test::world(), [&] {
    const auto weights_of = [&](bool equal) {
      restraints::NcsGroup group = whole_molecules(forms);
      group.equal_weights = equal;
      ensemble.set_ncs({group});
      ensemble.settle_ncs(ensemble.renew(OverallB::kept_in_scale), natural(ensemble));
      std::vector<double> weights;
      for (const auto& copy : ensemble.ncs()[0].group().copies) weights.push_back(copy.weight);
      return weights;
    };
    const std::vector<double> told = weights_of(false), alike = weights_of(true);
    CHECK(told[0] > told[1]);
    CHECK(told[1] > told[2]);
    for (double w : alike) CHECK(w == Approx(1));
    const auto pairs = [](const std::vector<double>& w) {
      return (w[0] * w[1] + w[0] * w[2] + w[1] * w[2]) / (w[0] + w[1] + w[2]);
    };
    CHECK(pairs(told) == Approx(pairs(alike)));
  });
}
