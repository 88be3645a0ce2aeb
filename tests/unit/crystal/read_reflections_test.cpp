// SPDX-License-Identifier: MPL-2.0
// Reading data: columns, test sets, merging, completion, and everything that must be refused.
#include "polyform/crystal/read_reflections.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "support/catch.hpp"
#include "support/crystal_files.hpp"

using namespace polyform;
using crystal::Data;
using crystal::DataOptions;
using crystal::Hkl;
using crystal::Use;
using test::error_of;
using test::missing;
using test::MtzColumn;
using test::MtzRow;
using test::written_mtz;

namespace {

Data read(const std::filesystem::path& path, const DataOptions& options = {}) {
  base::Log log;
  return crystal::read_reflections(path, options, 1, log);
}

const std::vector<MtzColumn> fp = {{"FP", 'F'}, {"SIGFP", 'Q'}, {"FREE", 'I'}};

// Reflections of P 21 21 21, 30 40 50 A, h k l all positive, none absent, flag 0 in every fifth.
std::vector<MtzRow> positive_octant(int n = 5) {
  std::vector<MtzRow> rows;
  for (int h = 1; h <= n; ++h)
    for (int k = 1; k <= n; ++k)
      for (int l = 1; l <= n; ++l)
        rows.push_back(
            {{h, k, l}, {100.0 + h + 10 * k + l, 2.0, rows.size() % 5 == 0 ? 0.0 : 1.0}});
  return rows;
}

std::string refusal(const std::vector<MtzColumn>& columns, const std::vector<MtzRow>& rows,
                    const DataOptions& options = {}) {
  return error_of([&] { read(written_mtz("refused.mtz", columns, rows), options); });
}

std::size_t index_of(const Data& data, const Hkl& hkl) {
  const auto& all = data.reflections.hkl;
  const auto found = std::find(all.begin(), all.end(), hkl);
  REQUIRE(found != all.end());
  return static_cast<std::size_t>(found - all.begin());
}

std::filesystem::path cif(const std::string& tags, const std::string& rows) {
  std::string text =
      "data_rtest\n_cell.length_a 30\n_cell.length_b 40\n_cell.length_c 50\n_cell.angle_alpha 90\n"
      "_cell.angle_beta 90\n_cell.angle_gamma 90\n_symmetry.space_group_name_H-M 'P 21 21 21'\n"
      "loop_\n_refln.index_h\n_refln.index_k\n_refln.index_l\n";
  return test::written("data-sf.cif", text + tags + rows);
}

}  // namespace

TEST_CASE("The list is every reflection of the asymmetric unit to d_min, by brute force") {
  struct Lattice {
    const char* symbol;
    std::array<double, 6> cell;
    Hkl observed;
  };
  const std::vector<Lattice> lattices = {{"P 1", {20, 25, 30, 80, 95, 100}, {3, 4, 5}},
                                         {"C 1 2 1", {40, 30, 35, 90, 110, 90}, {5, 3, 4}},
                                         {"P 21 21 21", {30, 40, 50, 90, 90, 90}, {4, 5, 6}},
                                         {"P 32 2 1", {40, 40, 60, 90, 90, 120}, {5, 2, 7}},
                                         {"R 3 :H", {50, 50, 60, 90, 90, 120}, {6, 2, 7}},
                                         {"P 65 2 2", {45, 45, 70, 90, 90, 120}, {5, 3, 9}},
                                         {"I 4 3 2", {60, 60, 60, 90, 90, 90}, {5, 4, 9}},
                                         {"I 21 3", {55, 55, 55, 90, 90, 90}, {6, 5, 9}}};
  for (const Lattice& lattice : lattices) {
    INFO(lattice.symbol);
    const Data data = read(written_mtz("list.mtz", {{"FP", 'F'}, {"SIGFP", 'Q'}},
                                       {{lattice.observed, {100, 2}}, {{-1, -1, -2}, {50, 1}}},
                                       lattice.symbol, lattice.cell));
    const auto crystal = crystal::make_crystal(data.cell, data.space_group);
    const auto operators = crystal.all_operators();
    const double limit = crystal.inverse_d2(lattice.observed);
    const auto& r = data.reflections;
    std::map<Hkl, std::size_t> listed;
    for (std::size_t i = 0; i < r.size(); ++i) listed[r.hkl[i]] = i;
    CHECK(listed.size() == r.size());
    CHECK(std::is_sorted(r.hkl.begin(), r.hkl.end()));
    // Each index of the sphere: its equivalents under the group and Friedel's law have exactly one
    // member in the list, or none where an operator with the same hR shifts its phase.
    for (int h = -12; h <= 12; ++h)
      for (int k = -12; k <= 12; ++k)
        for (int l = -12; l <= 12; ++l) {
          const Hkl hkl = {h, k, l};
          const double s2 = crystal.inverse_d2(hkl);
          if (s2 == 0 || s2 > limit * (1 + 1e-9)) continue;
          std::set<Hkl> equivalents;
          std::size_t same = 0, opposite = 0;
          bool absent = false;
          for (const auto& op : operators) {
            const Eigen::RowVector3i moved = Eigen::RowVector3i(h, k, l) * op.rotation;
            const Hkl image = {moved[0], moved[1], moved[2]};
            equivalents.insert(image);
            equivalents.insert({-moved[0], -moved[1], -moved[2]});
            const double phase =
                h * op.translation[0] + k * op.translation[1] + l * op.translation[2];
            if (image == hkl) absent = absent || std::abs(phase - std::round(phase)) > 1e-6;
            same += image == hkl ? 1 : 0;
            opposite += image == Hkl{-h, -k, -l} ? 1 : 0;
          }
          std::size_t members = 0;
          for (const Hkl& equivalent : equivalents) members += listed.count(equivalent);
          REQUIRE(members == (absent ? 0 : 1));
          if (absent || !listed.count(hkl)) continue;
          const std::size_t i = listed[hkl];
          REQUIRE(r.epsilon[i] == same / crystal.centring.size());
          REQUIRE(r.centric[i] == (opposite > 0 ? 1 : 0));
          REQUIRE(r.inverse_d2[i] == Approx(s2));
        }
  }
}

TEST_CASE("Indices outside of the asymmetric unit are mapped into it, flags with them") {
  const Data data = read(
      written_mtz("outside.mtz", fp,
                  {{{-1, -2, -3}, {10, 1, 0}}, {{1, -2, 4}, {20, 2, 1}}, {{1, 2, 5}, {30, 3, 1}}}));
  const std::size_t test = index_of(data, {1, 2, 3}), work = index_of(data, {1, 2, 4});
  CHECK(data.reflections.use[test] == Use::test);
  CHECK(data.reflections.f_obs[test] == 10);
  CHECK(data.reflections.use[work] == Use::work);
  CHECK(data.reflections.flag[work] == 1);
}

TEST_CASE("Friedel mates and duplicates become their inverse-variance mean") {
  const Data data = read(written_mtz("pairs.mtz", fp,
                                     {{{1, 2, 3}, {10, 1, 0}},
                                      {{-1, -2, -3}, {20, 2, 0}},
                                      {{1, 2, 4}, {20, 2, 1}},
                                      {{1, 2, 5}, {20, 2, 1}},
                                      {{1, 2, 6}, {20, 2, 1}}}));
  const std::size_t i = index_of(data, {1, 2, 3});
  CHECK(data.reflections.f_obs[i] == Approx((10 + 20.0 / 4) / 1.25));
  CHECK(data.reflections.sigma[i] == Approx(1 / std::sqrt(1.25)));
}

TEST_CASE(
    "Contradictory flags of equivalents send the reflection to the test set, with a warning") {
  base::Log log;
  const auto path = written_mtz("conflict.mtz", fp,
                                {{{1, 2, 3}, {10, 1, 1}},
                                 {{-1, -2, -3}, {20, 2, 0}},
                                 {{1, 2, 4}, {20, 2, 1}},
                                 {{1, 2, 5}, {20, 2, 1}}});
  const Data data = crystal::read_reflections(path, {}, 1, log);
  CHECK(data.reflections.use[index_of(data, {1, 2, 3})] == Use::test);
  REQUIRE(log.warnings().size() >= 1);
  CHECK_THAT(log.warnings()[0], Catch::Contains("contradictory test flags"));
}

TEST_CASE("Anomalous pairs are merged where they are all there is; equal halves count once") {
  const Data data = read(
      written_mtz("anomalous.mtz",
                  {{"F(+)", 'G'}, {"SIGF(+)", 'L'}, {"F(-)", 'G'}, {"SIGF(-)", 'L'}, {"FREE", 'I'}},
                  {{{1, 2, 3}, {10, 1, 20, 1, 0}},
                   {{1, 2, 4}, {30, 2, missing, missing, 1}},
                   {{1, 2, 5}, {missing, missing, 40, 4, 1}},
                   {{0, 2, 5}, {50, 5, 50, 5, 1}}}));
  CHECK(data.amplitude_label == "F(+)");
  CHECK(data.reflections.f_obs[index_of(data, {1, 2, 3})] == Approx(15));
  CHECK(data.reflections.f_obs[index_of(data, {1, 2, 4})] == 30);
  CHECK(data.reflections.f_obs[index_of(data, {1, 2, 5})] == 40);
  CHECK(data.reflections.sigma[index_of(data, {0, 2, 5})] == 5);
}

TEST_CASE("Absences, F <= 0, sigma <= 0 and missing values are not observed") {
  test::RecordedLog recorded;
  const Data data = crystal::read_reflections(written_mtz("rejected.mtz", fp,
                                                          {{{1, 2, 3}, {0, 1, 0}},
                                                           {{1, 2, 4}, {-5, 2, 1}},
                                                           {{1, 2, 5}, {20, 0, 1}},
                                                           {{1, 2, 6}, {missing, 1, 1}},
                                                           {{0, 0, 3}, {20, 1, 1}},
                                                           {{0, 0, 0}, {20, 1, 1}},
                                                           {{2, 2, 6}, {20, missing, 1}},
                                                           {{2, 2, 5}, {20, 1, 0}},
                                                           {{3, 2, 5}, {20, 1, 1}}}),
                                              {}, 1, recorded.log());
  for (const Hkl& hkl : {Hkl{1, 2, 3}, {1, 2, 4}, {1, 2, 5}, {1, 2, 6}}) {
    const std::size_t i = index_of(data, hkl);
    CHECK(data.reflections.use[i] == Use::unobserved);
    CHECK(std::isnan(data.reflections.f_obs[i]));
  }
  const auto& all = data.reflections.hkl;
  CHECK(std::find(all.begin(), all.end(), Hkl{0, 0, 3}) == all.end());
  CHECK(std::isnan(data.reflections.sigma[index_of(data, {2, 2, 6})]));
  CHECK(data.reflections.count(Use::work) + data.reflections.count(Use::test) == 3);
  CHECK(recorded.says("2 reflections systematically absent"));
  CHECK(recorded.says("2 reflections with F <= 0"));
  CHECK(recorded.says("1 reflection without a positive sigma"));
}

TEST_CASE("Amplitudes without any sigma are taken, and said") {
  test::RecordedLog recorded;
  const Data data = crystal::read_reflections(
      written_mtz("nosigma.mtz", {{"FP", 'F'}, {"FREE", 'I'}},
                  {{{1, 2, 3}, {10, 0}}, {{1, 2, 4}, {20, 1}}, {{1, 2, 5}, {20, 1}}}),
      {}, 1, recorded.log());
  CHECK(data.reflections.count(Use::work) == 2);
  CHECK(std::isnan(data.reflections.sigma[index_of(data, {1, 2, 4})]));
  CHECK(data.sigma_label.empty());
  CHECK(recorded.says("FP has no sigma column"));
  const Data zeros = read(
      written_mtz("zerosigma.mtz", fp,
                  {{{1, 2, 3}, {10, 0, 0}}, {{1, 2, 4}, {20, 0, 1}}, {{1, 2, 5}, {20, 0, 1}}}));
  CHECK(zeros.reflections.count(Use::work) == 2);
}

TEST_CASE("Intensities become amplitudes, also where amplitudes are there but not wanted") {
  std::vector<MtzRow> rows;
  for (const MtzRow& row : positive_octant()) {
    const double f = row.values[0];
    rows.push_back({row.hkl, {f, 2, f * f * 4, f, row.values[2]}});
  }
  const auto path = written_mtz(
      "both.mtz", {{"FOBS", 'F'}, {"SIGFOBS", 'Q'}, {"IOBS", 'J'}, {"SIGIOBS", 'Q'}, {"FREE", 'I'}},
      rows);
  CHECK_FALSE(read(path).from_intensities);
  CHECK(read(path).amplitude_label == "FOBS");
  DataOptions options;
  options.prefer_intensities = true;
  const Data data = read(path, options);
  CHECK(data.from_intensities);
  CHECK(data.amplitude_label == "IOBS");
  CHECK(data.sigma_label == "SIGIOBS");
  const std::size_t i = index_of(data, {3, 3, 3});
  CHECK(data.reflections.f_obs[i] == Approx(2 * 136.0).epsilon(0.01));  // 100 + 3 + 30 + 3
}

TEST_CASE("Calculated amplitudes, maps, figures of merit and phases are never taken for data") {
  const std::vector<MtzColumn> columns = {
      {"FC", 'F'},      {"PHIC", 'P'},     {"FWT", 'F'},     {"PHWT", 'P'},  {"DELFWT", 'F'},
      {"PHDELWT", 'P'}, {"FC_ALL", 'F'},   {"F-model", 'F'}, {"FOM", 'F'},   {"2FOFCWT", 'F'},
      {"weird", 'F'},   {"SIGweird", 'Q'}, {"FP", 'F'},      {"SIGFP", 'Q'}, {"FREE", 'I'}};
  std::vector<MtzRow> rows;
  for (const MtzRow& row : positive_octant()) {
    MtzRow wide{row.hkl, std::vector<double>(12, 0.7)};
    wide.values[0] = 999;
    for (double v : row.values) wide.values.push_back(v);
    rows.push_back(wide);
  }
  const Data data = read(written_mtz("maps.mtz", columns, rows));
  CHECK(data.amplitude_label == "FP");
  // Without FP there is nothing left but figures of merit and model amplitudes.
  const std::vector<MtzColumn> only(columns.begin(), columns.begin() + 12);
  for (MtzRow& row : rows) row.values.resize(12);
  CHECK_THAT(refusal(only, rows),
             Catch::Contains("has no amplitude (F) or intensity (J, with sigma)") &&
                 Catch::Contains("FC (F), PHIC (P)"));
}

TEST_CASE("Labels asked for are taken; a wrong one is answered with the nearest") {
  std::vector<MtzRow> rows = positive_octant();
  for (MtzRow& row : rows)
    row.values.insert(row.values.end(), {7.0, 1.0, row.values[2] == 0 ? 3.0 : 4.0});
  const std::vector<MtzColumn> columns = {{"FP", 'F'}, {"SIGFP", 'Q'}, {"FREE", 'I'},
                                          {"FD", 'F'}, {"SIGFD", 'Q'}, {"OTHER", 'I'}};
  const auto path = written_mtz("labels.mtz", columns, rows);
  DataOptions options;
  options.labels = {"FD", "SIGFD", "OTHER"};
  const Data data = read(path, options);
  CHECK(data.amplitude_label == "FD");
  CHECK(data.free_label == "OTHER");
  CHECK(data.free_value == 3);
  options.labels = {"FD"};
  CHECK(read(path, options).sigma_label == "SIGFD");
  options.labels = {"FP", "SIGFP", "none"};
  CHECK(read(path, options).free_convention == "none");
  options.labels = {"FPP", "SIGFP", "FREE"};
  CHECK_THAT(
      error_of([&] { read(path, options); }),
      Catch::Contains("has no column 'FPP'; did you mean 'FP'?") && Catch::Contains("SIGFD (Q)"));
  options.labels = {"FREE"};
  CHECK_THAT(error_of([&] { read(path, options); }),
             Catch::Contains("neither amplitude nor intensity"));
}

TEST_CASE("Test set conventions: CCP4, X-PLOR, stated") {
  const auto with = [&](const std::vector<double>& cycle, int asked = -1) {
    std::vector<MtzRow> rows = positive_octant();
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].values[2] = cycle[i % cycle.size()];
    DataOptions options;
    options.free_value = asked;
    return read(written_mtz("flags.mtz", fp, rows), options);
  };
  const Data ccp4 = with({0, 1, 2, 3, 4});
  CHECK(ccp4.free_value == 0);
  CHECK(ccp4.reflections.count(Use::test) == 25);
  CHECK_THAT(ccp4.free_convention, Catch::StartsWith("CCP4 (test = 0"));
  const Data zero = with({0, 1, 1, 1, 1});
  CHECK(zero.free_value == 0);
  CHECK(zero.free_convention == "CCP4 (test = 0)");
  const Data one = with({1, 0, 0, 0, 0});
  CHECK(one.free_value == 1);
  CHECK(one.free_convention == "X-PLOR (test = 1)");
  CHECK(one.reflections.count(Use::test) == 25);
  const Data shelx = with({-2, 5, 5, 5, 5});
  CHECK(shelx.free_value == -2);
  CHECK(shelx.reflections.count(Use::test) == 25);
  const Data stated = with({0, 1, 2, 3, 4}, 3);
  CHECK(stated.free_value == 3);
  CHECK_THAT(stated.free_convention, Catch::StartsWith("stated"));
}

TEST_CASE("Missing flags make a reflection work; unobserved ones do not vote") {
  std::vector<MtzRow> rows = positive_octant();
  rows[1].values[2] = missing;
  for (int l = 6; l < 12; ++l)  // not measured, flagged 0: 0 stays the rarer of the measured
    for (int k = 1; k < 30; ++k) rows.push_back({{1, k % 6 + 1, l}, {missing, missing, 0}});
  test::RecordedLog recorded;
  const Data data =
      crystal::read_reflections(written_mtz("missing.mtz", fp, rows), {}, 1, recorded.log());
  CHECK(data.free_value == 0);
  CHECK(data.reflections.count(Use::test) == 25);
  CHECK(data.reflections.use[index_of(data, {1, 1, 2})] == Use::work);
  CHECK(data.reflections.flag[index_of(data, {1, 1, 2})] == -1);
  CHECK(recorded.says("1 measured reflection without a test flag"));
}

TEST_CASE("Flags that mark no sensible test set are refused with their values") {
  const auto with = [&](const std::vector<double>& cycle, int asked = -1) {
    std::vector<MtzRow> rows = positive_octant();
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].values[2] = cycle[i % cycle.size()];
    DataOptions options;
    options.free_value = asked;
    return refusal(fp, rows, options);
  };
  CHECK_THAT(with({1}), Catch::Contains("one value only") && Catch::Contains("1 (125 times)"));
  CHECK_THAT(with({1}, 1), Catch::Contains("all reflections into the test set"));
  CHECK_THAT(with({missing}), Catch::Contains("has no values at measured reflections"));
  CHECK_THAT(with({1, 2, 3}), Catch::Contains("has no 0"));
  CHECK_THAT(with({0, 1}, 7), Catch::Contains("never has the value 7"));
  CHECK_THAT(with({0, 0, 0, 1, 2}), Catch::Contains("more than half"));
  CHECK_THAT(with({0, 1, 1, 1, 1}, 1), Catch::Contains("more than half"));
}

TEST_CASE("A made test set depends on seed and index alone and has the size asked for") {
  std::vector<MtzRow> rows = positive_octant(12);
  const std::vector<MtzColumn> columns = {{"FP", 'F'}, {"SIGFP", 'Q'}};
  for (MtzRow& row : rows) row.values.resize(2);
  const auto path = written_mtz("make.mtz", columns, rows);
  std::vector<MtzRow> half(rows.begin(), rows.begin() + 800);
  const auto half_path = written_mtz("half.mtz", columns, half);
  DataOptions options;
  options.make_free = 10;
  base::Log log;
  const auto made = [&](const auto& file, std::uint64_t seed) {
    return crystal::read_reflections(file, options, seed, log).reflections;
  };
  const auto all = made(path, 3), again = made(path, 3), other = made(path, 4),
             part = made(half_path, 3);
  CHECK(all.flag == again.flag);
  CHECK(all.flag != other.flag);
  const double n = 12 * 12 * 12;
  CHECK(std::abs(static_cast<double>(all.count(Use::test)) - 0.1 * n) < 4 * std::sqrt(0.09 * n));
  std::map<Hkl, int> flag;
  for (std::size_t i = 0; i < all.size(); ++i) flag[all.hkl[i]] = all.flag[i];
  for (std::size_t i = 0; i < part.size(); ++i) CHECK(flag[part.hkl[i]] == part.flag[i]);
  CHECK_THAT(log.warnings().at(0), Catch::Contains("R-free is biased"));
  // A flag that marks nothing gives way, a good one stays.
  const Data kept = read(written_mtz("kept.mtz", fp, positive_octant()), options);
  CHECK(kept.reflections.count(Use::test) == 25);
  std::vector<MtzRow> constant = positive_octant();
  for (MtzRow& row : constant) row.values[2] = 1;
  CHECK(read(written_mtz("constant.mtz", fp, constant), options).free_convention ==
        "made (test = 0, 10 % at random)");
}

TEST_CASE("Cutoffs leave out what they say; nothing left is an error with the reasons") {
  const auto path = written_mtz("cut.mtz", fp, positive_octant());
  DataOptions options;
  options.d_min = 8.0;
  const Data low = read(path, options);
  CHECK(low.reflections.d_min() >= 8.0);
  for (const double s2 : low.reflections.inverse_d2) CHECK(s2 <= 1 / 64.0 + 1e-9);
  options.d_max = 10.0;
  const Data shell = read(path, options);
  for (const double s2 : shell.reflections.inverse_d2) CHECK(s2 >= 0.01 - 1e-9);
  options = {};
  options.d_min = 30;
  CHECK_THAT(
      error_of([&] { read(path, options); }),
      Catch::Contains("no reflection is left") && Catch::Contains("125 outside of the resolution"));
  DataOptions strong;
  strong.sigma_cutoff = 10;
  CHECK(read(path, strong).reflections.count(Use::work) == 100);
  std::vector<MtzRow> weak = positive_octant();
  for (MtzRow& row : weak) row.values[1] = 1000;
  CHECK_THAT(refusal(fp, weak, strong), Catch::Contains("125 below the sigma cutoff"));
  for (MtzRow& row : weak) row.values[0] = -1;
  CHECK_THAT(refusal(fp, weak), Catch::Contains("125 with F <= 0"));
}

TEST_CASE("Values that are not numbers are missing, and an error counts them") {
  std::vector<MtzRow> rows = positive_octant();
  rows[3].values[0] = std::numeric_limits<double>::infinity();
  CHECK(read(written_mtz("one.mtz", fp, rows)).reflections.count(Use::unobserved) >= 1);
  for (MtzRow& row : rows) row.values[0] = std::numeric_limits<double>::infinity();
  CHECK_THAT(refusal(fp, rows), Catch::Contains("125 without a value"));
}

TEST_CASE("An amplitude far beyond all others of its resolution is warned of by its index") {
  std::vector<MtzRow> rows = positive_octant();
  test::RecordedLog quiet;
  crystal::read_reflections(written_mtz("usual.mtz", fp, rows), {}, 1, quiet.log());
  CHECK_FALSE(quiet.says("times as strong"));
  rows[60].values[0] = 1e6;
  test::RecordedLog log;
  const Data data = crystal::read_reflections(written_mtz("wild.mtz", fp, rows), {}, 1, log.log());
  const Hkl& wild = rows[60].hkl;
  CHECK(log.says("1 reflection more than 30 times as strong"));
  CHECK(log.says(std::to_string(wild[0]) + " " + std::to_string(wild[1]) + " " +
                 std::to_string(wild[2]) + " (F 1e+06"));
  CHECK(data.reflections.f_obs[index_of(data, wild)] == Approx(1e6));
}

TEST_CASE("Phases asked for as sigmas, or sigmas as amplitudes, are refused by their type") {
  const std::vector<MtzColumn> columns = {{"FP", 'F'}, {"SIGFP", 'Q'}, {"PHI", 'P'}};
  DataOptions options;
  options.labels = {"FP", "PHI"};
  CHECK_THAT(refusal(columns, positive_octant(), options),
             Catch::Contains("column PHI is of type P, no standard deviation"));
  options.labels = {"SIGFP", "FP"};
  CHECK_THAT(refusal(columns, positive_octant(), options),
             Catch::Contains("column SIGFP is of type Q, neither amplitude nor intensity"));
  options.labels = {"FP", "none"};
  const Data data = read(written_mtz("without.mtz", columns, positive_octant()), options);
  CHECK(data.sigma_label.empty());
}

TEST_CASE("Structure-factor mmCIF: amplitudes and status") {
  const Data data =
      read(cif("_refln.status\n_refln.F_meas_au\n_refln.F_meas_sigma_au\n_refln.F_calc\n",
               "1 2 3 f 10 1 9\n1 2 4 o 20 2 9\n1 2 5 o 30 3 9\n1 2 6 x 40 4 9\n"
               "1 2 7 - 50 5 9\n-1 -2 -8 < 60 6 9\n1 3 3 o ? ? 9\n1 3 4 o . . 9\n"));
  CHECK(data.amplitude_label == "F_meas_au");
  CHECK(data.sigma_label == "F_meas_sigma_au");
  CHECK(data.free_convention == "mmCIF status (test = f)");
  CHECK(data.reflections.count(Use::test) == 1);
  CHECK(data.reflections.count(Use::work) == 3);
  CHECK(data.reflections.use[index_of(data, {1, 2, 6})] == Use::unobserved);
}

TEST_CASE("Structure-factor mmCIF: intensities, anomalous pairs, r_free_flag, no test set") {
  const Data intensities =
      read(cif("_refln.intensity_meas\n_refln.intensity_sigma\n_refln.pdbx_r_free_flag\n",
               "1 2 3 10000 10 0\n1 2 4 40000 20 1\n1 2 5 90000 30 1\n"));
  CHECK(intensities.from_intensities);
  CHECK(intensities.free_label == "pdbx_r_free_flag");
  CHECK(intensities.reflections.f_obs[index_of(intensities, {1, 2, 4})] ==
        Approx(200).epsilon(1e-4));
  const Data pairs =
      read(cif("_refln.status\n_refln.pdbx_F_plus\n_refln.pdbx_F_plus_sigma\n"
               "_refln.pdbx_F_minus\n_refln.pdbx_F_minus_sigma\n",
               "1 2 3 f 10 1 20 1\n1 2 4 o 20 2 ? ?\n1 2 5 o 20 2 ? ?\n"));
  CHECK(pairs.reflections.f_obs[index_of(pairs, {1, 2, 3})] == Approx(15));
  base::Log log;
  const Data none =
      crystal::read_reflections(cif("_refln.status\n_refln.F_meas_au\n_refln.F_meas_sigma_au\n",
                                    "1 2 3 o 10 1\n1 2 4 o 20 2\n"),
                                {}, 1, log);
  CHECK(none.free_value == -1);
  CHECK(none.free_convention == "none");
  REQUIRE(log.warnings().size() >= 1);
  CHECK_THAT(log.warnings()[0], Catch::Contains("has no test set"));
}

TEST_CASE("Repeated measurements in mmCIF are averaged") {
  test::RecordedLog recorded;
  const Data data = crystal::read_reflections(
      cif("_refln.intensity_meas\n_refln.intensity_sigma\n",
          "1 2 3 10000 10\n1 2 3 10200 10\n-1 2 3 10100 10\n1 2 4 40000 20\n"),
      {}, 1, recorded.log());
  CHECK(data.reflections.f_obs[index_of(data, {1, 2, 3})] ==
        Approx(std::sqrt(10100)).epsilon(1e-4));
  CHECK(recorded.says("2 reflections averaged with an equivalent"));
}

TEST_CASE("Files that are no data are refused, each with what is wrong") {
  const auto of_text = [](const std::string& content) {
    return error_of([&] { read(test::written("bad.mtz", content)); });
  };
  const std::string good = test::mtz_content(fp, positive_octant());
  CHECK_THAT(error_of([&] { read("/no/such/data.mtz"); }),
             Catch::Contains("there is no such file"));
  CHECK_THAT(error_of([&] { read("/tmp"); }), Catch::Contains("it is a directory"));
  CHECK_THAT(of_text(""), Catch::Contains("the file is empty"));
  CHECK_THAT(of_text("ATOM      1  N   GLY A   1\n"),
             Catch::Contains("neither MTZ nor structure-factor mmCIF"));
  CHECK_THAT(of_text(std::string(3000, '\x02')), Catch::Contains("another binary file"));
  CHECK_THAT(of_text("MTZ "), Catch::Contains("bad.mtz"));
  CHECK_THAT(of_text(good.substr(0, good.size() / 2)), Catch::Contains("truncated or damaged"));
  CHECK_THAT(of_text(good.substr(0, 1000)), Catch::Contains("truncated or damaged"));
  CHECK_THAT(of_text(test::gzipped(good).substr(0, 500)),
             Catch::Contains("gzip file that is truncated"));
  CHECK(of_text(test::gzipped(good)).empty());
  CHECK_THAT(of_text("data_x\n_cell.length_a 30\n"),
             Catch::Contains("holds no amplitudes or intensities"));
  CHECK_THAT(of_text("data_x\n_a.b 'never closed\n"), Catch::Contains("as CIF"));
  CHECK_THAT(error_of([&] { read(written_mtz("none.mtz", fp, {})); }),
             Catch::Contains("holds no reflections"));
  CHECK_THAT(refusal({{"FREE", 'I'}}, {{{1, 2, 3}, {0}}}),
             Catch::Contains("has no amplitude (F) or intensity"));
  CHECK_THAT(refusal({{"IMEAN", 'J'}}, {{{1, 2, 3}, {5}}}),
             Catch::Contains("intensity (J, with sigma)"));
  DataOptions alone;
  alone.labels = {"IMEAN"};
  CHECK_THAT(refusal({{"IMEAN", 'J'}}, {{{1, 2, 3}, {5}}}, alone),
             Catch::Contains("have no sigma column"));
  const std::string no_cell =
      "data_x\nloop_\n_refln.index_h\n_refln.index_k\n_refln.index_l\n_refln.F_meas_au\n1 2 3 4\n";
  CHECK_THAT(of_text(no_cell), Catch::Contains("states no unit cell"));
}

TEST_CASE("A damaged index or cell cannot make a list beyond all bounds") {
  CHECK_THAT(refusal(fp, {{{1, 2, 900000}, {10, 1, 1}}, {{1, 2, 3}, {10, 1, 0}}}),
             Catch::Contains("no Miller index"));
  CHECK_THAT(
      refusal(fp,
              {{{900, 800, 900}, {10, 1, 1}}, {{1, 2, 3}, {10, 1, 1}}, {{1, 2, 4}, {10, 1, 0}}}),
      Catch::Contains("more than a crystal can have"));
}

TEST_CASE("The cell of the chosen column's dataset counts, and the file's missing-value mark") {
  const auto path = written_mtz("plain.mtz", fp, positive_octant());
  std::string content = test::content_of(path);
  // The dataset's own cell, in place, with the width of the header's field.
  const std::string dcell = "DCELL         1    30.0000";
  const std::size_t at = content.find(dcell);
  REQUIRE(at != std::string::npos);
  content.replace(at, dcell.size(), "DCELL         1    30.5000");
  CHECK(read(test::written("dataset.mtz", content)).cell.a == Approx(30.5));
  const std::size_t valm = content.find("VALM NAN");
  REQUIRE(valm != std::string::npos);
  content.replace(valm, 13,
                  "VALM 111.0000");  // F of 1 0 0 + ... = 100 + 1 + 10 + 0 is not there: 113 is
  CHECK(read(test::written("mark.mtz", content)).reflections.count(Use::test) == 25);
  content.replace(valm, 13, "VALM 112.0000");  // F of (1,1,1)
  CHECK(read(test::written("mark.mtz", content)).reflections.count(Use::test) == 24);
}

TEST_CASE("Two flags of an anomalous file are joined") {
  const Data data = read(written_mtz("twoflags.mtz",
                                     {{"F-obs(+)", 'G'},
                                      {"SIGF-obs(+)", 'L'},
                                      {"F-obs(-)", 'G'},
                                      {"SIGF-obs(-)", 'L'},
                                      {"R-free-flags(+)", 'I'},
                                      {"R-free-flags(-)", 'I'}},
                                     {{{1, 2, 3}, {10, 1, 20, 1, 0, 0}},
                                      {{1, 2, 4}, {missing, missing, 30, 2, missing, 1}},
                                      {{1, 2, 5}, {40, 4, missing, missing, 0, missing}}}));
  CHECK(data.free_value == 1);
  CHECK(data.reflections.use[index_of(data, {1, 2, 4})] == Use::test);
}

TEST_CASE("Operators in an MTZ header count where the name is of another group") {
  std::string content = test::mtz_content(fp, positive_octant(), "P 21 21 21");
  const std::size_t at = content.find("'P 21 21 21'");
  REQUIRE(at != std::string::npos);
  content.replace(at, 12, "'P 2 2 2'   ");
  base::Log log;
  const Data data = crystal::read_reflections(test::written("misnamed.mtz", content), {}, 1, log);
  CHECK(data.space_group == "P 21 21 21");
  CHECK_THAT(log.warnings().at(0), Catch::Contains("its operators are those of P 21 21 21"));
}
