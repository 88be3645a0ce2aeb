// SPDX-License-Identifier: MPL-2.0
// Command lines to jobs.
#include "app/command_line.hpp"

#include <fstream>

#include "polyform/base/error.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;
using Catch::Contains;
using Words = std::vector<std::string>;

namespace {

std::string mistake(const Words& arguments) {
  try {
    app::understand("refine", arguments);
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("MODEL DATA with flags makes a job of one form") {
  const app::Request request = app::understand(
      "refine",
      {"1abc.pdb",    "--labels", "F,SIGF,FREE",    "--free-value", "1",     "1abc.mtz",
       "--ligand",    "a.cif",    "--ligand=b.cif", "--target",     "LSQ",   "--seed=7",
       "--make-free", "5",        "--set",          "cycles=2",     "--set", "kick.first=0.1",
       "--out",       "here",     "--monomers",     "lib"});
  const job::Job& job = request.job;
  REQUIRE(job.forms.size() == 1);
  CHECK(job.forms[0].name == "1abc");
  CHECK(job.forms[0].columns.labels == Words{"F", "SIGF", "FREE"});
  CHECK(job.forms[0].columns.free_value == 1);
  CHECK(job.forms[0].columns.make_free == 5);
  CHECK(job.dictionary.ligands.size() == 2);
  CHECK(job.dictionary.monomers == (std::filesystem::current_path() / "lib").string());
  CHECK(job.refine.target == "LSQ");
  CHECK(job.refine.seed == 7);
  CHECK(job.refine.cycles == 2);
  CHECK(job.refine.kick.first == 0.1);
  CHECK(job.out == (std::filesystem::current_path() / "here").string());
  CHECK(request.stem == "1abc");
}

TEST_CASE("flags change what a job file says; a directory in a flag is the user's") {
  const auto path = test::scratch() / "two.yaml";
  std::ofstream(path) << "forms: [{model: a.pdb, data: a.mtz}]\nseed: 3\ncycles: 4\nout: inside\n";
  const app::Request request =
      app::understand("refine", {path.string(), "--seed", "9", "--out", "x"});
  CHECK(request.job.refine.seed == 9);
  CHECK(request.job.refine.cycles == 4);
  CHECK(request.job.out == (std::filesystem::current_path() / "x").string());
  CHECK(request.job.forms[0].model == (test::scratch() / "a.pdb").string());
  CHECK(request.stem == "two");
}

TEST_CASE("flags that do not exist, lack a value or come twice are named") {
  CHECK_THAT(mistake({"a.pdb", "a.mtz", "--lables", "x"}),
             Contains("--lables is not a flag; did you mean --labels?"));
  CHECK_THAT(mistake({"a.pdb", "a.mtz", "--target"}), Contains("--target needs a value"));
  CHECK_THAT(mistake({"a.pdb", "a.mtz", "--seed", "1", "--seed", "2"}),
             Contains("--seed is given more than once"));
  CHECK_THAT(mistake({"a.pdb", "a.mtz", "--seed", "one"}),
             Contains("--seed one: seed is 'one', which is not a whole number"));
}

TEST_CASE("a refinement needs a job file, or a model and its data") {
  CHECK_THAT(mistake({}), Contains("no files given"));
  CHECK_THAT(mistake({"a.pdb"}), Contains("a.pdb alone is not enough"));
  CHECK_THAT(mistake({"a.pdb", "a.mtz", "b.mtz"}), Contains("b.mtz is one too many"));
}

TEST_CASE("a simulation needs a model alone, and has flags of its own") {
  const app::Request request =
      app::understand("simulate", {"1abc.pdb", "--space-group", "P 61 2 2", "--cell",
                                   "90,90,140,90,90,120", "--copies=2", "--d-min", "2.8"});
  const simulate::SimulateOptions& options = request.job.simulate;
  CHECK(request.job.forms.at(0).name == "1abc");
  CHECK(options.space_group == "P 61 2 2");
  CHECK(options.cell == std::vector<double>{90, 90, 140, 90, 90, 120});
  CHECK(options.copies == 2);
  CHECK(options.d_min == 2.8);
  CHECK_THROWS_AS(app::understand("simulate", {"1abc.pdb", "1abc.mtz"}), base::UsageError);
  CHECK_THROWS_AS(app::understand("simulate", {"1abc.pdb", "--target", "ML"}), base::UsageError);
  CHECK_THROWS_AS(app::understand("refine", {"1abc.pdb", "1abc.mtz", "--copies", "2"}),
                  base::UsageError);
}

TEST_CASE("asking for help needs nothing else") {
  CHECK(app::understand("refine", {"--help"}).help);
  CHECK_THAT(app::flags_help("refine"), Contains("--free-value") && Contains("--set"));
}
