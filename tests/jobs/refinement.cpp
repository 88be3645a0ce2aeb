// SPDX-License-Identifier: MPL-2.0
// Short real refinements of 1CBS, and what they leave.
#include <gemmi/mtz.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "jobs/program.hpp"
#include "polyform/crystal/model.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::test;
using Json = nlohmann::json;

namespace {

const std::string files = example_model + " " + example_data;
const std::string quick = " --set forms.d_min=2.5 --set positions.steps=8 --set b_factors.steps=4 ";

// R-work of each step of a stage and cycle, as the trace tells them.
std::vector<double> r_work_of_steps(const fs::path& trace, const std::string& stage, int cycle) {
  std::istringstream lines(content(trace));
  std::vector<double> r;
  for (std::string line; std::getline(lines, line);) {
    const Json object = Json::parse(line);
    if (object.at("kind") == "step" && object.at("stage") == stage && object.at("cycle") == cycle)
      r.push_back(object.at("forms").at(0).at("r_work"));
  }
  return r;
}

void check_outputs(const fs::path& out, const Json& form) {
  base::Log silent;
  for (const char* kind : {"model", "mmcif"}) {
    const crystal::Model model =
        crystal::read_model(out / form.at(kind).get<std::string>(), {}, silent);
    CHECK(model.atoms.size() == form.at("n_atoms").get<std::size_t>());
  }
  const gemmi::Mtz mtz = gemmi::read_mtz_file(out / form.at("mtz").get<std::string>());
  for (const char* label : {"FP", "SIGFP", "FREE", "FC", "PHIC", "FC_ALL", "PHIC_ALL", "FWT",
                            "PHWT", "DELFWT", "PHDELWT", "FOM"})
    CHECK(mtz.column_with_label(label) != nullptr);
}

// R-work from FP and FC_ALL of the MTZ, as an outsider would compute it.
double r_work_of_mtz(const fs::path& path, int test_value) {
  const gemmi::Mtz mtz = gemmi::read_mtz_file(path);
  const auto column = [&](const char* label) { return mtz.column_with_label(label)->idx; };
  const std::size_t fp = column("FP"), fc = column("FC_ALL"), free = column("FREE");
  double difference = 0, sum = 0;
  for (std::size_t i = 0; i < mtz.data.size(); i += mtz.columns.size()) {
    const float f = mtz.data[i + fp];
    if (std::isnan(f) || mtz.data[i + free] == static_cast<float>(test_value)) continue;
    difference += std::abs(f - mtz.data[i + fc]);
    sum += f;
  }
  return difference / sum;
}

}  // namespace

TEST_CASE("a kicked model comes back, on one rank and on three", "[refinement]") {
  const fs::path directory = fresh_directory("refinement");
  std::vector<Json> summaries;
  for (int ranks : {0, 3}) {
    const fs::path out = directory / ("out" + std::to_string(ranks));
    const Result result = run(
        ranks, "refine " + files + quick + "--cycles 2 --set kick.first=0.4 --out " + out.string(),
        directory);
    INFO(result.err);
    REQUIRE(result.code == 0);
    const Json summary = Json::parse(content(out / "summary.json"));
    CHECK(summary.at("status") == "finished");
    CHECK(summary.at("ranks") == std::max(ranks, 1));
    CHECK(summary.at("cycles") == 2);
    const Json& form = summary.at("forms").at(0);
    CHECK(form.at("space_group") == "P 21 21 21");
    CHECK(form.at("history").size() == 3);  // as it stood, and after two cycles
    CHECK(form.at("history").back().at("r_work") == form.at("final").at("r_work"));
    CHECK_THAT(content(out / "report.html"), Catch::Contains("\"status\": \"finished\""));
    check_outputs(out, form);
    CHECK(r_work_of_mtz(out / "1cbs.mtz", form.at("data").at("free_value")) ==
          Approx(form.at("final").at("r_work").get<double>()).margin(2e-4));

    const std::vector<double> r = r_work_of_steps(out / "trace.jsonl", "positions_and_b", 1);
    REQUIRE(r.size() > 2);
    CHECK(r.back() < r.front() - 0.02);
    CHECK(form.at("final").at("r_work").get<double>() < r.front());
    CHECK_THAT(content(out / "polyform.log"),
               Catch::Contains("stepsize:") && Catch::Contains("R-free"));
    summaries.push_back(form);
  }
  for (const char* which : {"start", "final"})
    for (const char* r : {"r_work", "r_free"})
      CHECK(summaries[0].at(which).at(r).get<double>() ==
            Approx(summaries[1].at(which).at(r).get<double>()).margin(5e-4));
}

TEST_CASE("without cycles the model is reported and written as it stands", "[refinement]") {
  const fs::path directory = fresh_directory("as_it_stands");
  const Result result = run(0, "refine " + files + " --cycles 0 --out out", directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  const Json form = Json::parse(content(directory / "out/summary.json")).at("forms").at(0);
  CHECK(form.at("start") == form.at("final"));
  CHECK(form.at("final").at("r_work").get<double>() < 0.25);
  base::Log silent;
  const crystal::Model before = crystal::read_model(example_model, {}, silent);
  const crystal::Model after = crystal::read_model(directory / "out/1cbs.cif", {}, silent);
  REQUIRE(before.atoms.size() == after.atoms.size());
  double largest = 0;
  for (std::size_t i = 0; i < before.atoms.size(); ++i)
    largest = std::max(largest, (before.atoms.xyz[i] - after.atoms.xyz[i]).norm());
  CHECK(largest < 0.002);
}

TEST_CASE("the job as run runs again, into a fresh directory", "[refinement]") {
  const fs::path directory = fresh_directory("again");
  REQUIRE(run(0, "refine " + files + quick + "--cycles 0", directory).code == 0);
  REQUIRE(fs::exists(directory / "1cbs_polyform/summary.json"));
  REQUIRE(run(0, "refine 1cbs_polyform/job.yaml", directory).code == 0);
  const Json first = Json::parse(content(directory / "1cbs_polyform/summary.json"));
  const Json second = Json::parse(content(directory / "job_polyform/summary.json"));
  CHECK(first.at("forms").at(0).at("final") == second.at("forms").at(0).at("final"));
  REQUIRE(run(0, "refine " + files + quick + "--cycles 0", directory).code == 0);
  CHECK(fs::exists(directory / "1cbs_polyform_2/summary.json"));
}

TEST_CASE("data without a test set are refined by least squares, with maps and without R-free",
          "[refinement]") {
  const fs::path directory = fresh_directory("no_test_set");
  gemmi::Mtz data = gemmi::read_mtz_file(example_data);
  data.remove_column(data.column_with_label("FREE")->idx);
  data.write_to_file(directory / "data.mtz");
  const Result result =
      run(2, "refine " + example_model + " data.mtz --target LSQ --cycles 1" + quick + "--out out",
          directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  const Json form = Json::parse(content(directory / "out/summary.json")).at("forms").at(0);
  CHECK(form.at("n_test") == 0);
  CHECK(form.at("final").at("r_free").is_null());
  CHECK(form.at("final").at("r_work").get<double>() < 0.25);
  const gemmi::Mtz mtz = gemmi::read_mtz_file(directory / "out/1cbs.mtz");
  CHECK(mtz.column_with_label("FREE") == nullptr);
  CHECK(mtz.column_with_label("FOM") == nullptr);
  const auto column = [&](const char* label) { return mtz.column_with_label(label)->idx; };
  const std::size_t fp = column("FP"), fc = column("FC_ALL"), difference = column("DELFWT");
  long n = 0;
  for (std::size_t i = 0; i < mtz.data.size(); i += mtz.columns.size())
    if (!std::isnan(mtz.data[i + fp])) {
      CHECK(mtz.data[i + difference] ==
            Approx(std::abs(mtz.data[i + fp] - mtz.data[i + fc])).margin(0.02));
      ++n;
    }
  CHECK(n > 1000);
}

TEST_CASE("data without a test set are refined with free kicks, with weighted maps",
          "[refinement]") {
  const fs::path directory = fresh_directory("free_kick");
  gemmi::Mtz data = gemmi::read_mtz_file(example_data);
  data.remove_column(data.column_with_label("FREE")->idx);
  data.write_to_file(directory / "data.mtz");
  const Result result = run(
      2, "refine " + example_model + " data.mtz --target ML_FK --cycles 1" + quick + "--out out",
      directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  const Json form = Json::parse(content(directory / "out/summary.json")).at("forms").at(0);
  CHECK(form.at("final").at("r_free").is_null());
  CHECK(form.at("final").at("r_work").get<double>() < 0.25);
  const gemmi::Mtz mtz = gemmi::read_mtz_file(directory / "out/1cbs.mtz");
  const gemmi::Mtz::Column* fom = mtz.column_with_label("FOM");
  REQUIRE(fom != nullptr);
  double sum = 0, n = 0;
  for (float m : *fom)
    if (!std::isnan(m)) {
      CHECK(m >= 0.f);
      CHECK(m <= 1.f);
      sum += m;
      ++n;
    }
  CHECK(n > 1000);
  CHECK(sum / n > 0.6);  // a deposited model at 1.8 A
}

TEST_CASE("all reflections may be refined against, without R-free", "[refinement]") {
  const fs::path directory = fresh_directory("all_reflections");
  const Result kept = run(0, "check " + files, directory);
  const Result all =
      run(0, "check " + files + " --target ML_FK --set forms.test_set=false", directory);
  INFO(all.err);
  REQUIRE(all.code == 0);
  CHECK_THAT(all.err, Catch::Contains("all reflections are refined against"));
  CHECK_THAT(all.out, Catch::Contains(" 0 test,"));
  const auto work = [](const std::string& text) {
    const std::size_t end = text.find(" work,");
    return std::stoi(text.substr(text.rfind(' ', end - 1) + 1));
  };
  const auto test = [](const std::string& text) {
    const std::size_t end = text.find(" test,");
    return std::stoi(text.substr(text.rfind(' ', end - 1) + 1));
  };
  CHECK(test(kept.out) > 100);
  CHECK(work(all.out) == work(kept.out) + test(kept.out));
}

TEST_CASE("check reports and writes nothing", "[refinement]") {
  const fs::path directory = fresh_directory("check");
  const Result result = run(2, "check " + files, directory);
  INFO(result.err);
  CHECK(result.code == 0);
  CHECK_THAT(result.out, Catch::Contains("amplitudes FP") && Catch::Contains("R-free") &&
                             Catch::Contains("rank   1"));
  CHECK(fs::is_empty(directory));
}

TEST_CASE("bench prints one JSON object with every time", "[refinement]") {
  const fs::path directory = fresh_directory("bench");
  const Result result = run(2, "bench " + files + " --set forms.d_min=3", directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  const Json times = Json::parse(result.out);
  CHECK(times.at("ranks") == 2);
  CHECK(times.at("grid").size() == 3);
  CHECK(times.at("n_atoms") == 1213);
  for (const char* part : {"fft", "fcalc", "gradient", "mask", "restraints", "step"})
    CHECK(times.at(part).get<double>() > 0);
  CHECK(times.at("peak_mib").get<double>() > 1);
}

TEST_CASE("bench counts what ranks compute and send, the same every time", "[refinement]") {
  const fs::path directory = fresh_directory("bench_traffic");
  const auto counts = [&] {
    const Result result = run(2, "bench " + files + " --set forms.d_min=3 --traffic 1", directory);
    INFO(result.err);
    REQUIRE(result.code == 0);
    std::map<std::string, Json> of_evaluation;
    std::istringstream lines(result.out);
    for (std::string line; std::getline(lines, line);) {
      Json object = Json::parse(line);
      object.erase("seconds");
      if (object.value("part", "") == "evaluation") of_evaluation[object.at("phase")] = object;
    }
    return of_evaluation;
  };
  const auto once = counts();
  REQUIRE(once.count("column_exchange") == 1);
  CHECK(once.at("column_exchange").at("messages").at("max") == 2);  // there and back
  CHECK(once.at("column_exchange").at("bytes").at("min") > 1000);
  // Three numbers an atom, from the coordinator and back to it.
  CHECK(once.at("parameters").at("work").at("mean") == 3 * 1213);
  CHECK(once.at("gradients").at("bytes").at("max") > 3 * 1213 * 8);
  for (const char* phase : {"placement", "atoms_to_planes", "plane_transform", "column_transform",
                            "symmetry_sum", "target", "planes_to_atoms", "restraints"}) {
    INFO(phase);
    REQUIRE(once.count(phase) == 1);
    CHECK(once.at(phase).at("work").at("min") > 0);
  }
  CHECK((once == counts()));
}

TEST_CASE("two equal runs on two ranks leave equal files", "[same_bytes]") {
  const fs::path directory = fresh_directory("same_bytes");
  const std::string arguments =
      "refine " + files + quick + "--cycles 1 --set kick.first=0.2 --out ";
  REQUIRE(run(2, arguments + "one", directory).code == 0);
  REQUIRE(run(2, arguments + "two", directory).code == 0);
  for (const char* file : {"1cbs.pdb", "1cbs.cif", "1cbs.mtz", "job.yaml"}) {
    INFO(file);
    CHECK_FALSE(content(directory / "one" / file).empty());
    CHECK((content(directory / "one" / file) == content(directory / "two" / file)));
  }
}
