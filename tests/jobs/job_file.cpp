// SPDX-License-Identifier: MPL-2.0
// Job files that cannot be run.
#include "jobs/program.hpp"
#include "support/catch.hpp"

using namespace polyform::test;

namespace {

const std::string forms =
    "forms:\n  - {name: a, model: " + example_model + ", data: " + example_data + "}\n";

void refused(const std::string& job, const std::vector<std::string>& words) {
  const fs::path directory = fresh_directory("job_file");
  write(directory / "job.yaml", job);
  check_refused(2, "refine job.yaml", directory, words);
}

}  // namespace

TEST_CASE("a job file that is not there, or a directory, is refused", "[job_file]") {
  const fs::path directory = fresh_directory("job_file");
  check_refused(3, "refine absent.yaml", directory, {"absent.yaml", "No such file"});
  fs::create_directory(directory / "inside");
  check_refused(3, "refine inside", directory, {"inside", "is a directory"});
}
TEST_CASE("a job file that is no YAML, or binary, or empty, is refused", "[job_file]") {
  refused("forms: [\nscaling: 3", {"job.yaml:", "is not YAML"});
  refused(content(example_model), {"job.yaml"});
  refused("", {"job.yaml", "holds no options"});
}
TEST_CASE("misspelt options of a job file are refused with their place", "[job_file]") {
  refused(forms + "scaling:\n  shels: 20\n",
          {"job.yaml:4:3: scaling.shels is not an option; did you mean 'shells'?"});
  refused(forms + "kik:\n  first: 0.1\n",
          {"job.yaml:3:1: kik is not an option; did you mean 'kick'?"});
}
TEST_CASE("an option given twice is refused", "[job_file]") {
  refused(forms + "cycles: 1\ncycles: 2\n", {"job.yaml:4:1: cycles is given twice"});
}
TEST_CASE("values of the wrong kind in a job file are refused", "[job_file]") {
  refused(forms + "cycles: many\n", {"job.yaml:3:9: cycles is 'many'"});
  refused(forms + "kick: 3\n", {"job.yaml:3:7: kick is not a group of options"});
  refused(forms + "target: [ML]\n", {"job.yaml:3:9: target is a list"});
  refused("forms: 1cbs\n", {"job.yaml:1:8: forms is not a list"});
}
TEST_CASE("values out of range in a job file are refused", "[job_file]") {
  refused(forms + "positions: {ratio: 0}\n", {"positions.ratio is 0; allowed is 0.05 to 100"});
  refused(forms + "b_factors: {minimal: 50, maximal: 20}\n",
          {"b_factors.minimal 50 must be smaller"});
}
TEST_CASE("a form without data, or two of one name, are refused", "[job_file]") {
  refused("forms: [{model: a.pdb}]\n", {"form 1 has no data"});
  refused("cycles: 3\n", {"names no crystal form"});
  refused("forms: [{name: a, model: a, data: b}, {name: a, model: a, data: b}]\n",
          {"two forms are called 'a'"});
}
TEST_CASE("many mistakes of a job file come in one message", "[job_file]") {
  refused(forms + "cycles: x\ntarget: y\nseeds: 1\n",
          {"3 mistakes", "job.yaml:3:", "job.yaml:4:", "job.yaml:5:"});
}

TEST_CASE("a selection that calls a set which is not there is refused", "[job_file]") {
  refused(forms + "sets: [{name: loop, atoms: residues A 10-20}]\npositions: {active: lop}\n",
          {"job.yaml: positions.active, column 1 of 'lop': no set is called 'lop'; did you mean "
           "'loop'?"});
}
TEST_CASE("a selection without an atom in any form is refused and named", "[job_file]") {
  refused(forms + "sets: [{name: loop, atoms: chain Z}]\n",
          {"set loop: 'chain Z' selects no atom", "1cbs", "(chains A)"});
  refused(forms + "positions: {active: hydrogens}\n",
          {"positions.active: 'hydrogens' selects no atom", "model.hydrogens is keep"});
}
TEST_CASE("check tells what each set holds, alike on one rank and on two", "[job_file]") {
  const fs::path directory = fresh_directory("job_file");
  write(directory / "job.yaml",
        forms + "sets:\n  - {name: site, atoms: whole near 4 of ligand, exclude: [water]}\n" +
            "positions: {active: site or ligand}\n");
  const Result alone = run(0, "check job.yaml", directory);
  const Result two = run(2, "check job.yaml", directory);
  CHECK(alone.code == 0);
  CHECK(two.code == 0);
  const auto part = [](const std::string& text) {
    const std::size_t from = text.find("selections of atoms");
    return from == std::string::npos ? "" : text.substr(from, text.find("forms, ranks and memory") - from);
  };
  CHECK(part(alone.out) == part(two.out));
  CHECK_THAT(part(alone.out),
             Catch::Contains("set site: (whole near 4 of ligand) and not (water)") &&
                 Catch::Contains("positions.active: site or ligand") &&
                 Catch::Contains("A/PHE 15/N to A/REA 200/O2"));
}
