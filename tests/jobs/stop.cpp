// SPDX-License-Identifier: MPL-2.0
// A signal stops a refinement after its step, with everything written.
#include <nlohmann/json.hpp>

#include "jobs/program.hpp"
#include "support/catch.hpp"

using namespace polyform::test;

namespace {

// Long enough to be stopped, each step quick.
const std::string endless =
    "refine " + example_model + " " + example_data +
    " --set forms.d_min=3.5 --set positions.steps=500 --cycles 500 --out out";

// Sends the signal to the program once its trace tells of a step.
std::string signalled_run(const std::string& signal) {
  return "sh -c '\"$@\" & child=$!; i=0; while ! grep -q step out/trace.jsonl 2> /dev/null; do "
         "sleep 0.1; i=$((i + 1)); [ $i -gt 900 ] && break; done; kill -" +
         signal + " $child; wait $child' sh";
}

}  // namespace

TEST_CASE("SIGTERM, SIGINT and SIGUSR1 stop the run after its step, outputs written", "[stop]") {
  for (const std::string signal : {"TERM", "INT", "USR1"}) {
    const fs::path directory = fresh_directory("stop");
    const Result result = run(0, endless, directory, signalled_run(signal));
    INFO(signal << "\n" << result.err);
    CHECK(result.code == 0);
    const auto summary = nlohmann::json::parse(content(directory / "out/summary.json"));
    CHECK(summary.at("status") == "stopped");
    CHECK(summary.at("stopped_because") == "asked to stop");
    CHECK(fs::exists(directory / "out/1cbs.pdb"));
    CHECK(fs::exists(directory / "out/1cbs.mtz"));
  }
}

TEST_CASE("SIGUSR1 to mpirun stops a run on two ranks", "[stop]") {
  const fs::path directory = fresh_directory("stop");
  const Result result = run(2, endless, directory, signalled_run("USR1"));
  INFO(result.err);
  CHECK(result.code == 0);
  const auto summary = nlohmann::json::parse(content(directory / "out/summary.json"));
  CHECK(summary.at("status") == "stopped");
}
