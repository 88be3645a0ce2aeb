// SPDX-License-Identifier: MPL-2.0
// Data made of 1CBS, and what the other commands find in them.
#include <cmath>
#include <gemmi/mtz.hpp>
#include <gemmi/pdb.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "jobs/program.hpp"
#include "support/catch.hpp"

using namespace polyform::test;
using Json = nlohmann::json;

namespace {

Json simulated(const fs::path& directory, const std::string& name, const std::string& settings,
               int ranks = 0) {
  const Result result =
      run(ranks, "simulate " + example_model + " --name form " + settings + " --out " + name,
          directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return Json::parse(content(directory / name / "simulate.json"));
}

// The number that follows a word in a text.
double number_after(const std::string& text, const std::string& word) {
  const std::size_t at = text.find(word);
  return at == std::string::npos ? NAN : std::stod(text.substr(at + word.size()));
}

// R-work over all shells in what `check` prints: d - d, work, test, completeness, R-work ...
double overall_r_work(const std::string& said) {
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    if (!line.ends_with("overall")) continue;
    std::istringstream row(line);
    std::string dash;
    double d_low = 0, d_high = 0, work = 0, test = 0, complete = 0, r_work = NAN;
    row >> d_low >> dash >> d_high >> work >> test >> complete >> r_work;
    return r_work;
  }
  return NAN;
}

// What `check` says of a model against the simulated data.
std::string checked(const fs::path& directory, const std::string& name, const std::string& model) {
  const Result result = run(2, "check " + name + "/" + model + " " + name + "/form.mtz", directory);
  INFO(result.err);
  REQUIRE(result.code == 0);
  return result.out;
}

std::vector<float> column(const gemmi::Mtz& mtz, const char* label) {
  const gemmi::Mtz::Column* found = mtz.column_with_label(label);
  REQUIRE(found);
  return {found->begin(), found->end()};
}

// sum |F_obs - F_true| / sum F_obs: the R that errors alone make.
double r_of_errors(const gemmi::Mtz& mtz) {
  const auto f_obs = column(mtz, "FP"), f_true = column(mtz, "FC_TRUE");
  double apart = 0, sum = 0;
  for (std::size_t i = 0; i < f_obs.size(); ++i)
    if (!std::isnan(f_obs[i])) {
      apart += std::abs(f_obs[i] - f_true[i]);
      sum += f_obs[i];
    }
  return apart / sum;
}

}  // namespace

TEST_CASE("check finds the truth at the noise, and the solvent that was asked for", "[simulate]") {
  const fs::path directory = fresh_directory("simulate_own");
  const Json made = simulated(directory, "own",
                              "--d-min 2.2 --set simulate.k_sol=0.4 --set simulate.b_sol=60 "
                              "--set simulate.anisotropic_b=3,-2,-1,0,0,0",
                              2);
  const gemmi::Mtz mtz = gemmi::read_mtz_file((directory / "own/form.mtz").string());
  const double noise = r_of_errors(mtz);
  CHECK(noise > 0.01);
  CHECK(noise < 0.1);
  CHECK(made["truth"]["r_work"].get<double>() == Approx(noise).epsilon(0.05));

  const std::string said = checked(directory, "own", "form_true.pdb");
  CAPTURE(said);
  CHECK(said.find("CCP4") != std::string::npos);
  CHECK(number_after(said, "k_sol ") == Approx(0.4).margin(0.02));
  CHECK(number_after(said, "B_sol ") == Approx(60).margin(10));
  CHECK(overall_r_work(said) == Approx(noise).epsilon(0.05));
  CHECK(made["start"]["r_work"].get<double>() > 0.1);
  CHECK(made["start_rms_distance"].get<double>() == Approx(0.3).epsilon(0.1));
}

TEST_CASE("in a new crystal the truth fits its data as well as in its own", "[simulate]") {
  const fs::path directory = fresh_directory("simulate_new");
  const std::string lattice =
      GENERATE(as<std::string>(), "--space-group P6122 --cell 80,80,100,90,90,120",
               "--space-group C2 --cell 95,50,70,90,112,90",
               "--space-group P1 --cell 48,50,55,80,95,100 --copies 2");
  const Json made =
      simulated(directory, "new", lattice + " --d-min 2.5 --set simulate.coordinate_error=0.3");
  CAPTURE(lattice);
  CHECK(made["contacts"] == 0);
  CHECK(made["solvent_content"].get<double>() ==
        Approx(made["mask_fraction"].get<double>()).margin(0.15));
  CHECK(made["copies"].size() == (lattice.find("copies") == std::string::npos ? 1 : 2));

  const gemmi::Structure truth = gemmi::read_pdb_file((directory / "new/form_true.pdb").string());
  const gemmi::Mtz mtz = gemmi::read_mtz_file((directory / "new/form.mtz").string());
  CHECK(truth.find_spacegroup() == mtz.spacegroup);
  CHECK(truth.cell.a == Approx(mtz.cell.a));
  CHECK(truth.cell.beta == Approx(mtz.cell.beta));
  const std::string said = checked(directory, "new", "form_true.pdb");
  CAPTURE(said);
  CHECK(overall_r_work(said) == Approx(r_of_errors(mtz)).epsilon(0.05));
  CHECK(number_after(said, "k_sol ") == Approx(0.35).margin(0.03));
}

TEST_CASE("the same seed gives the same data on one, two and three ranks", "[simulate]") {
  const fs::path directory = fresh_directory("simulate_ranks");
  const std::string settings =
      "--space-group P212121 --cell 55,60,65,90,90,90 --d-min 3 --set simulate.completeness=90";
  simulated(directory, "one", settings);
  const gemmi::Mtz one = gemmi::read_mtz_file((directory / "one/form.mtz").string());
  const auto f_true = column(one, "FC_TRUE"), f_obs = column(one, "FP"), flag = column(one, "FREE");
  for (int ranks : {2, 3}) {
    const std::string name = "on" + std::to_string(ranks);
    simulated(directory, name, settings, ranks);
    const gemmi::Mtz other = gemmi::read_mtz_file((directory / name / "form.mtz").string());
    CHECK(column(other, "FREE") == flag);
    const auto other_true = column(other, "FC_TRUE"), other_obs = column(other, "FP");
    REQUIRE(other_true.size() == f_true.size());
    for (std::size_t i = 0; i < f_true.size(); ++i) {
      CHECK(other_true[i] == Approx(f_true[i]).epsilon(1e-5));
      CHECK(std::isnan(other_obs[i]) == std::isnan(f_obs[i]));
      if (!std::isnan(f_obs[i])) CHECK(other_obs[i] == Approx(f_obs[i]).epsilon(1e-5));
    }
    CHECK(content(directory / name / "form_true.pdb").substr(4000) ==
          content(directory / "one/form_true.pdb").substr(4000));
  }
}

TEST_CASE("what cannot be simulated is refused before anything is written", "[simulate]") {
  const fs::path directory = fresh_directory("simulate_refused");
  const std::string model = "simulate " + example_model + " --out out ";
  check_refused(2, model + "--space-group P99", directory, {"'P99' is not a space group"});
  check_refused(2, model + "--space-group P6122", directory, {"P 61 2 2", "cannot have"});
  check_refused(2, model + "--cell 50,60,70", directory, {"cell holds 3 numbers; 6"});
  check_refused(2, model + "--d-min 0", directory, {"d_min", "0.5 to 50"});
  check_refused(2, model + "--set simulate.k_sol=-1", directory, {"k_sol", "0 to 1"});
  check_refused(2, model + "--set simulate.anisotropic_b=1,2,3,4,0,0", directory,
                {"breaks the symmetry", "orthorhombic"});
  check_refused(3, model + "--space-group P212121 --cell 30,35,40,90,90,90", directory,
                {"too small", "solvent content"});
  write(directory / "empty.pdb", "CRYST1   50.000   50.000   50.000  90.00  90.00  90.00 P 1\n");
  check_refused(3, "simulate empty.pdb --out out", directory, {"empty.pdb"});
  check_refused(2, "simulate --out out", directory, {"no files given", "MODEL"});
  fs::create_directory(directory / "mine");
  write(directory / "mine/form.mtz", "precious");
  check_refused(4, "simulate " + example_model + " --out mine", directory, {"mine"});
}
