// SPDX-License-Identifier: MPL-2.0
// From models and data to a job file that runs: forms, groups of copies, test sets.
#include <cstdio>
#include <gemmi/mtz.hpp>
#include <sstream>

#include "jobs/inputs.hpp"
#include "jobs/program.hpp"
#include "support/catch.hpp"

using namespace polyform::test;

namespace {

// A second crystal of 1CBS with two molecules, and its data, in `directory`.
void make_second(const fs::path& directory) {
  const Result made = run(0,
                          "simulate " + example_model +
                              " --name second --space-group \"P 1 21 1\" --cell "
                              "70,75,80,90,100,90 --copies 2 --d-min 3.5 --seed 2 --out second",
                          directory);
  INFO(made.err);
  REQUIRE(made.code == 0);
}

}  // namespace

TEST_CASE("config finds forms and copies, and its job runs", "[config]") {
  const fs::path directory = fresh_directory("config");
  make_second(directory);
  const Result made = run(0,
                          "config second/second.mtz " + example_model + " second/second.pdb " +
                              example_data + " --set cycles=1 --out both.yaml",
                          directory);
  INFO(made.out << made.err);
  REQUIRE(made.code == 0);
  CHECK_THAT(made.out, Catch::Contains("polyform refine both.yaml"));
  CHECK_THAT(made.err, Catch::Contains("protein_1: 3 copies"));
  const std::string job = content(directory / "both.yaml");
  CHECK_THAT(job, Catch::Contains("local: 4.2") && Catch::Contains("second/B"));
  const Result refined = run(2,
                             "refine both.yaml --out out --set forms.1cbs.d_min=3 --set "
                             "positions.steps=2 --set b_factors.steps=2",
                             directory);
  INFO(refined.err);
  CHECK(refined.code == 0);
  CHECK(fs::exists(directory / "out/second.pdb"));
  CHECK(fs::exists(directory / "out/1cbs.pdb"));
}

TEST_CASE("config leaves residues that differ out of superposed groups", "[config]") {
  const fs::path directory = fresh_directory("config");
  make_second(directory);
  // The first five residues of chain B elsewhere.
  std::string moved;
  std::istringstream lines(content(directory / "second/second.pdb"));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("ATOM") && line[21] == 'B' && std::stoi(line.substr(22, 4)) <= 5) {
      char x[9];
      std::snprintf(x, sizeof x, "%8.3f", std::stod(line.substr(30, 8)) + 6);
      line.replace(30, 8, x);
    }
    moved += line + "\n";
  }
  write(directory / "second/second.pdb", moved);
  const Result made =
      run(0, "config second/second.pdb second/second.mtz --superposed --out job.yaml", directory);
  INFO(made.out << made.err);
  REQUIRE(made.code == 0);
  CHECK_THAT(content(directory / "job.yaml"), Catch::Contains("residues A 1-5"));
  CHECK(run(0, "check job.yaml", directory).code == 0);
}

TEST_CASE("isomorphous forms without a test set get one and the same; with half of one, none",
          "[config]") {
  const fs::path directory = fresh_directory("config");
  fs::copy_file(example_model, directory / "soak.cif.gz");
  write_mtz(directory / "soak.mtz",
            [](gemmi::Mtz& mtz) { mtz.remove_column(mtz.column_with_label("FREE")->idx); });
  fs::copy_file(directory / "soak.mtz", directory / "native.mtz");
  fs::copy_file(example_model, directory / "native.cif.gz");
  const std::string soak = "soak.cif.gz soak.mtz ";
  check_refused(3, "config " + soak + example_model + " " + example_data, directory,
                {"soak.mtz has no test set", "isomorphous"});
  const Result made = run(0, "config " + soak + "native.cif.gz native.mtz", directory);
  INFO(made.err);
  REQUIRE(made.code == 0);
  // `check` would refuse tied forms with unlike test sets.
  CHECK(run(0, "check job.yaml", directory).code == 0);
  const std::string job = content(directory / "job.yaml");
  const std::size_t first = job.find("make_free: 5");
  REQUIRE(first != std::string::npos);
  CHECK(job.find("make_free: 5", first + 1) != std::string::npos);
}

TEST_CASE("isomorphous forms whose test sets contradict each other are refused", "[config]") {
  const fs::path directory = fresh_directory("config");
  for (const std::string seed : {"1", "2"})
    REQUIRE(run(0,
                "simulate " + example_model + " --name s" + seed + " --d-min 4 --seed " + seed +
                    " --out s" + seed,
                directory)
                .code == 0);
  const std::string files = "config s1/s1.pdb s1/s1.mtz s2/s2.pdb s2/s2.mtz";
  check_refused(3, files, directory, {"isomorphous", "in the test set of one alone", "free_sets"});
  CHECK(run(0, files + " --set free_sets=independent", directory).code == 0);
}

TEST_CASE("config refuses what it cannot settle, and overwrites nothing", "[config]") {
  const fs::path directory = fresh_directory("config");
  check_refused(2, "config " + example_model, directory, {"1 models and 0 files of data"});
  check_refused(3, "config " + example_model + " absent.mtz", directory,
                {"absent.mtz", "no such file"});
  write(directory / "notes.txt", "neither\n");
  check_refused(3, "config " + example_model + " notes.txt", directory,
                {"notes.txt is neither a model"});
  write(directory / "job.yaml", "mine");
  check_refused(4, "config " + example_model + " " + example_data, directory,
                {"job.yaml exists", "--out"});
  CHECK(content(directory / "job.yaml") == "mine");
}
