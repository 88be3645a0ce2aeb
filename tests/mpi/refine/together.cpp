// SPDX-License-Identifier: MPL-2.0
// Positions and B values in one minimisation, from the sparse Hessian, on any number of ranks.
#include <cmath>
#include <functional>

#include "polyform/base/units.hpp"
#include "polyform/minimise/gradient_check.hpp"
#include "polyform/refine/protocol.hpp"
#include "refine/expected_hessian.hpp"
#include "refine/values.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
#include "support/relative_rms.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;
using test::on_coordinator;

namespace {

RefineOptions plain_options() {
  RefineOptions options;
  options.scaling.shells = 4;
  options.scaling.bulk_solvent = false;
  options.chemistry.vdw = 0;  // the made chain walks through itself
  return options;
}

FormInput displaced_form(const test::Lattice& lattice = test::lattices[0], double shift = 0.3) {
  return test::simulate_form(lattice.space_group, lattice.cell, 40, 2.4, shift).input;
}

// Every atom but each seventh, cigars and discs in turn.
void make_some_anisotropic(FormInput& form) {
  form.refine_u = true;
  form.atoms.u_aniso.resize(form.atoms.size());
  for (std::size_t i = 0; i < form.atoms.size(); ++i) {
    const double u = base::u_of_b(form.atoms.b[i]), longer = i % 2 == 0 ? 0.3 * u : -0.3 * u;
    if (i % 7 != 5) form.atoms.u_aniso[i] = {u - longer, u + longer, u, 0.1 * u, 0, -0.1 * longer};
  }
}

std::vector<double> natural(const Ensemble& ensemble) {
  std::vector<double> weights;
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f)
    weights.push_back(2.0 * static_cast<double>(ensemble.n_work(f)));
  return weights;
}

// The weighted sum with restraints on B or U that count for less.
struct Both : minimise::Objective {
  Ensemble& ensemble;
  Parameters which;
  std::vector<double> weights, on_b;
  Both(Ensemble& of, Parameters both, std::vector<double> factors)
      : ensemble(of), which(both), weights(natural(of)), on_b(std::move(factors)) {}
  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    const Evaluation found = ensemble.evaluate(which, Parts::sum, weights, x, on_b);
    std::copy(found.gradient.begin(), found.gradient.end(), gradient.begin());
    double sum = ensemble.ncs_energy(which, x, gradient, 0.4);
    for (const FormTerms& form : found.forms) sum += form.sum();
    return sum;
  }
};

// All atoms of all forms: one copy a form.
restraints::NcsGroup whole_molecules(const std::vector<FormInput>& forms) {
  restraints::NcsGroup group;
  group.name = "molecules";
  group.force = 50;
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

std::vector<FormInput> three_forms() {
  std::vector<FormInput> forms;
  for (const test::Lattice& one : test::lattices) forms.push_back(displaced_form(one));
  for (std::size_t i = 1; i < forms[1].atoms.size(); i += 8) forms[1].atoms.b[i] += 6;
  return forms;
}

struct Refined {
  std::vector<crystal::Atoms> atoms;
  Outcome outcome;
  double last_sum = 0;  // that was minimised, after the last step
};
struct LastSum : test::Silent {
  double value = 0;
  void step(const StepRecord& record) override { value = record.step.value; }
};
// Collective over `team`; what the coordinator has.
Refined refined(const parallel::Communicator& team, const std::vector<FormInput>& inputs,
                const RefineOptions& options,
                const std::vector<restraints::NcsGroup>& groups = {}) {
  Refined found;
  Ensemble ensemble(team, inputs, options);
  on_coordinator(ensemble, team, [&] {
    ensemble.set_ncs(groups);
    LastSum journal;
    found.outcome = run_protocol(ensemble, options, journal, [] { return false; });
    found.last_sum = journal.value;
    for (std::size_t f = 0; f < inputs.size(); ++f) found.atoms.push_back(ensemble.atoms(f));
  });
  return found;
}

double rms_apart(const crystal::Atoms& a, const crystal::Atoms& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a.xyz[i] - b.xyz[i]).squaredNorm();
  return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace

TEST_CASE("the gradient by positions and B or U together agrees with central differences") {
  const Parameters which = GENERATE(Parameters::positions_and_b, Parameters::positions_and_u);
  const bool of_u = which == Parameters::positions_and_u;
  std::vector<FormInput> forms = three_forms();
  if (of_u)
    for (FormInput& form : forms) make_some_anisotropic(form);
  forms[0].weight = 2;
  Ensemble ensemble(test::world(), forms, plain_options());
  on_coordinator(ensemble, test::world(), [&] {
    ensemble.set_ncs({whole_molecules(forms)});
    const auto status = ensemble.renew(OverallB::kept_in_scale);
    ensemble.settle_ncs(status, natural(ensemble));
    Both sum(ensemble, which, {0.3, 0.5, 2.0});
    const std::vector<double> x = ensemble.values(which);
    std::vector<double> gradient(x.size()), unused(x.size());
    sum.evaluate(x, gradient);
    // By positions and B or U apart: one unit of each is worth what it moves.
    double difference = 0, size = 0;
    std::size_t first = 0;
    for (const FormInput& form : forms) {
      const std::size_t n = form.atoms.size(), n_values = count_values(form.atoms, which);
      for (std::size_t k = 0; k < n_values; k += 7) {
        const double step = k < 3 * n || of_u ? 0.004 : 0.4;
        std::vector<double> at = x;
        at[first + k] += step;
        const double above = sum.evaluate(at, unused);
        at[first + k] -= 2 * step;
        const double numeric = (above - sum.evaluate(at, unused)) / 2;  // by one step
        difference += std::pow(numeric - step * gradient[first + k], 2);
        size += numeric * numeric;
      }
      first += n_values;
    }
    CHECK(std::sqrt(difference / size) < 1e-2);
  });
}

TEST_CASE("together they have the gradients that each has alone") {
  const Parameters which = GENERATE(Parameters::positions_and_b, Parameters::positions_and_u);
  for (const test::Lattice& one : test::lattices) {
    INFO(one.space_group);
    FormInput input = displaced_form(one);
    if (which == Parameters::positions_and_u) make_some_anisotropic(input);
    Ensemble ensemble(test::world(), {input}, plain_options());
    on_coordinator(ensemble, test::world(), [&] {
      ensemble.renew(OverallB::kept_in_scale);
      const std::vector<double> weights = natural(ensemble), on_b = {0.25};
      const auto gradient = [&](Parameters kind) {
        return ensemble.evaluate(kind, Parts::sum, weights, ensemble.values(kind), on_b);
      };
      const Evaluation both = gradient(which), xyz = gradient(Parameters::positions),
                       b = gradient(beside_positions(which));
      std::vector<double> each = xyz.gradient;
      each.insert(each.end(), b.gradient.begin(), b.gradient.end());
      CHECK(test::relative_rms(both.gradient, each) < 1e-6);
      CHECK(both.forms[0].sum() ==
            Approx(xyz.forms[0].sum() + b.forms[0].sum() - weights[0] * b.forms[0].target));
    });
  }
}

TEST_CASE("newton comes as low as L-BFGS with a third of the evaluations") {
  RefineOptions options = plain_options();
  options.cycles = 1;
  options.positions.weight = 1;
  options.positions.steps = 300;
  options.b_factors.steps = 0;
  const FormInput input = displaced_form();
  const auto minimised_by = [&](const std::string& method) {
    options.minimiser.method = method;
    return refined(test::world(), {input}, options);
  };
  const Refined newton = minimised_by("newton"), lbfgs = minimised_by("lbfgs");
  if (!test::world().is_root()) return;
  CHECK(newton.last_sum < 1.005 * lbfgs.last_sum);
  CHECK(3 * newton.outcome.evaluations < lbfgs.outcome.evaluations);
}

TEST_CASE("positions and B or U together take fewer evaluations than one after the other") {
  const Parameters which = GENERATE(Parameters::positions_and_b, Parameters::positions_and_u);
  RefineOptions options = plain_options();
  options.positions.weight = 1;
  FormInput input = displaced_form();
  if (which == Parameters::positions_and_u) make_some_anisotropic(input);
  const Refined together = refined(test::world(), {input}, options);
  options.minimiser.together = false;
  const Refined apart = refined(test::world(), {input}, options);
  if (!test::world().is_root()) return;
  CHECK(together.outcome.evaluations < apart.outcome.evaluations);
  CHECK(together.outcome.final[0].agreement.overall.r_work <
        apart.outcome.final[0].agreement.overall.r_work + 0.003);
}

TEST_CASE("a refinement with newton comes out on any number of ranks as on one") {
  RefineOptions options = plain_options();
  options.cycles = 2;
  options.positions.weight = 1;
  const std::vector<FormInput> forms = three_forms();
  const std::vector<restraints::NcsGroup> groups = {whole_molecules(forms)};
  const Refined here = refined(test::world(), forms, options, groups);
  if (!test::world().is_root()) return;
  const Refined alone = refined(parallel::Communicator::self(), forms, options, groups);
  for (std::size_t f = 0; f < forms.size(); ++f) {
    CHECK(rms_apart(here.atoms[f], alone.atoms[f]) < 0.003);
    CHECK(rms_apart(here.atoms[f], forms[f].atoms) > 0.1);
    CHECK(here.outcome.final[f].agreement.overall.r_work ==
          Approx(alone.outcome.final[f].agreement.overall.r_work).margin(5e-4));
  }
}

TEST_CASE("groups of B are one beside positions, soft ones near, and limits exact") {
  const FormInput input = displaced_form();
  RefineOptions options = plain_options();
  options.cycles = 2;
  options.b_factors.define = "RESIDUE";
  options.b_factors.minimal = 14;
  options.b_factors.maximal = 22;
  const Refined hard = refined(test::world(), {input}, options);
  options.b_factors.define = "SEGMENT";
  const auto spread = [&](double force) {
    options.b_factors.minimal = 2;
    options.b_factors.maximal = 300;
    options.b_factors.bond = options.b_factors.angle = -1;
    options.b_factors.group = force;
    const Refined soft = refined(test::world(), {input}, options);
    double mean = 0, variance = 0;
    if (!test::world().is_root()) return variance;
    const std::vector<double>& b = soft.atoms[0].b;
    for (std::size_t i = 0; i < 20; ++i) mean += b[i] / 20;
    for (std::size_t i = 0; i < 20; ++i) variance += std::pow(b[i] - mean, 2) / 20;
    return variance;
  };
  const double loose = spread(0), tight = spread(20);
  if (!test::world().is_root()) return;
  bool on_a_limit = false;
  for (std::size_t i = 0; i < input.atoms.size(); ++i) {
    const double b = hard.atoms[0].b[i];
    CHECK(b == hard.atoms[0].b[i - i % 4]);
    CHECK(b >= 14);
    CHECK(b <= 22);
    on_a_limit = on_a_limit || b == 14 || b == 22;
  }
  CHECK(on_a_limit);
  CHECK(rms_apart(hard.atoms[0], input.atoms) > 0.1);
  CHECK(tight < 0.25 * loose);
}

TEST_CASE("atoms that are not active stay beside those that move, with B that move or not") {
  FormInput input = displaced_form();
  std::vector<std::uint8_t> first(input.atoms.size(), 0), last(input.atoms.size(), 0);
  std::fill_n(first.begin(), 10, 1);
  std::fill_n(last.end() - 10, 10, 1);
  input.selected["first"] = first;
  input.selected["last"] = last;
  RefineOptions options = plain_options();
  options.cycles = 1;
  options.positions.active.text = "first";
  options.b_factors.active.text = "last";
  const Refined found = refined(test::world(), {input}, options);
  if (!test::world().is_root()) return;
  const double shift = found.atoms[0].b[15] - input.atoms.b[15];  // of all, out of the scale
  for (std::size_t i = 0; i < input.atoms.size(); ++i) {
    CHECK((found.atoms[0].xyz[i] != input.atoms.xyz[i]) == (first[i] != 0));
    CHECK((std::abs(found.atoms[0].b[i] - input.atoms.b[i] - shift) > 1e-9) == (last[i] != 0));
  }
}

TEST_CASE("Newton steps do not move a molecule along a floating origin") {
  // P 1 21 1 floats along b, which is y.
  const FormInput input = displaced_form();
  RefineOptions options = plain_options();
  options.cycles = 2;
  options.chemistry.hold_sigma = 0;
  const Refined found = refined(test::world(), {input}, options);
  if (!test::world().is_root()) return;
  kernels::Vec3 drift = kernels::Vec3::Zero();
  for (std::size_t i = 0; i < input.atoms.size(); ++i)
    drift += found.atoms[0].xyz[i] - input.atoms.xyz[i];
  drift /= static_cast<double>(input.atoms.size());
  CHECK(std::abs(drift.y()) < 1e-6);
  CHECK(rms_apart(found.atoms[0], input.atoms) > 0.1);
}

TEST_CASE("the Hessian is positive definite, and made anew where atoms have moved") {
  const RefineOptions options = plain_options();
  Ensemble ensemble(test::world(), {displaced_form()}, options);
  on_coordinator(ensemble, test::world(), [&] {
    const auto status = ensemble.renew(OverallB::kept_in_scale);
    Minimisation what{.which = Parameters::positions_and_b, .stage = "positions_and_b"};
    what.weights = natural(ensemble);
    what.on_b = {0.3};
    const FreeParameters free =
        free_together(ensemble, what.which, options.positions, options.b_factors, what.on_b);
    const std::vector<double> row = ensemble.values(what.which);
    ExpectedHessian hessian(ensemble, options, status, free, what, row);
    std::vector<double> x = free.map.free_values(row), q(x.size());
    for (std::size_t i = 0; i < q.size(); ++i) q[i] = std::cos(1.7 * static_cast<double>(i));
    const std::vector<double> before = q;
    hessian.apply(q);
    double product = 0;
    for (std::size_t i = 0; i < q.size(); ++i) product += q[i] * before[i];
    CHECK(product > 0);
    CHECK_FALSE(hessian.renew(x));
    for (std::size_t i = 0; i < 120; ++i) x[i] += i % 2 == 0 ? 0.05 : -0.05;
    CHECK(hessian.renew(x));
  });
}
