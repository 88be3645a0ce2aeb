// SPDX-License-Identifier: MPL-2.0
// Command lines that cannot be understood, and those that only ask for help.
#include "jobs/program.hpp"
#include "support/catch.hpp"

using namespace polyform::test;
using Catch::Contains;

namespace {
void refused(const std::string& arguments, const std::vector<std::string>& words) {
  static const fs::path directory = fresh_directory("command_line");
  check_refused(2, arguments, directory, words);
}
const std::string files = example_model + " " + example_data;
}  // namespace

TEST_CASE("a command that does not exist is refused with the nearest one", "[command_line]") {
  refused("refin a.pdb a.mtz", {"'refin' is not a command", "did you mean 'refine'?"});
}
TEST_CASE("a flag that does not exist is refused with the nearest one", "[command_line]") {
  refused("refine " + files + " --lables F,SIGF", {"--lables is not a flag", "--labels"});
}
TEST_CASE("a flag without its value is refused", "[command_line]") {
  refused("refine " + files + " --target", {"--target needs a value"});
}
TEST_CASE("a flag given twice is refused", "[command_line]") {
  refused("refine " + files + " --seed 1 --seed 2", {"--seed is given more than once"});
}
TEST_CASE("no files, one file and three files are refused", "[command_line]") {
  refused("refine", {"no files given", "MODEL DATA"});
  refused("check " + example_model, {"alone is not enough"});
  refused("refine " + files + " " + example_data, {"3 files given"});
}
TEST_CASE("--set without a value, or of what is no option, is refused", "[command_line]") {
  refused("refine " + files + " --set cycles", {"--set cycles", "value"});
  refused("refine " + files + " --set scaling.shels=3",
          {"scaling.shels is not an option", "'shells'"});
}
TEST_CASE("values out of range, of the wrong kind or no choice are refused", "[command_line]") {
  refused("refine " + files + " --set cycles=-1", {"cycles is -1", "0 to 1000"});
  refused("refine " + files + " --seed one", {"--seed one", "not a whole number"});
  refused("refine " + files + " --target MLHL", {"--target MLHL", "one of ML, ML_EST"});
}
TEST_CASE("all mistakes of a command line come in one message", "[command_line]") {
  refused("refine " + files + " --target X --seed y --set a=b",
          {"3 mistakes", "--target X", "--seed y", "a is not an option"});
}
TEST_CASE("help, version and options are printed once on any number of ranks", "[command_line]") {
  const fs::path directory = fresh_directory("help");
  for (const std::string arguments :
       {"--version", "--help", "refine --help", "help check", "options", ""}) {
    const Result alone = run(0, arguments, directory), on_three = run(3, arguments, directory);
    INFO(arguments << "\n" << alone.err << on_three.err);
    CHECK(alone.code == 0);
    CHECK(on_three.code == 0);
    CHECK_FALSE(alone.out.empty());
    CHECK(alone.out == on_three.out);
  }
  CHECK_THAT(run(0, "refine --help", directory).out, Contains("--free-value"));
}
