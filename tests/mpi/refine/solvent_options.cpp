// SPDX-License-Identifier: MPL-2.0
// Options of solvent, mask and shell scales do in a refinement what they say.
#include <cmath>

#include "polyform/refine/protocol.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
#include "support/session.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;
using test::on_coordinator;
using test::Silent;

namespace {

FormInput made_form() {
  return test::simulate_form("P 21 21 21", {28, 33, 25, 90, 90, 90}, 60, 2.0, 0.2).input;
}

RefineOptions short_run() {
  RefineOptions options;
  options.cycles = 1;
  options.positions.steps = 2;
  options.b_factors.steps = 2;
  options.scaling.shells = 4;
  options.chemistry.vdw = 0;  // the made chain walks through itself
  return options;
}

// The form after a refinement with these options; empty but on the coordinator.
FormStatus refined(const RefineOptions& options) {
  FormStatus end;
  Ensemble ensemble(test::world(), {made_form()}, options);
  on_coordinator(ensemble, test::world(), [&] {
    Silent journal;
    end = run_protocol(ensemble, options, journal, [] { return false; }).final.at(0);
  });
  return end;
}

bool root() { return test::world().is_root(); }

}  // namespace

TEST_CASE("a refinement without solvent has none, and no mask") {
  RefineOptions options = short_run();
  options.scaling.bulk_solvent = false;
  const FormStatus end = refined(options);
  if (!root()) return;
  CHECK(end.scales.k_sol == 0);
  CHECK(end.solvent_fraction == 0);
  CHECK(end.agreement.overall.r_work < 0.2);
}

TEST_CASE("k_sol and B_sol that are not fitted are as given when a refinement ends") {
  RefineOptions options = short_run();
  options.scaling.refine_solvent = false;
  options.scaling.k_sol = 0.21;
  options.scaling.b_sol = 83;
  const FormStatus end = refined(options);
  if (!root()) return;
  CHECK(end.scales.k_sol == 0.21);
  CHECK(end.scales.b_sol == 83);
  CHECK(end.solvent_fraction > 0);
}

TEST_CASE("a larger probe leaves less solvent, a deeper shrink more, radii of 0 the atoms alone") {
  const auto fraction = [&](double probe, double shrink) {
    RefineOptions options = short_run();
    options.positions.steps = options.b_factors.steps = 0;
    options.mask.probe_radius = probe;
    options.mask.shrink_radius = shrink;
    return refined(options).solvent_fraction;
  };
  const double usual = fraction(1.1, 0.9), larger = fraction(1.8, 0.9), deeper = fraction(1.1, 1.1),
               atoms = fraction(0, 0);
  if (!root()) return;
  CHECK(larger < usual);
  CHECK(deeper > usual);
  CHECK(atoms > usual);
  CHECK(larger > 0);
  CHECK(atoms < 1);
}

TEST_CASE("shell scales: none, each shell's own, a curve; auto follows the solvent") {
  const auto end = [&](const char* shell_scales, bool solvent) {
    RefineOptions options = short_run();
    options.scaling.shell_scales = shell_scales;
    options.scaling.bulk_solvent = solvent;
    return refined(options);
  };
  const FormStatus none = end("none", true), own = end("independent", true);
  const FormStatus curve = end("averaged", true), with = end("auto", true);
  const FormStatus own_dry = end("independent", false), without = end("auto", false);
  if (!root()) return;
  CHECK(none.scales.shell_scale.empty());
  REQUIRE(own.scales.shell_scale.size() == own.agreement.shells.size());
  // What is left to scale: nothing where each shell has its own.
  for (const auto& shell : own.agreement.shells) CHECK(shell.scale == Approx(1).epsilon(1e-9));
  CHECK(curve.scales.shell_scale.size() == curve.agreement.shells.size());
  CHECK(with.scales.shell_scale == curve.scales.shell_scale);
  CHECK(without.scales.shell_scale == own_dry.scales.shell_scale);
}

TEST_CASE("k_mask by shells serves a refinement, and its isotropic B moves into the atoms") {
  RefineOptions options = short_run();
  options.scaling.shell_mask = true;
  options.scaling.k_sol = 0.3;
  const FormStatus end = refined(options);
  if (!root()) return;
  REQUIRE(!end.scales.shell_mask.empty());
  CHECK(end.scales.shell_mask.size() == end.scales.mask_s2.size());
  for (double k : end.scales.shell_mask) CHECK((k >= 0 && k <= 1));
  CHECK(std::isfinite(end.agreement.overall.r_work));
}
