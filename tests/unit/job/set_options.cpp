// SPDX-License-Identifier: MPL-2.0
// --set: single options by name, and a job made complete.
#include "polyform/base/error.hpp"
#include "polyform/job/read_job.hpp"
#include "polyform/job/write_job.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"

using namespace polyform;
using Catch::Contains;

namespace {

job::Job two_forms() {
  job::Job job;
  job.forms = {{"wet", "wet.pdb", "wet.mtz", 1, {}, {}, {}},
               {"dry", "dry.pdb", "dry.mtz", 1, {}, {}, {}}};
  return job;
}

void set(job::Job& job, const std::string& text) { job::set_options(job, {job::parse_set(text)}); }

std::string mistake(const std::string& text) {
  job::Job job = two_forms();
  try {
    set(job, text);
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return "";
}

std::string incomplete(job::Job job) {
  try {
    job::complete(job, "job.yaml");
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("--set reaches every depth of the options") {
  job::Job job = two_forms();
  set(job, "cycles=2");
  set(job, "scaling.shells=20");
  set(job, "scaling.bulk_solvent=off");
  set(job, "dictionary.ligands=a.cif,b.cif");
  set(job, "positions.ratio=2e0");
  CHECK(job.refine.cycles == 2);
  CHECK(job.refine.scaling.shells == 20);
  CHECK_FALSE(job.refine.scaling.bulk_solvent);
  CHECK(job.dictionary.ligands == std::vector<std::string>{"a.cif", "b.cif"});
  CHECK(job.refine.positions.ratio == 2.0);
}

TEST_CASE("--set changes all forms, or the one that is named or numbered") {
  job::Job job = two_forms();
  set(job, "forms.d_min=2.5");
  CHECK(job.forms[0].columns.d_min == 2.5);
  CHECK(job.forms[1].columns.d_min == 2.5);
  set(job, "forms.dry.d_min=3");
  set(job, "forms.1.labels=[F, SIGF]");
  CHECK(job.forms[0].columns.d_min == 2.5);
  CHECK(job.forms[1].columns.d_min == 3.0);
  CHECK(job.forms[0].columns.labels == std::vector<std::string>{"F", "SIGF"});
  CHECK(job.forms[1].columns.labels.empty());
}

TEST_CASE("--set makes the same checks as a job file and says what was typed") {
  CHECK_THAT(
      mistake("scaling.shels=2"),
      Contains("--set scaling.shels=2: scaling.shels is not an option; did you mean 'shells'?"));
  CHECK_THAT(mistake("scalin.shells=2"),
             Contains("scalin.shells is not an option; did you mean 'scaling.shells'?"));
  CHECK_THAT(mistake("cycles=x"), Contains("cycles is 'x', which is not a whole number"));
  CHECK_THAT(mistake("scaling=2"), Contains("scaling is a group of options"));
  CHECK_THAT(mistake("kick.first=7"), Contains("kick.first is 7; allowed is 0 to 5 A"));
  CHECK_THAT(mistake("forms.moist.d_min=2"), Contains("forms has no entry called 'moist'"));
  CHECK_THAT(mistake("forms.dmin=2"),
             Contains("forms.dmin is not an option; did you mean 'd_min'?"));
  CHECK_THROWS_AS(job::parse_set("cycles"), base::UsageError);
  CHECK_THROWS_AS(job::parse_set("=3"), base::UsageError);
}

TEST_CASE("mistakes of several --set are reported together") {
  job::Job job = two_forms();
  try {
    job::set_options(job, {job::parse_set("cycles=x"), job::parse_set("sed=1")});
    FAIL("no error");
  } catch (const base::UsageError& error) {
    CHECK_THAT(error.what(), Contains("2 mistakes") && Contains("cycles is 'x'") &&
                                 Contains("did you mean 'seed'?"));
  }
}

TEST_CASE("forms are named after their models, paths become absolute") {
  job::Job job = two_forms();
  job.forms[0].name.clear();
  job.forms[0].model = "some/where/1cbs best.cif.gz";
  job::complete(job, "job.yaml");
  CHECK(job.forms[0].name == "1cbs_best");
  CHECK(job.forms[0].model ==
        (std::filesystem::current_path() / "some/where/1cbs best.cif.gz").string());
  CHECK(job.out.empty());
}

TEST_CASE("forms without files, with one name or with names no file can have are refused") {
  CHECK_THAT(incomplete({}), Contains("names no crystal form"));
  job::Job job = two_forms();
  job.forms[0].data.clear();
  job.forms[1].model.clear();
  CHECK_THAT(incomplete(job), Contains("form 1 has no data") && Contains("form 2 has no model"));
  job = two_forms();
  job.forms[0].name = "dry";
  CHECK_THAT(incomplete(job), Contains("two forms are called 'dry'"));
  job.forms[0].name = "../wet";
  CHECK_THAT(incomplete(job), Contains("names files, too"));
}

TEST_CASE("limits in the wrong order are refused") {
  job::Job job = two_forms();
  job.refine.b_factors.minimal = 50;
  job.refine.b_factors.maximal = 20;
  job.forms[0].columns.d_min = 3;
  job.forms[0].columns.d_max = 2;
  CHECK_THAT(incomplete(job), Contains("b_factors.minimal 50 must be smaller") &&
                                  Contains("d_min 3 must be smaller than d_max 2"));
}

TEST_CASE("names in selections are those of sets above, or words") {
  const auto refusal = [](const std::vector<crystal::SetOptions>& sets, const std::string& active) {
    job::Job job = two_forms();
    job.sets = sets;
    job.refine.positions.active.text = active;
    return incomplete(job);
  };
  CHECK(refusal({{"loop", {"chain A"}, {}, {}}, {"site", {"near 5 of loop"}, {}, {}}},
                "site and not water") == "");
  CHECK_THAT(refusal({{"loop", {"chain A"}, {}, {}}}, "water or lop"),
             Contains("job.yaml: positions.active, column 10 of 'water or lop': no set is called "
                      "'lop'; did you mean 'loop'?"));
  CHECK_THAT(refusal({}, "protien"), Contains("did you mean 'protein'?"));
  CHECK_THAT(refusal({{"loop", {"chain A or loop"}, {}, {}}}, ""),
             Contains("sets.loop.atoms, column 12") && Contains("'loop' does not stand above"));
  CHECK_THAT(refusal({{"a", {"b2"}, {}, {}}, {"b2", {"a"}, {}, {}}}, ""),
             Contains("sets.a.atoms, column 1 of 'b2': the set 'b2' does not stand above"));
  CHECK_THAT(refusal({{"a", {"water"}, {}, {}}, {"a", {"ligand"}, {}, {}}}, ""),
             Contains("two sets are called 'a'"));
  CHECK_THAT(refusal({{"water", {"chain W"}, {}, {}}}, ""),
             Contains("no set can be called 'water', a word of selections"));
  CHECK_THAT(refusal({{"2nd", {"chain A"}, {}, {}}}, ""), Contains("'2nd' is not a letter"));
  CHECK_THAT(refusal({{"", {"chain A"}, {}, {}}}, ""), Contains("set 1 has no name"));
  CHECK_THAT(refusal({{"a", {}, {}, {"water"}}}, ""), Contains("set 1 has no atoms"));
}

TEST_CASE("sets are among the options that differ from their defaults") {
  job::Job job = two_forms();
  job.sets = {{"loop", {"chain A"}, {}, {}}};
  job.refine.cycles = 77;
  const auto different = job::differences_from_default(job);
  const auto value_of = [&](const std::string& option) {
    for (const job::NamedValue& value : different)
      if (value.option == option) return value.value;
    return std::string("as by default");
  };
  CHECK(value_of("sets.loop.atoms") == "\"chain A\"");
  CHECK(value_of("cycles") == "77");
  CHECK(value_of("positions.steps") == "as by default");
}

TEST_CASE("options that differ from their defaults are found") {
  job::Job job = two_forms();
  CHECK(job::differences_from_default(job).empty());
  set(job, "mask.probe_radius=1.2");
  const auto different = job::differences_from_default(job);
  REQUIRE(different.size() == 1);
  CHECK(different[0].option == "mask.probe_radius");
  CHECK(different[0].value == "1.2");
}

TEST_CASE("a form may have options of its own, in groups or by full names") {
  job::Job job = two_forms();
  set(job, "scaling.shells=20");
  set(job, "forms.dry.own={target: LSQ, scaling: {bulk_solvent: false}, lsq.weights: sigma}");
  set(job, "forms.dry.own.positions.ratio=2");
  job::complete(job, "job.yaml");
  const refine::RefineOptions &wet = job.refine.of(0), &dry = job.refine.of(1);
  CHECK(wet.target == "ML");
  CHECK(wet.scaling.bulk_solvent);
  CHECK(dry.target == "LSQ");
  CHECK_FALSE(dry.scaling.bulk_solvent);
  CHECK(dry.scaling.shells == 20);  // the general option still holds
  CHECK(dry.lsq.weights == "sigma");
  CHECK(dry.positions.ratio == 2);
  SECTION("and they survive being written and read") {
    const std::filesystem::path path = test::written("own.yaml", job::write_job(job));
    job::Job again = job::read_job(path);
    CHECK(again.forms[1].own == job.forms[1].own);
    CHECK(again.forms[0].own.entries.empty());
  }
  SECTION("but not those that steer all forms") {
    set(job, "forms.wet.own={cycles: 3}");
    CHECK_THAT(incomplete(job), Contains("form wet, own: cycles is for all forms together"));
    set(job, "forms.wet.own={scaling.shels: 3}");
    CHECK_THAT(incomplete(job), Contains("did you mean") && Contains("shells"));
    set(job, "forms.wet.own={target: MLL}");
    CHECK_THAT(incomplete(job), Contains("form wet, own: target is 'MLL'"));
  }
  SECTION("a word is no group of options") {
    CHECK_THAT(mistake("forms.wet.own=LSQ"), Contains("is not a group of options"));
  }
}

TEST_CASE("what would be ignored or taken for all atoms is refused") {
  job::Job job = two_forms();
  set(job, "map.file=phases.mtz");
  CHECK_THAT(incomplete(job), Contains("map.source is 2mFo-DFc") && Contains("source: file"));
  set(job, "map.source=file");
  CHECK(incomplete(job).empty());
  job.refine.chemistry.scales.emplace_back();
  job.refine.chemistry.scales.back().name = "loop";
  CHECK_THAT(incomplete(job), Contains("chemistry.scales: loop names no atoms"));
  job.refine.chemistry.scales.back().atoms.text = "all";
  CHECK(incomplete(job).empty());
}
