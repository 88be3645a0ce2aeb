// SPDX-License-Identifier: MPL-2.0
// The journal of a run: MAIN's table, the trace, a request to stop.
#include <csignal>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "polyform/base/error.hpp"
#include "polyform/run/run_journal.hpp"
#include "polyform/run/stop_request.hpp"
#include "polyform/run/tables.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/session.hpp"

using namespace polyform;
using Catch::Contains;

namespace {

// The step of MAIN's manual.
refine::StepRecord example_step() {
  refine::StepRecord record;
  record.stage = "positions";
  record.cycle = 1;
  record.steps_planned = 30;
  record.step = {15, 21, 0.63802867e-13, -6507.4916, 24.2193};
  refine::FormTerms form;
  form.energies = {169.3255, 663.3933, 1206.1670, 135.8787, -236.2183, -4877.6440};
  form.target = -3568.3938;
  form.weight = 1;
  form.r_work = 0.370655;
  record.forms = {form};
  return record;
}

refine::CycleRecord example_cycle(int cycle) {
  refine::CycleRecord record;
  record.cycle = cycle;
  record.cycles_planned = 8;
  refine::FormStatus status;
  status.agreement.overall.r_work = 0.1923;
  status.agreement.overall.r_free = std::numeric_limits<double>::quiet_NaN();
  status.agreement.shells = {status.agreement.overall};
  record.forms = {status};
  return record;
}

std::vector<nlohmann::json> lines_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<nlohmann::json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

}  // namespace

TEST_CASE("the table of energies is the one a MAIN user knows") {
  const std::vector<std::string> names = {"1cbs"};
  CHECK(run::energy_table(example_step(), names) ==
        " step:     15      stepsize: 6.38028670E-14\n"
        " summ:    -6507.4916 grad:       24.2193 bond:      169.3255 angl:      663.3933\n"
        " dihe:     1206.1670 impr:      135.8787 vdw :     -236.2183 elec:    -4877.6440\n"
        " dens:    -3568.3938 rval:       37.0655 hold:        0.0000");
}

TEST_CASE("the table of B values tells their restraints instead of the chemistry") {
  refine::StepRecord record = example_step();
  record.stage = "b_factors";
  record.forms[0].b_restraints = 12.5;
  const std::vector<std::string> names = {"1cbs"};
  const std::string table = run::energy_table(record, names);
  CHECK_THAT(table, Contains("brst:       12.5000") && !Contains("bond"));
}

TEST_CASE("with several forms each has its own block") {
  refine::StepRecord record = example_step();
  record.forms.push_back(record.forms[0]);
  const std::vector<std::string> names = {"wet", "dry"};
  CHECK_THAT(run::energy_table(record, names), Contains("form: wet") && Contains("form: dry"));
}

TEST_CASE("the trace holds one object a step and a cycle, each with its schema") {
  const auto path = test::scratch() / "trace.jsonl";
  base::Log log;
  run::Trace trace(path);
  {
    run::RunJournal journal(log, trace, {"1cbs"}, 5, {});
    journal.cycle(example_cycle(0));
    journal.step(example_step());
    journal.cycle(example_cycle(1));
  }
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 4);
  for (const auto& line : lines) CHECK(line.at("schema") == run::trace_schema);
  CHECK(lines[0].at("kind") == "run");
  CHECK(lines[2].at("kind") == "step");
  CHECK(lines[2].at("step") == 15);
  CHECK(lines[2].at("forms").at(0).at("angl") == 663.3933);
  CHECK(lines[3].at("kind") == "cycle");
  CHECK(lines[3].at("forms").at(0).at("overall").at("r_work") == 0.1923);
  CHECK(lines[3].at("forms").at(0).at("overall").at("r_free").is_null());
}

TEST_CASE("after each cycle the trace tells what ranks computed and sent, a line a phase") {
  const auto path = test::scratch() / "traffic.jsonl";
  base::Log log;
  run::Trace trace(path);
  run::FormLookUp look_up;
  look_up.traffic = [] {
    parallel::TrafficReport report;
    report["restraints"].work = {10, 15, 20};
    report["column_exchange"].messages = {3, 3, 3};
    report["column_exchange"].bytes = {100, 150, 250};
    return report;
  };
  {
    run::RunJournal journal(log, trace, {"1cbs"}, 5, {}, look_up);
    journal.cycle(example_cycle(2));
  }
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 4);
  CHECK(lines[1].at("kind") == "cycle");
  const auto& exchange = lines[2];
  CHECK(exchange.at("schema") == run::trace_schema);
  CHECK(exchange.at("kind") == "traffic");
  CHECK(exchange.at("cycle") == 2);
  CHECK(exchange.at("phase") == "column_exchange");
  CHECK(exchange.at("messages").at("mean") == 3);
  CHECK(exchange.at("bytes").at("min") == 100);
  CHECK(exchange.at("bytes").at("mean") == 150);
  CHECK(exchange.at("bytes").at("max") == 250);
  CHECK(exchange.contains("seconds"));
  CHECK(exchange.contains("calls"));
  CHECK(lines[3].at("phase") == "restraints");
  CHECK(lines[3].at("work").at("max") == 20);
}

TEST_CASE(
    "violations are counted in tables of positions and listed after a cycle, B at both ends") {
  const std::vector<std::string> labels = {"A/GLY 1/N", "A/GLY 1/CA", "A/GLY 1/C"};
  restraints::BStatistics all;
  all.group = "all";
  all.count = 3;
  all.mean = 20.5;
  all.bonded = {4.5, 2};
  const run::FormLookUp look_up = {
      [](std::size_t) {
        return run::Violations{4.0, 7, {{"angle", {0, 1, 2}, 120.0, 110.0, 5.5}}};
      },
      [&](std::size_t) { return std::vector{all}; },
      [&](std::size_t) -> const std::vector<std::string>& { return labels; }};
  const auto path = test::scratch() / "violations.jsonl", text = test::scratch() / "violations.log";
  base::Log log;
  log.to_file(text);
  run::Trace trace(path);
  {
    run::RunJournal journal(log, trace, {"1cbs"}, 5, {}, look_up);
    journal.cycle(example_cycle(0));
    journal.step(example_step());
    refine::StepRecord b_step = example_step();
    b_step.stage = "b_factors";
    journal.step(b_step);
    journal.cycle(example_cycle(3));
    journal.cycle(example_cycle(8));
  }
  const auto lines = lines_of(path);
  REQUIRE(lines.size() == 6);
  CHECK(lines[2].at("forms").at(0).at("violations") == 7);
  CHECK_FALSE(lines[3].at("forms").at(0).contains("violations"));
  const auto& violations = lines[4].at("forms").at(0).at("violations");
  CHECK(violations.at("count") == 7);
  CHECK(violations.at("beyond_z") == 4.0);
  CHECK(violations.at("worst").at(0).at("atoms").at(2) == "A/GLY 1/C");
  for (const auto& [line, has_b] : {std::pair(1, true), std::pair(4, false), std::pair(5, true)})
    CHECK(lines[static_cast<std::size_t>(line)].at("forms").at(0).contains("b_statistics") ==
          has_b);
  CHECK(lines[5].at("forms").at(0).at("b_statistics").at(0).at("bonded").at("rms") == 4.5);
  CHECK_THAT(test::content_of(text), Contains("viol: 7 beyond |Z| 4") &&
                                         Contains("7 restraints beyond |Z| 4, the worst 1:") &&
                                         Contains("A/GLY 1/N A/GLY 1/CA A/GLY 1/C"));
}

TEST_CASE("a table of B values has a line a group, and a dash where no pair is") {
  restraints::BStatistics waters;
  waters.group = "waters";
  waters.count = 100;
  waters.mean = 31.25;
  const std::string table = run::b_table({waters});
  CHECK_THAT(table, Contains("waters") && Contains("31.25") && Contains("   -       -"));
}

TEST_CASE("errors of the likelihood are told by shell, with the mean figure of merit") {
  refine::FormStatus status = example_cycle(8).forms[0];
  CHECK(run::error_table(status).empty());
  status.fom = 0.8123;
  CHECK_THAT(run::error_table(status), Contains("0.8123"));
  status.error_shells = {{30.0, 2.5, 900, 50, 0.95, 0.98, 1234.5, 0.91},
                         {2.5, 1.8, 910, 52, 0.80, 0.85, 432.1, 0.72}};
  const std::string table = run::error_table(status);
  CHECK_THAT(table, Contains("30.00 -  2.50     900     50  0.9500  0.9800") &&
                        Contains("0.7200") && Contains("mean figure of merit"));
}

TEST_CASE("anisotropic atoms are told of where there are any") {
  restraints::AnisotropicReport report;
  CHECK(run::anisotropic_line(report).empty());
  report.n_atoms = 835;
  report.anisotropy = 0.45;
  CHECK_THAT(run::anisotropic_line(report),
             Contains("835 anisotropic atoms: mean anisotropy 0.450"));
}

TEST_CASE("the line of progress is taken away before the log speaks") {
  base::Log log;
  run::Trace trace(test::scratch() / "progress.jsonl");
  std::vector<std::string> shown;
  {
    run::RunJournal journal(log, trace, {"1cbs"}, 100,
                            [&](const std::string& line) { shown.push_back(line); });
    journal.step(example_step());
    journal.note("a word");
    journal.step(example_step());
  }
  REQUIRE(shown.size() == 4);
  CHECK_THAT(shown[0], Contains("positions") && Contains("step 15 of 30") && Contains("0.3707"));
  CHECK(shown[1].empty());
  CHECK(shown[3].empty());
}

TEST_CASE("a cycle is one line; no R-free is a dash") {
  const std::vector<std::string> names = {"1cbs"};
  const auto lines = run::cycle_lines(example_cycle(3), names);
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0],
             Contains("cycle 3 of 8") && Contains("R-work 0.1923") && Contains("R-free -"));
}

TEST_CASE("a trace on a full device is an output error") {
  run::Trace trace("/dev/full");
  CHECK_THROWS_AS(trace.add({{"kind", "run"}}), base::OutputError);
}

TEST_CASE("a signal asks for a stop") {
  CHECK_FALSE(run::stop_asked());
  run::listen_for_stop();
  std::raise(SIGUSR1);
  CHECK(run::stop_asked());
}
