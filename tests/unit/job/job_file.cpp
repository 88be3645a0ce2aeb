// SPDX-License-Identifier: MPL-2.0
// Job files: what is read, and every mistake with its place.
#include <fstream>

#include "polyform/base/error.hpp"
#include "polyform/job/read_job.hpp"
#include "polyform/job/write_job.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;
using Catch::Contains;

namespace {

std::filesystem::path file(const std::string& text) {
  const auto path = test::scratch() / "job.yaml";
  std::ofstream(path) << text;
  return path;
}

std::string mistakes_in(const std::string& text) {
  try {
    job::read_job(file(text));
  } catch (const base::UsageError& error) {
    std::string message = error.what();
    const std::string directory = test::scratch().string() + "/";
    for (std::size_t at; (at = message.find(directory)) != std::string::npos;)
      message.erase(at, directory.size());
    return message;
  }
  return "";
}

const std::string forms = "forms:\n  - {model: a.pdb, data: a.mtz}\n";

}  // namespace

TEST_CASE("a job file gives its options and leaves the others at their defaults") {
  const job::Job read = job::read_job(file(
      "forms:\n  - name: wet\n    model: a.pdb\n    data: /data/a.mtz\n    labels: [FP, SIGFP]\n"
      "    d_min: 2.5\nscaling:\n  shells: 20\n  bulk_solvent: no\nkick: {first: 3e-1}\ncycles: "
      "3\n"));
  REQUIRE(read.forms.size() == 1);
  CHECK(read.forms[0].name == "wet");
  CHECK(read.forms[0].columns.labels == std::vector<std::string>{"FP", "SIGFP"});
  CHECK(read.forms[0].columns.d_min == 2.5);
  CHECK(read.refine.scaling.shells == 20);
  CHECK_FALSE(read.refine.scaling.bulk_solvent);
  CHECK(read.refine.kick.first == 0.3);
  CHECK(read.refine.cycles == 3);
  CHECK(read.refine.target == job::Job{}.refine.target);
}

TEST_CASE("paths in a job file are relative to the job file") {
  const job::Job read =
      job::read_job(file("forms:\n  - {model: ../a.pdb, data: /data/a.mtz}\nout: "
                         "results\ndictionary: {ligands: [x.cif]}\n"));
  CHECK(read.forms[0].model == (test::scratch().parent_path() / "a.pdb").string());
  CHECK(read.forms[0].data == "/data/a.mtz");
  CHECK(read.out == (test::scratch() / "results").string());
  CHECK(read.dictionary.ligands[0] == (test::scratch() / "x.cif").string());
  CHECK(read.dictionary.monomers.empty());
}

TEST_CASE("an unknown option is named with its place and the nearest name") {
  CHECK_THAT(mistakes_in("scaling:\n  shels: 20\n"),
             Contains("job.yaml:2:3: scaling.shels is not an option; did you mean 'shells'?"));
}

TEST_CASE("an option in the wrong group is sent to the right one") {
  CHECK_THAT(
      mistakes_in("probe_radius: 1\n"),
      Contains("job.yaml:1:1: probe_radius is not an option; did you mean 'mask.probe_radius'?"));
  CHECK_THAT(mistakes_in("d_min: 2\n"), Contains("did you mean 'forms.d_min'?"));
}

TEST_CASE("all mistakes of a job file are reported together") {
  const std::string message =
      mistakes_in(forms +
                  "cycles: many\nseed: 1\nseed: 2\ntarget: MLL\nkick:\n"
                  "  first: 9\n  lats: 1\nscaling: 5\npositions:\n  steps: [1]\n");
  CHECK_THAT(message, Contains("7 mistakes"));
  CHECK_THAT(message, Contains("job.yaml:3:9: cycles is 'many', which is not a whole number"));
  CHECK_THAT(message, Contains("job.yaml:5:1: seed is given twice"));
  CHECK_THAT(message, Contains("job.yaml:6:9: target is 'MLL', which is not one of ML, ML_EST"));
  CHECK_THAT(message, Contains("did you mean 'ML'?"));
  CHECK_THAT(message, Contains("job.yaml:8:10: kick.first is 9; allowed is 0 to 5 A"));
  CHECK_THAT(message, Contains("job.yaml:9:3: kick.lats is not an option; did you mean 'last'?"));
  CHECK_THAT(message, Contains("job.yaml:10:10: scaling is not a group of options"));
  CHECK_THAT(message,
             Contains("job.yaml:12:10: positions.steps is a list, which is not a whole number"));
}

TEST_CASE("what is not YAML is told with the line where it ends to be") {
  CHECK_THAT(mistakes_in("forms: [\ncycles: 3\n"), Contains("is not YAML"));
  CHECK_THAT(mistakes_in("cycles: 3\n\tseed: 1\n"), Contains("job.yaml:2:"));
  CHECK_THAT(mistakes_in(""), Contains("holds no options"));
  CHECK_THAT(mistakes_in("just words\n"), Contains("holds no options"));
  CHECK_THAT(mistakes_in("cycles: 1\n---\ncycles: 2\n"), Contains("several YAML documents"));
}

TEST_CASE("values of the wrong kind are refused") {
  CHECK_THAT(mistakes_in("cycles: 2.5\n"), Contains("not a whole number"));
  CHECK_THAT(mistakes_in("cycles: 99999999999\n"), Contains("not a whole number"));
  CHECK_THAT(mistakes_in("cycles:\n"), Contains("cycles has no value"));
  CHECK_THAT(mistakes_in("kick: {first: .nan}\n"), Contains("not a number"));
  CHECK_THAT(mistakes_in("kick: {first: 0.1A}\n"), Contains("not a number"));
  CHECK_THAT(mistakes_in("scaling: {bulk_solvent: 2}\n"), Contains("neither true nor false"));
  CHECK_THAT(mistakes_in("forms: 3\n"), Contains("forms is not a list"));
  CHECK_THAT(mistakes_in("forms: [a.pdb]\n"), Contains("forms[1] is not a group of options"));
  CHECK_THAT(mistakes_in("[1, 2]: 3\n"), Contains("the name of an option is expected here"));
}

TEST_CASE("a job file that is not there, or a directory, is an input error") {
  CHECK_THROWS_AS(job::read_job(test::scratch() / "absent.yaml"), base::InputError);
  CHECK_THROWS_AS(job::read_job(test::scratch()), base::InputError);
}

TEST_CASE("a job as written reads back the same, every option stated") {
  job::Job job = job::read_job(file(forms));
  job.forms[0].name = "it's \"odd\": #1\\";
  job.forms[0].columns.labels = {"F(+),x", "null", ""};
  job.refine.positions.ratio = 0.1 + 0.2;
  job.refine.scaling.bulk_solvent = false;
  job.refine.b_factors.bond = -1;
  const std::string text = job::write_job(job);
  const job::Job again = job::read_job(file(text));
  CHECK(again.forms[0].name == job.forms[0].name);
  CHECK(again.forms[0].columns.labels == job.forms[0].columns.labels);
  CHECK(job::write_job(again) == text);
  for (const job::NamedValue& option : job::values_of(job)) {
    const std::string name = option.option.substr(option.option.rfind('.') + 1);
    CHECK_THAT(text, Contains(name + ":"));
  }
}

TEST_CASE("a selection is an expression or a list of them, read back as it was written") {
  const job::Job read = job::read_job(
      file(forms + "sets:\n  - {name: loop, atoms: [residues A 10-20, 'chain B and water']}\n"
                   "  - name: site\n    atoms: near 5 of loop\n    exclude: [hydrogens]\n"
                   "positions:\n  active: |\n    loop or\n    site\n"));
  REQUIRE(read.sets.size() == 2);
  CHECK(read.sets[0].atoms.text == "(residues A 10-20) or (chain B and water)");
  CHECK(read.sets[1].exclude.text == "hydrogens");
  CHECK(read.refine.positions.active.text == "loop or\nsite");
  const job::Job again = job::read_job(file(job::write_job(read)));
  CHECK(again.sets[0].atoms == read.sets[0].atoms);
  CHECK(again.sets[1].exclude == read.sets[1].exclude);
  CHECK(again.refine.positions.active == read.refine.positions.active);
}

TEST_CASE("the selections of a job are found with the names of their options") {
  job::Job job;
  CHECK(job::selections_of(job).empty());
  job.sets = {{"loop", {"chain A"}, {}, {"water"}}};
  job.refine.positions.active.text = "loop";
  const auto selections = job::selections_of(job);
  REQUIRE(selections.size() == 3);
  CHECK(selections[0].option == "sets.loop.atoms");
  CHECK(selections[1].option == "sets.loop.exclude");
  CHECK(selections[1].text == "water");
  CHECK(selections[2].option == "positions.active");
  CHECK(selections[2].text == "loop");
}

TEST_CASE("an expression that is no selection is named with its place and column") {
  CHECK_THAT(mistakes_in("positions:\n  active: water adn ligand\n"),
             Contains("job.yaml:2:11: positions.active is 'water adn ligand', which is not a "
                      "selection of atoms: column 7: 'and' or 'or' is expected before 'adn'"));
  CHECK_THAT(mistakes_in("sets:\n  - {name: a, atoms: [water, 'b >']}\n"),
             Contains("job.yaml:2:22: sets[1].atoms entry 2 is 'b >'") && Contains("column 4"));
  CHECK_THAT(mistakes_in("positions: {active: {chain: A}}\n"),
             Contains("positions.active is a group of options, which is not a selection of atoms"));
}
