// SPDX-License-Identifier: MPL-2.0
// Displacement tensors refined: gradients, limits, site symmetry, and true tensors found again.
#include <cmath>
#include <sstream>

#include "polyform/base/units.hpp"
#include "polyform/kernels/displacement.hpp"
#include "polyform/minimise/gradient_check.hpp"
#include "polyform/refine/protocol.hpp"
#include "polyform/refine/settings.hpp"
#include "refine/free_parameters.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
#include "support/relative_rms.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;
using kernels::Mat3;
using test::on_coordinator;
using test::Sum;

namespace {

RefineOptions plain_options() {
  RefineOptions options;
  options.scaling.shells = 4;
  options.scaling.bulk_solvent = false;
  return options;
}

FormInput refined_form(const test::Lattice& one, double d_min, double shift) {
  FormInput input = test::simulate_form(one.space_group, one.cell, 40, d_min, shift, true).input;
  input.refine_u = true;
  return input;
}

// The sum by the free parameters, tensors before their limits: as the minimiser has it.
class FreeSum : public minimise::Objective {
 public:
  FreeSum(Ensemble& ensemble, const FreeParameters& free, double weight)
      : sum_(ensemble, Parameters::u_aniso, {weight}),
        free_(free),
        row_(ensemble.values(Parameters::u_aniso)) {
    free_.tensors.before(row_);
  }
  std::vector<double> start() const { return free_.map.free_values(row_); }
  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    free_.map.spread(x, row_);
    std::vector<double> u = row_, by(row_.size());
    free_.tensors.within(u);
    const double value = sum_.evaluate(u, by);
    free_.tensors.slopes(row_, by);
    free_.map.gather(by, x, gradient);
    return value;
  }

 private:
  Sum sum_;
  const FreeParameters& free_;
  std::vector<double> row_;
};

struct LastSum : test::Silent {
  double value = 0;
  void step(const StepRecord& record) override { value = record.step.value; }
};

double smallest_principal(const crystal::Atoms& atoms) {
  double least = 1e9;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (atoms.is_anisotropic(i))
      least = std::min(least, kernels::principal_values(kernels::matrix_of(atoms.u_aniso[i]))[0]);
  return least;
}

// r.m.s. |U - U_true| of the anisotropic atoms [A^2].
double distance(const crystal::Atoms& found, const crystal::Atoms& truth) {
  double sum = 0, n = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (!truth.is_anisotropic(i)) continue;
    sum +=
        (kernels::matrix_of(found.u_aniso[i]) - kernels::matrix_of(truth.u_aniso[i])).squaredNorm();
    n += 1;
  }
  return std::sqrt(sum / n);
}

void refine_and(const FormInput& input, const RefineOptions& options,
                const std::function<void(const crystal::Atoms&, const Outcome&)>& check) {
  Ensemble ensemble(test::world(), {input}, options);
  on_coordinator(ensemble, test::world(), [&] {
    test::Silent journal;
    const Outcome outcome = run_protocol(ensemble, options, journal, [] { return false; });
    check(ensemble.atoms(0), outcome);
  });
}

}  // namespace

TEST_CASE("the gradient by U agrees with central differences") {
  for (const test::Lattice& one : test::lattices) {
    INFO(one.space_group);
    const RefineOptions options = plain_options();
    FormInput input = refined_form(one, 2.2, 0.2);
    input.hydrogens = {.parent = {1, 8, 8}, .offset = {{0.9, 0, 0.2}, {0, 0.9, 0}, {0.3, -0.8, 0}}};
    Ensemble ensemble(test::world(), {input}, options);
    on_coordinator(ensemble, test::world(), [&] {
      ensemble.renew(OverallB::kept_in_scale);
      const double weight = 2.0 * static_cast<double>(ensemble.n_work(0));
      Sum tensors(ensemble, Parameters::u_aniso, {weight});
      CHECK(minimise::check_gradient(tensors, ensemble.values(Parameters::u_aniso), 0.004, 48)
                .relative_rms < 2e-2);
      const FreeParameters free = free_tensors(ensemble, options.b_factors);
      FreeSum before(ensemble, free, weight);
      CHECK(minimise::check_gradient(before, before.start(), 0.004, 48).relative_rms < 2e-2);
    });
  }
}

TEST_CASE("value and gradient by U are those of one rank alone") {
  for (const test::Lattice& one : test::lattices) {
    INFO(one.space_group);
    const RefineOptions options = plain_options();
    const FormInput input = refined_form(one, 2.2, 0.3);
    Ensemble ensemble(test::world(), {input}, options);
    on_coordinator(ensemble, test::world(), [&] {
      Ensemble alone(parallel::Communicator::self(), {input}, options);
      ensemble.renew(OverallB::kept_in_scale);
      alone.renew(OverallB::kept_in_scale);
      const std::vector<double> x = ensemble.values(Parameters::u_aniso), w = {1000.0};
      const Evaluation a = ensemble.evaluate(Parameters::u_aniso, Parts::separate, w, x);
      const Evaluation b = alone.evaluate(Parameters::u_aniso, Parts::separate, w, x);
      CHECK(a.forms[0].target == Approx(b.forms[0].target).epsilon(1e-6));
      CHECK(a.forms[0].b_restraints == Approx(b.forms[0].b_restraints).epsilon(1e-10));
      CHECK(test::relative_rms(a.of_target, b.of_target) < 1e-5);
      CHECK(test::relative_rms(a.gradient, b.gradient) < 1e-9);
      alone.finish();
    });
  }
}

TEST_CASE("true tensors are found from isotropic ones, and stay positive definite") {
  const test::Lattice one = test::lattices[0];
  auto made = test::simulate_form(one.space_group, one.cell, 40, 1.2, 0.0, true);
  made.input.refine_u = true;
  crystal::Atoms& atoms = made.input.atoms;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (atoms.is_anisotropic(i)) {
      const double u = base::u_of_b(atoms.b[i]);
      atoms.u_aniso[i] = {u, u, u, 0, 0, 0};
    }
  RefineOptions options = plain_options();
  options.cycles = 2;
  options.positions.steps = 0;  // a random walk has contacts that would move it
  options.b_factors.steps = 30;
  options.anisotropic.similarity = options.anisotropic.terminal = options.anisotropic.rigid_bond =
      0;
  options.b_factors.bond = options.b_factors.angle = -1;  // made B are strewn at random
  const double before = distance(made.input.atoms, made.truth);
  refine_and(made.input, options, [&](const crystal::Atoms& found, const Outcome& outcome) {
    CHECK(distance(found, made.truth) < 0.15 * before);
    CHECK(smallest_principal(found) > base::u_of_b(options.b_factors.minimal));
    CHECK(outcome.final[0].agreement.overall.r_free < outcome.start[0].agreement.overall.r_free);
    CHECK(outcome.final[0].anisotropic.n_atoms == 5);
    for (std::size_t i = 0; i < found.size(); ++i)
      if (found.is_anisotropic(i))
        CHECK(found.b[i] == Approx(base::b_of_u(kernels::trace(found.u_aniso[i]) / 3)));
  });
}

TEST_CASE("Newton steps bring U as low as L-BFGS with half of the evaluations") {
  for (const test::Lattice& one : test::lattices) {
    INFO(one.space_group);
    FormInput input = test::simulate_form(one.space_group, one.cell, 40, 1.5, 0.1).input;
    input.refine_u = true;
    input.atoms.u_aniso.resize(input.atoms.size());
    for (std::size_t i = 0; i < input.atoms.size(); ++i) {
      input.atoms.b[i] = 14 + 0.3 * input.atoms.b[i];  // far from the limits
      const double u = base::u_of_b(input.atoms.b[i]);
      if (i % 7 != 5) input.atoms.u_aniso[i] = {u, u, u, 0, 0, 0};
    }
    RefineOptions options = plain_options();
    options.cycles = 1;
    options.positions.steps = 0;
    options.b_factors.steps = 300;
    const auto by = [&](const std::string& method) {
      options.minimiser.method = method;
      Ensemble ensemble(test::world(), {input}, options);
      std::pair<double, int> found;
      on_coordinator(ensemble, test::world(), [&] {
        LastSum journal;
        found.second = run_protocol(ensemble, options, journal, [] { return false; }).evaluations;
        found.first = journal.value;
      });
      return found;
    };
    const auto [newton, in_few] = by("newton");
    const auto [lbfgs, in_many] = by("lbfgs");
    if (!test::world().is_root()) continue;
    CHECK(newton < 1.002 * lbfgs);
    CHECK(2 * in_few < in_many);
  }
}

TEST_CASE("tensors that the data would make negative stay within the limits of B") {
  // The data are those of sharper atoms than the limits allow.
  FormInput input = refined_form(test::lattices[0], 1.8, 0.0);
  RefineOptions options = plain_options();
  options.cycles = 2;
  options.positions.steps = 0;
  options.b_factors.minimal = 15;
  options.b_factors.maximal = 20;
  options.b_factors.bond = options.b_factors.angle = -1;
  refine_and(input, options, [&](const crystal::Atoms& found, const Outcome& outcome) {
    CHECK(outcome.final[0].at_b_limit.size() > 5);
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found.b[i] >= 15);
      CHECK(found.b[i] <= 20);
      if (!found.is_anisotropic(i)) continue;
      const auto principal = kernels::principal_values(kernels::matrix_of(found.u_aniso[i]));
      CHECK(base::b_of_u(principal[0]) >= 15);
      CHECK(base::b_of_u(principal[2]) <= 20);
    }
  });
}

TEST_CASE("on a two-fold axis U keeps the symmetry of its site") {
  FormInput input = refined_form(test::lattices[2], 2.0, 0.1);
  // Atom 8, anisotropic, onto the axis along y.
  crystal::Atoms& atoms = input.atoms;
  atoms.xyz[8] = {0, atoms.xyz[8][1], 0};
  Mat3 two_fold = Mat3::Identity();
  two_fold(0, 0) = two_fold(2, 2) = -1;
  Mat3 projector = Mat3::Zero();
  projector(1, 1) = 1;
  atoms.weight[8] = 0.5;
  atoms.u_aniso[8] = {0.2, 0.3, 0.25, 0, 0.03, 0};
  atoms.b[8] = base::b_of_u(0.25);
  atoms.special = {{8, 2, projector, {Mat3::Identity(), two_fold}}};
  RefineOptions options = plain_options();
  options.cycles = 1;
  options.b_factors.steps = 8;
  refine_and(input, options, [&](const crystal::Atoms& found, const Outcome&) {
    CHECK(std::abs(found.u_aniso[8][3]) < 1e-12);
    CHECK(std::abs(found.u_aniso[8][5]) < 1e-12);
    CHECK(found.u_aniso[8][4] != 0.03);
    CHECK(std::abs(found.u_aniso[0][3]) > 1e-6);
  });
}

TEST_CASE("atoms become anisotropic where asked, and too few data are refused") {
  std::ostringstream text;
  base::Log log;
  const auto begun = [&](double d_min, const std::string& atoms) {
    FormInput input = test::simulate_form("P 1 21 1", test::lattices[0].cell, 40, d_min, 0.0).input;
    input.refine_u = true;
    input.lists.molecule_kind[39] = 'w';
    input.selected["two"] = std::vector<std::uint8_t>(40, 0);
    input.selected["two"][3] = input.selected["two"][4] = 1;
    RefineOptions options;
    options.anisotropic.atoms.text = atoms;
    begin_anisotropic(input, options, MakeAnisotropic::chosen, log);
    return input.atoms;
  };
  const crystal::Atoms all = begun(1.4, "");
  for (std::size_t i = 0; i < 39; ++i) {
    REQUIRE(all.is_anisotropic(i));
    CHECK(kernels::trace(all.u_aniso[i]) == Approx(3 * base::u_of_b(all.b[i])));
  }
  CHECK_FALSE(all.is_anisotropic(39));
  CHECK_THROWS_WITH(begun(2.4, ""), Catch::Contains("parameters") && Catch::Contains("2.4"));
  const crystal::Atoms few = begun(2.4, "two");
  CHECK(few.is_anisotropic(3));
  CHECK_FALSE(few.is_anisotropic(5));
}

TEST_CASE("atoms become anisotropic by themselves where the data suffice") {
  base::Log log;
  // n_work: of 40 atoms; the others are test reflections
  const auto begun = [&](double d_min, std::size_t n_work, const RefineOptions& options) {
    FormInput input = test::simulate_form("P 1 21 1", test::lattices[0].cell, 40, d_min, 0.0).input;
    REQUIRE(input.reflections.size() > n_work);
    for (std::size_t i = 0; i < input.reflections.size(); ++i)
      input.reflections.use[i] = i < n_work ? crystal::Use::work : crystal::Use::test;
    begin_anisotropic(input, options, MakeAnisotropic::where_data_suffice, log);
    CHECK(input.refine_u == !input.atoms.u_aniso.empty());
    return input.refine_u;
  };
  CHECK(begun(1.5, 40 * 13, {}));
  CHECK_FALSE(begun(1.5, 40 * 13 - 1, {}));
  CHECK_FALSE(begun(1.9, 40 * 20, {}));  // however many there are
  RefineOptions by_residue;
  by_residue.b_factors.define = "RESIDUE";
  CHECK_FALSE(begun(1.5, 40 * 20, by_residue));
  RefineOptions no_b;
  no_b.b_factors.steps = 0;
  CHECK_FALSE(begun(1.5, 40 * 20, no_b));
}
