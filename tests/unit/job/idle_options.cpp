// SPDX-License-Identifier: MPL-2.0
// Options that have no effect are told with the reason, those that have one are not.
#include "polyform/job/idle_options.hpp"

#include "polyform/job/read_job.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::job;

namespace {

// What is said of a job of one form with these assignments, all in one text.
std::string said(const std::vector<std::string>& assignments) {
  Job job;
  job.forms.resize(1);
  job.forms[0].name = "a";
  for (const std::string& text : assignments) set_options(job, {parse_set(text)});
  std::string all;
  for (const std::string& line : idle_options(job)) all += line + "\n";
  return all;
}

}  // namespace

TEST_CASE("a job at its defaults has no idle options") { CHECK(said({}).empty()); }

TEST_CASE("options of targets that a job does not use are told") {
  CHECK_THAT(said({"lsq.weights=sigma"}),
             Catch::Contains("lsq.weights") && Catch::Contains("no target is LSQ"));
  CHECK(said({"lsq.weights=sigma", "target=LSQ"}).empty());
  CHECK(said({"lsq.weights=sigma", "b_factors.target=LSQ"}).empty());
  CHECK_THAT(said({"missing_atoms.number=50"}), Catch::Contains("no target is ML_EST"));
  CHECK_THAT(said({"free_kick.models=5", "target=ML_EST"}), Catch::Contains("no target is ML_FK"));
  CHECK_THAT(said({"map.source=2Fo-Fc"}), Catch::Contains("no target is MAP"));
  CHECK(said({"map.source=2Fo-Fc", "target=MAP"}).empty());
  CHECK_THAT(said({"map.source=2Fo-Fc", "target=DIFF"}), Catch::Contains("no target is MAP"));
  CHECK(said({"map.scale=2", "target=DIFF"}).empty());  // of the difference map
  CHECK_THAT(said({"map.scale=2"}), Catch::Contains("no target is MAP or DIFF"));
}

TEST_CASE("options that others switch off are told") {
  CHECK_THAT(said({"b_factors.group=0.1"}), Catch::Contains("SINGLE"));
  CHECK(said({"b_factors.group=0.1", "b_factors.define=RESIDUE"}).empty());
  CHECK_THAT(said({"occupancies.conformers=false"}), Catch::Contains("occupancies.steps is 0"));
  CHECK(said({"occupancies.conformers=false", "occupancies.steps=5"}).empty());
  CHECK_THAT(said({"scaling.shell_mask=true", "scaling.bulk_solvent=false"}),
             Catch::Contains("scaling.bulk_solvent is off"));
  CHECK_THAT(said({"positions.ratio=1", "positions.weight=2"}), Catch::Contains("positions.ratio"));
}

TEST_CASE("kicks that never come are told") {
  CHECK_THAT(said({"kick.last=0.3", "cycles=1"}), Catch::Contains("kick.last"));
  CHECK(said({"kick.last=0.3"}).empty());
  CHECK_THAT(said({"kick.first=0.3", "kick.cycles=3", "cycles=1"}), Catch::Contains("of 1"));
  CHECK_THAT(said({"kick.cycles=3"}), Catch::Contains("no amplitude"));
}

TEST_CASE("an option of one form is judged by that form's target") {
  Job job;
  job.forms.resize(2);
  job.forms[0].name = "a";
  job.forms[1].name = "b";
  job.forms[1].own.entries = {{"lsq.weights", "sigma"}};
  job.refine.target = "ML";
  job.refine.own = {job.refine, job.refine};
  REQUIRE(idle_options(job).size() == 1);
  CHECK_THAT(idle_options(job)[0], Catch::Contains("forms.b.own: lsq.weights"));
  job.refine.own[1].target = "LSQ";
  CHECK(idle_options(job).empty());
}
