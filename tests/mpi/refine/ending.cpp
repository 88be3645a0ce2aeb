// SPDX-License-Identifier: MPL-2.0
// When cycles end, and which of them is the result.
#include <cmath>

#include "polyform/refine/protocol.hpp"
#include "refine/kick.hpp"
#include "support/catch.hpp"
#include "support/coordinator.hpp"
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
  options.positions.weight = 1;
  return options;
}

struct Cycles : test::Silent {
  Ensemble* ensemble = nullptr;
  std::vector<double> r_work;  // after each, the start first
  std::vector<std::vector<kernels::Vec3>> xyz;
  std::vector<std::string> notes;
  void cycle(const CycleRecord& record) override {
    r_work.push_back(record.forms[0].agreement.overall.r_work);
    xyz.push_back(ensemble->atoms(0).xyz);
  }
  void note(const std::string& line) override { notes.push_back(line); }
  bool noted(const std::string& words) const {
    for (const std::string& line : notes)
      if (line.find(words) != std::string::npos) return true;
    return false;
  }
};

struct Run {
  Cycles cycles;
  Outcome outcome;
  crystal::Atoms atoms;
};

// Collective; what the coordinator has.
Run run(const RefineOptions& options) {
  const FormInput input =
      test::simulate_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 40, 2.4, 0.3).input;
  Run found;
  Ensemble ensemble(test::world(), {input}, options);
  found.cycles.ensemble = &ensemble;
  on_coordinator(ensemble, test::world(), [&] {
    found.outcome = run_protocol(ensemble, options, found.cycles, [] { return false; });
    found.atoms = ensemble.atoms(0);
  });
  return found;
}

double rms_apart(const std::vector<kernels::Vec3>& a, const std::vector<kernels::Vec3>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]).squaredNorm();
  return std::sqrt(sum / static_cast<double>(a.size()));
}

}  // namespace

TEST_CASE("cycles end when R-work has settled, and the reason says by how much") {
  RefineOptions options = plain_options();
  options.cycles = 40;
  const Run found = run(options);
  if (!test::world().is_root()) return;
  const std::vector<double>& r = found.cycles.r_work;
  REQUIRE(r.size() >= 3);
  CHECK(found.outcome.cycles < 40);
  CHECK(found.outcome.cycles + 1 == static_cast<int>(r.size()));
  const auto lowest_before = [&](std::size_t cycle) {  // of cycles: r[0] is the start
    return *std::min_element(r.begin() + 1, r.begin() + static_cast<std::ptrdiff_t>(cycle));
  };
  CHECK(r.back() > lowest_before(r.size() - 1) - options.ending.settled);
  for (std::size_t cycle = 2; cycle + 1 < r.size(); ++cycle)
    CHECK(r[cycle] <= lowest_before(cycle) - options.ending.settled);
  CHECK(found.outcome.status == "finished");
  CHECK(found.outcome.stopped_because.find("R-work has settled") == 0);
}

TEST_CASE("all cycles are done when asked for, and as long as there are kicks") {
  RefineOptions options = plain_options();
  options.cycles = 7;
  options.ending.settled = 0;
  const Run all = run(options);
  options = plain_options();
  options.cycles = 12;
  options.kick.first = options.kick.last = 0.05;
  options.kick.cycles = 8;
  const Run kicked = run(options);
  if (!test::world().is_root()) return;
  CHECK(all.outcome.cycles == 7);
  CHECK(all.outcome.stopped_because == "cycles done");
  CHECK(kicked.outcome.cycles > 8);
}

TEST_CASE("a last cycle that is worse than an earlier one is told of, and is not the result") {
  RefineOptions options = plain_options();
  options.cycles = 4;
  options.kick.last = 1.2;  // grows from none
  options.positions.steps = 1;
  options.b_factors.steps = 1;
  const Run best = run(options);
  options.ending.best = false;
  const Run last = run(options);
  if (!test::world().is_root()) return;
  const std::vector<double>& r = best.cycles.r_work;
  const auto lowest =
      static_cast<std::size_t>(std::min_element(r.begin() + 1, r.end()) - r.begin());
  REQUIRE(lowest < 4);
  CHECK(best.outcome.cycles == 4);
  CHECK(best.outcome.best_cycle == static_cast<int>(lowest));
  CHECK(best.atoms.xyz == best.cycles.xyz[lowest]);
  CHECK(best.outcome.final[0].agreement.overall.r_work == Approx(r[lowest]).margin(0.002));
  CHECK(best.outcome.last[0].agreement.overall.r_work == r[4]);
  CHECK(best.cycles.noted("cycle " + std::to_string(lowest) + " is kept"));
  CHECK(last.outcome.best_cycle == 4);
  CHECK(last.atoms.xyz == last.cycles.xyz[4]);
  CHECK(rms_apart(best.atoms.xyz, last.atoms.xyz) > 0.1);
}

TEST_CASE("the last kick is found among all kicks, whatever it moves") {
  RefineOptions options;
  options.cycles = 10;
  CHECK(last_kicked_cycle(options) == 0);
  options.kick.first = 0.5;
  options.kick.cycles = 4;
  CHECK(last_kicked_cycle(options) == 3);  // falls to nothing before the fourth
  options.kick.last = 0.1;
  CHECK(last_kicked_cycle(options) == 4);
  NamedKickOptions more;
  more.b_first = 3;
  more.b_last = 1;
  more.cycles = 6;
  options.kicks = {more};
  CHECK(last_kicked_cycle(options) == 6);
  options.kick.cycles = 0;
  CHECK(last_kicked_cycle(options) == 10);
}
