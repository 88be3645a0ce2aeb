// SPDX-License-Identifier: MPL-2.0
// U follows when atoms are about where they belong, on any number of ranks.
#include <algorithm>
#include <cmath>

#include "polyform/base/units.hpp"
#include "polyform/refine/protocol.hpp"
#include "refine/delayed_tensors.hpp"
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
  options.cycles = 3;
  options.scaling.shells = 4;
  options.scaling.bulk_solvent = false;
  options.chemistry.vdw = 0;  // the made chain walks through itself
  options.ending.settled = 0;
  return options;
}

constexpr bool stays_isotropic(std::size_t i) { return i % 7 == 5; }

// longer: of the second axis of each tensor, a part of U; 0: spheres.
FormInput anisotropic_form(double longer) {
  const test::Lattice& one = test::lattices[2];
  FormInput form = test::simulate_form(one.space_group, one.cell, 40, 1.8, 0.2).input;
  form.refine_u = true;
  form.atoms.u_aniso.resize(form.atoms.size());
  for (std::size_t i = 0; i < form.atoms.size(); ++i) {
    const double u = base::u_of_b(form.atoms.b[i]);
    if (!stays_isotropic(i)) form.atoms.u_aniso[i] = {u - longer * u, u + longer * u, u, 0, 0, 0};
  }
  return form;
}

// What each cycle refined.
struct Stages : test::Silent {
  std::vector<std::string> of_cycle;
  void step(const StepRecord& record) override {
    of_cycle.resize(std::max(of_cycle.size(), static_cast<std::size_t>(record.cycle)));
    of_cycle[static_cast<std::size_t>(record.cycle) - 1] = record.stage;
  }
};

struct Found {
  std::vector<std::string> stages;
  crystal::Atoms atoms;
  Outcome outcome;
};

Found refined(const FormInput& input, const RefineOptions& options, int stop_in_cycle = 0) {
  Ensemble ensemble(test::world(), {input}, options);
  Found found;
  on_coordinator(ensemble, test::world(), [&] {
    Stages journal;
    found.outcome = run_protocol(ensemble, options, journal, [&] {
      return stop_in_cycle > 0 &&
             journal.of_cycle.size() >= static_cast<std::size_t>(stop_in_cycle);
    });
    found.atoms = ensemble.atoms(0);
    found.stages = journal.of_cycle;
  });
  return found;
}

void check_tensors(const crystal::Atoms& atoms) {
  REQUIRE(!atoms.u_aniso.empty());
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    CHECK(atoms.is_anisotropic(i) != stays_isotropic(i));
    if (!stays_isotropic(i))
      CHECK(atoms.b[i] == Approx(base::b_of_u(kernels::trace(atoms.u_aniso[i]) / 3)));
  }
}

bool is_sphere(const kernels::Sym3& u) {
  return std::abs(u[1] - u[0]) < 1e-9 * u[0] && std::abs(u[2] - u[0]) < 1e-9 * u[0] && u[3] == 0;
}

const std::string b = "positions_and_b", u = "positions_and_u";

}  // namespace

TEST_CASE("tensors without a shape wait for the first cycle, others do not") {
  const Found spheres = refined(anisotropic_form(0), plain_options());
  const Found shaped = refined(anisotropic_form(0.3), plain_options());
  if (!test::world().is_root()) return;
  CHECK(spheres.stages == std::vector<std::string>{b, u, u});
  CHECK(shaped.stages == std::vector<std::string>{u, u, u});
  check_tensors(spheres.atoms);
  CHECK_FALSE(is_sphere(spheres.atoms.u_aniso[0]));
}

TEST_CASE("with one cycle, or positions that stay, tensors do not wait") {
  RefineOptions one = plain_options(), still = plain_options();
  one.cycles = 1;
  still.positions.steps = 0;
  const Found in_one = refined(anisotropic_form(0), one);
  const Found at_rest = refined(anisotropic_form(0), still);
  if (!test::world().is_root()) return;
  CHECK(in_one.stages == std::vector<std::string>{u});
  CHECK(at_rest.stages == std::vector<std::string>{"u_aniso", "u_aniso", "u_aniso"});
}

TEST_CASE("all tensors wait for the last kick, at most for the last cycle") {
  RefineOptions cooling = plain_options(), always = plain_options();
  cooling.kick.first = 0.4;  // to 0 at cycle 3
  always.kick.first = always.kick.last = 0.1;
  for (const double longer : {0.0, 0.3}) {
    const Found cooled = refined(anisotropic_form(longer), cooling);
    const Found kicked = refined(anisotropic_form(longer), always);
    if (!test::world().is_root()) continue;
    CHECK(cooled.stages == std::vector<std::string>{b, b, u});
    CHECK(kicked.stages == std::vector<std::string>{b, b, u});
    CHECK(kicked.outcome.best_cycle == 3);  // none without tensors is the result
    check_tensors(cooled.atoms);
    check_tensors(kicked.atoms);
  }
}

TEST_CASE("a run that is stopped while tensors wait gives them back in their shape") {
  RefineOptions options = plain_options();
  options.kick.first = 0.2;
  const FormInput input = anisotropic_form(0.3);
  const Found found = refined(input, options, 1);
  if (!test::world().is_root()) return;
  CHECK(found.outcome.status == "stopped");
  CHECK(found.stages == std::vector<std::string>{b});
  check_tensors(found.atoms);
  for (std::size_t i = 0; i < found.atoms.size(); ++i)
    for (std::size_t k = 0; k < 6; ++k)
      CHECK(found.atoms.u_aniso[i][k] * input.atoms.b[i] ==
            Approx(input.atoms.u_aniso[i][k] * found.atoms.b[i]));
  CHECK(found.outcome.final[0].anisotropic.n_atoms == 35);
}

TEST_CASE("spheres put away and given back are the same model on every rank") {
  const FormInput input = anisotropic_form(0);
  const RefineOptions options = plain_options();
  Ensemble ensemble(test::world(), {input}, options);
  on_coordinator(ensemble, test::world(), [&] {
    const auto f_calc = [&] {
      ensemble.renew(OverallB::kept_in_scale);
      std::vector<double> parts;
      for (const auto& f : ensemble.maps(0).f_calc) parts.insert(parts.end(), {f.real(), f.imag()});
      return parts;
    };
    const auto with = f_calc();
    ensemble.set_tensors(0, {});
    CHECK_FALSE(ensemble.atoms(0).is_anisotropic(0));
    CHECK(test::relative_rms(f_calc(), with) < 5e-4);
    ensemble.set_tensors(0, anisotropic_form(0.3).atoms.u_aniso);
    CHECK(test::relative_rms(f_calc(), with) > 1e-2);
    ensemble.set_tensors(0, input.atoms.u_aniso);
    CHECK(test::relative_rms(f_calc(), with) < 1e-6);
  });
}
