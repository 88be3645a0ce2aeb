// SPDX-License-Identifier: MPL-2.0
// What a job can ask of a refinement beside the standard one, on 1CBS.
#include <gemmi/mtz.hpp>
#include <nlohmann/json.hpp>

#include "jobs/program.hpp"
#include "polyform/crystal/model.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::test;
using Json = nlohmann::json;

namespace {

const std::string files = example_model + " " + example_data;
const std::string quick =
    " --set forms.d_min=2.5 --set positions.steps=10 --set b_factors.steps=4 --set cycles=2 ";

struct Refined {
  Json summary;
  std::string log;
  crystal::Model model;
  const Json& form() const { return summary.at("forms").at(0); }
};
Refined refined(const std::string& name, const std::string& settings, int ranks = 0) {
  const fs::path directory = fresh_directory(name);
  const fs::path out = directory / "out";
  const Result result =
      run(ranks, "refine " + files + quick + settings + " --out " + out.string(), directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  Refined all;
  all.summary = Json::parse(content(out / "summary.json"));
  all.log = content(out / "polyform.log");
  base::Log silent;
  all.model = crystal::read_model(out / all.form().at("model").get<std::string>(), {}, silent);
  return all;
}

double r(const Refined& all, const char* when, const char* which) {
  return all.form().at(when).at(which).get<double>();
}

}  // namespace

// R-free of the model kicked as the tests below kick it, and not refined.
double kicked_r_free() {
  static const double kicked =
      r(refined(
            "stages_kicked",
            "--set kick.first=0.5 --set positions.steps=0 --set b_factors.steps=0 --set cycles=1"),
        "final", "r_free");
  return kicked;
}

// Most of what the kick did is undone, in bonds that a crystallographer would accept.
void check_came_back(const Refined& all) {
  const double start = r(all, "start", "r_free"), kicked = kicked_r_free();
  REQUIRE(kicked > start + 0.1);
  CHECK(r(all, "final", "r_free") < start + 0.4 * (kicked - start));
  CHECK(all.form().at("rmsz").at("bond") < 1.0);
}

TEST_CASE("a kicked model comes back in its own maps", "[stages]") {
  for (const std::string target : {"MAP", "DIFF"}) {
    INFO(target);
    const Refined all = refined("stages_" + target, "--target " + target + " --set kick.first=0.5",
                                target == "MAP" ? 2 : 0);
    check_came_back(all);
  }
}

TEST_CASE("a map from a file is refined against, and R-free is said to be in doubt", "[stages]") {
  const fs::path directory = fresh_directory("stages_file");
  const Result made = run(0,
                          "refine " + files + " --set forms.d_min=2.5 --cycles 0 --out " +
                              (directory / "made").string(),
                          directory);
  REQUIRE(made.code == 0);
  const Json summary = Json::parse(content(directory / "made" / "summary.json"));
  const std::string mtz =
      (directory / "made" / summary.at("forms").at(0).at("mtz").get<std::string>()).string();
  const Refined all = refined("stages_file_map",
                              "--target MAP --set kick.first=0.5 --set map.source=file "
                              "--set map.file=" +
                                  mtz);
  check_came_back(all);
  CHECK(all.summary.at("warnings").dump().find("R-free may be contaminated") != std::string::npos);

  const Result wrong = run(0,
                           "refine " + files + " --target MAP --set map.source=file --out " +
                               (directory / "none").string(),
                           directory);
  CHECK(wrong.code == 3);
  CHECK(wrong.err.find("map.file") != std::string::npos);
}

TEST_CASE("a form may be refined against several maps, each for its own atoms", "[stages]") {
  const fs::path directory = fresh_directory("stages_maps");
  write(directory / "job.yaml",
        "forms:\n  - model: " + example_model + "\n    data: " + example_data +
            "\n    d_min: 2.5\n    maps:\n"
            "      - {name: strong, source: 3Fo-2Fc, scale: 2, atoms: main_chain}\n"
            "      - {name: rest, source: 2mFo-DFc, atoms: not main_chain}\n"
            "out: out\ntarget: MAP\ncycles: 2\nkick: {first: 0.5}\n"
            "positions: {steps: 10}\nb_factors: {steps: 4}\n");
  const Result result = run(2, "refine " + (directory / "job.yaml").string(), directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  const Json form = Json::parse(content(directory / "out" / "summary.json")).at("forms").at(0);
  const double start = form.at("start").at("r_free"), final = form.at("final").at("r_free");
  CHECK(final < start + 0.4 * (kicked_r_free() - start));
}

TEST_CASE("groups, settings, chosen atoms and occupancies do what they say", "[stages]") {
  const fs::path directory = fresh_directory("stages_job");
  write(directory / "job.yaml", "forms:\n  - model: " + example_model +
                                    "\n    data: " + example_data +
                                    "\n    d_min: 2.5\n"
                                    "out: out\ncycles: 1\n"
                                    "sets:\n"
                                    "  - name: start_of_chain\n    atoms: residues A 1-20\n"
                                    "settings:\n"
                                    "  - {what: b, value: 28, atoms: all}\n"
                                    "  - {what: occupancy, value: 0.5, atoms: water}\n"
                                    "positions: {steps: 5, active: start_of_chain}\n"
                                    "b_factors:\n  steps: 5\n  overall: 2\n  define: RESIDUE\n"
                                    "occupancies: {steps: 3, atoms: water}\n"
                                    "kick: {first: 0.1, b_first: 2}\n");
  const Result result = run(3, "refine " + (directory / "job.yaml").string(), directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  const Json summary = Json::parse(content(directory / "out" / "summary.json"));
  base::Log silent;
  const crystal::Model before = crystal::read_model(example_model, {}, silent);
  const crystal::Model after = crystal::read_model(
      directory / "out" / summary.at("forms").at(0).at("model").get<std::string>(), {}, silent);
  std::size_t i = 0, moved = 0, changed = 0;
  for (const gemmi::Chain& chain : after.structure.first_model().chains)
    for (const gemmi::Residue& residue : chain.residues) {
      for (const gemmi::Atom& atom : residue.atoms) {
        const bool active = chain.name == "A" && residue.seqid.num.value <= 20 &&
                            residue.entity_type != gemmi::EntityType::Water;
        const double shift = (after.atoms.xyz[i] - before.atoms.xyz[i]).norm();
        if (!active) CHECK(shift < 0.002);
        moved += shift > 0.01;
        CHECK(atom.b_iso == residue.atoms[0].b_iso);
        changed += residue.is_water() && atom.occ != 0.5F;
        ++i;
      }
    }
  CHECK(moved > 50);
  CHECK(changed > 10);
}

TEST_CASE("B kicked and refined stays within the limits of MAIN's preset", "[stages]") {
  const Refined all = refined("stages_limits",
                              "--set b_ramp=5,60 --set b_factors.minimal=5 "
                              "--set b_factors.maximal=30 --set kick.b_first=10 "
                              "--set b_factors.target=LSQ");
  for (double b : all.model.atoms.b) {
    CHECK(b >= 5.0);
    CHECK(b <= 30.0);
  }
  CHECK(all.log.find("b_ramp") != std::string::npos);
}
