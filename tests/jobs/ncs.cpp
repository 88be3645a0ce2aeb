// SPDX-License-Identifier: MPL-2.0
// Jobs of several forms: joint refinement from a job file, and what is wrong with NCS groups.
#include <fstream>
#include <gemmi/mtz.hpp>
#include <gemmi/to_pdb.hpp>
#include <nlohmann/json.hpp>

#include "jobs/program.hpp"
#include "polyform/base/log.hpp"
#include "polyform/crystal/copies.hpp"
#include "support/catch.hpp"

using namespace polyform::test;
namespace crystal = polyform::crystal;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

std::string form(const std::string& name) {
  return "  - {name: " + name + ", model: " + example_model + ", data: " + example_data +
         ", d_min: 3}\n";
}
const std::string two_forms = "forms:\n" + form("a") + form("b");
std::string group(const std::string& copies, const std::string& more = "") {
  return "ncs:\n  groups:\n    - {name: main, " + more + "copies: [" + copies + "]}\n";
}
const std::string both = "{form: a, atoms: chain A}, {form: b, atoms: chain A}";

// code: 2 for a job that cannot be, 3 for models that do not fit it
void refused(int code, const std::string& text, const std::vector<std::string>& words) {
  const fs::path directory = fresh_directory("ncs_refused");
  write(directory / "job.yaml", text);
  check_refused(code, "refine job.yaml", directory, words);
}

}  // namespace

TEST_CASE("what NCS groups cannot be is said and refused", "[ncs]") {
  refused(2, two_forms + group("{form: a}"), {"'main'", "1 copy", "two or more"});
  refused(2, two_forms + group("{form: a}, {form: c}"),
          {"'main'", "no form is called 'c'", "a, b"});
  refused(2, two_forms + group("{atoms: chain A}, {form: b}"), {"names no form"});
  refused(3, two_forms + group("{form: a}, {form: b, atoms: water}"), {"'main'", "has no atom"});
  refused(
      3, two_forms + group("{form: a, atoms: residues A 1-50}, {form: a, atoms: residues A 40-90}"),
      {"in two copies", "A/"});
  refused(
      3,
      two_forms + group("{form: a, atoms: residues A 5-60}, {form: b, atoms: residues A 70-125}"),
      {"least_identity"});
  refused(2, two_forms + group("{form: a}, {form: b, polar: [0, 0, 180]}"), {"'polar'", "'flags'"});
  refused(2,
          two_forms + "ncs:\n  groups:\n    - {name: x, copies: [" + both +
              "]}\n    - {name: x, copies: [" + both + "]}\n",
          {"two NCS groups are called 'x'"});
}

TEST_CASE("isomorphous forms that are tied must share their test set", "[ncs]") {
  const fs::path directory = fresh_directory("ncs_free_sets");
  gemmi::Mtz mtz = gemmi::read_mtz_file(example_data);
  const std::size_t width = mtz.columns.size(), flag = mtz.column_with_label("FREE")->idx;
  for (std::size_t row = 0; row * width < mtz.data.size(); ++row)
    mtz.data[row * width + flag] = row % 10 == 3 ? 0 : 1;
  mtz.write_to_file((directory / "other.mtz").string());
  const std::string forms = "forms:\n" + form("a") + "  - {name: b, model: " + example_model +
                            ", data: other.mtz, d_min: 3}\n";
  write(directory / "job.yaml", forms + group(both));
  check_refused(3, "refine job.yaml", directory,
                {"forms a and b are isomorphous", "common reflections", "free_sets"});
  write(directory / "allowed.yaml", forms + group(both) + "free_sets: independent\n");
  const Result allowed = run(0, "check allowed.yaml", directory);
  CHECK(allowed.code == 0);
  CHECK_THAT(allowed.err, Catch::Contains("R-free is not free"));
  write(directory / "untied.yaml", forms);
  CHECK(run(0, "check untied.yaml", directory).code == 0);
}

TEST_CASE("check lists the pairs of a group", "[ncs]") {
  const fs::path directory = fresh_directory("ncs_pairs");
  write(directory / "job.yaml", two_forms + group(both, "atoms: main_chain, "));
  const Result result = run(2, "check job.yaml --pairs", directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  CHECK_THAT(result.out, Catch::Contains("pairs of NCS group main") &&
                             Catch::Contains("A/TRP 7/CA           A/TRP 7/CA             0.00"));
  CHECK_THAT(result.out, !Catch::Contains("A/TRP 7/CB  "));
  CHECK(run(0, "refine job.yaml --pairs", directory).code != 0);
}

TEST_CASE("copies in one crystal are found where a job names no groups", "[ncs]") {
  const fs::path directory = fresh_directory("ncs_found");
  polyform::base::Log log;
  const crystal::Model molecule = crystal::read_model(example_model, {}, log);
  const std::vector<crystal::Motion> motions = {{}, {crystal::Motion{}.rotation, {11, 17, 19}}};
  std::ofstream file(directory / "two.pdb");
  gemmi::write_pdb(crystal::copies_of(molecule, motions).structure, file);
  file.close();
  const auto checked = [&](const std::string& more) {
    const Result result =
        run(0, "check two.pdb " + example_data + " --set forms.d_min=3 " + more, directory);
    INFO(result.err);
    REQUIRE(result.code == 0);
    return result.out + result.err;
  };
  const std::string found = checked("");
  CHECK_THAT(found, Catch::Contains("NCS found in two") && Catch::Contains("ncs.find: false"));
  CHECK_THAT(found,
             Catch::Contains("two/protein_1: 2 copies") && Catch::Contains("137 of 137 residues"));
  CHECK_THAT(checked("--set ncs.find=false"), !Catch::Contains("NCS"));
  CHECK_THAT(checked("--set ncs.on=false"), !Catch::Contains("NCS"));
}

TEST_CASE("two forms are refined together, alike on one rank and on three", "[ncs]") {
  const fs::path directory = fresh_directory("ncs_joint");
  write(directory / "job.yaml", two_forms + group(both, "force: 20, ") +
                                    "cycles: 2\nkick: {first: 0.3, cycles: 1}\npositions: {steps: "
                                    "12}\nb_factors: {steps: 4}\n");
  std::vector<Json> summaries;
  for (int ranks : {0, 3}) {
    const fs::path out = directory / ("out" + std::to_string(ranks));
    const Result result = run(ranks, "refine job.yaml --out " + out.string(), directory);
    INFO(result.err);
    REQUIRE(result.code == 0);
    summaries.push_back(Json::parse(content(out / "summary.json")));
    const Json& summary = summaries.back();
    REQUIRE(summary.at("forms").size() == 2);
    for (const Json& each : summary.at("forms")) {
      CHECK(fs::exists(out / each.at("model").get<std::string>()));
      CHECK(fs::exists(out / each.at("mtz").get<std::string>()));
    }
    const Json& ncs = summary.at("ncs").at(0);
    CHECK(ncs.at("group") == "main");
    // Each form was kicked on its own; together they agree better than 0.3 A leaves them.
    CHECK(ncs.at("rms").get<double>() < 0.08);
    CHECK(ncs.at("copies").at(1).at("kappa").get<double>() < 0.5);
    CHECK_THAT(content(out / "polyform.log"), Catch::Contains("NCS group main: 2 copies") &&
                                                  Catch::Contains(" ncs :") &&
                                                  Catch::Contains("NCS main: r.m.s."));
  }
  for (std::size_t f : {0U, 1U})
    for (const char* r : {"r_work", "r_free"})
      CHECK(summaries[0].at("forms").at(f).at("final").at(r).get<double>() ==
            Approx(summaries[1].at("forms").at(f).at("final").at(r).get<double>()).margin(1e-3));
}
