// SPDX-License-Identifier: MPL-2.0
// Data that cannot be refined against.
#include <gemmi/mtz.hpp>

#include "jobs/inputs.hpp"
#include "support/catch.hpp"

using namespace polyform::test;
using gemmi::Mtz;

namespace {

void refused(const std::function<void(Mtz&)>& bend, const std::vector<std::string>& words,
             const std::string& flags = "") {
  const fs::path directory = fresh_directory("bad_data");
  write_mtz(directory / "data.mtz", bend);
  check_refused(3, "refine " + example_model + " data.mtz " + flags, directory, words);
}

void unchanged(Mtz&) {}

// Gives a column these values, one after another.
void fill(Mtz& mtz, const char* label, const std::function<float(std::size_t)>& value) {
  const std::size_t column = mtz.column_with_label(label)->idx, width = mtz.columns.size();
  for (std::size_t i = 0; i * width < mtz.data.size(); ++i) mtz.data[i * width + column] = value(i);
}

void remove(Mtz& mtz, const std::string& label) {
  if (const Mtz::Column* column = mtz.column_with_label(label)) mtz.remove_column(column->idx);
}

}  // namespace

TEST_CASE("data that are not there, empty or no reflections are refused", "[bad_data]") {
  const fs::path directory = fresh_directory("bad_data");
  write(directory / "empty.mtz", "");
  write(directory / "text.mtz", "h k l F\n1 2 3 4\n");
  const std::string model = "refine " + example_model + " ";
  check_refused(3, model + "absent.mtz", directory, {"absent.mtz", "no such file"});
  check_refused(3, model + "empty.mtz", directory, {"empty.mtz"});
  check_refused(3, model + "text.mtz", directory, {"text.mtz"});
  check_refused(3, model + example_model, directory, {"1cbs.cif.gz"});
}
TEST_CASE("a truncated MTZ is refused", "[bad_data]") {
  const fs::path directory = fresh_directory("bad_data");
  const std::string whole = content(example_data);
  write(directory / "cut.mtz", whole.substr(0, whole.size() / 2));
  check_refused(3, "refine " + example_model + " cut.mtz", directory, {"cut.mtz", "truncated"});
}
TEST_CASE("data of another cell are refused", "[bad_data]") {
  refused([](Mtz& mtz) { mtz.set_cell_for_all(gemmi::UnitCell(60, 70, 80, 90, 90, 90)); },
          {"cell"});
}
TEST_CASE("data without amplitudes are refused with the columns there are", "[bad_data]") {
  refused(
      [](Mtz& mtz) {
        while (mtz.columns.size() > 3) mtz.remove_column(mtz.columns.size() - 1);
      },
      {"data.mtz", "amplitude"});
}
TEST_CASE("intensities without sigmas are refused", "[bad_data]") {
  refused(
      [](Mtz& mtz) {
        remove(mtz, "SIGFP");
        mtz.column_with_label("FP")->type = 'J';
      },
      {"data.mtz", "sigma"}, "--labels FP");
}
TEST_CASE("columns asked for that do not exist are refused", "[bad_data]") {
  refused(unchanged, {"FOBS", "FP"}, "--labels FOBS,SIGFP,FREE");
}
TEST_CASE("a flag column that is no test set is refused", "[bad_data]") {
  refused([](Mtz& mtz) { fill(mtz, "FREE", [](std::size_t) { return 0.f; }); },
          {"data.mtz", "FREE"});
  refused([](Mtz& mtz) { fill(mtz, "FREE", [](std::size_t) { return 1.f; }); },
          {"data.mtz", "FREE"});
  refused([](Mtz& mtz) { fill(mtz, "FREE", [](std::size_t) { return 7.f; }); }, {"test set"},
          "--free-value 7");
}
TEST_CASE("a test value that no reflection has is refused", "[bad_data]") {
  refused(unchanged, {"99"}, "--free-value 99");
}
TEST_CASE("data without a test set are refused for the likelihood, with what to do", "[bad_data]") {
  for (const char* target : {"ML", "ML_EST", "ML_APR"})
    refused([](Mtz& mtz) { remove(mtz, "FREE"); },
            {"no test set", std::string("the target ") + target + " needs", "--make-free", "ML_FK",
             "LSQ"},
            std::string("--target ") + target);
  refused([](Mtz& mtz) { remove(mtz, "FREE"); }, {"no test set", "ML_EST", "--make-free"},
          "--target ML_FK --set b_factors.target=ML_EST");
}
TEST_CASE("a test set that is not to be kept is refused for the likelihood", "[bad_data]") {
  refused(unchanged, {"test_set is false", "ML_FK"}, "--set forms.test_set=false");
}
TEST_CASE("check tells R of data without a test set before it says what refinement lacks",
          "[bad_data]") {
  const fs::path directory = fresh_directory("bad_data");
  write_mtz(directory / "data.mtz", [](Mtz& mtz) { remove(mtz, "FREE"); });
  const Result result = run(0, "check " + example_model + " data.mtz", directory);
  INFO(result.out << result.err);
  CHECK(result.code == 3);
  CHECK_THAT(result.out, Catch::Contains("R-work") && Catch::Contains("overall"));
  CHECK_THAT(result.out, !Catch::Contains("nan"));
  CHECK_THAT(result.err, Catch::Contains("no test set") && Catch::Contains("--make-free"));
}
TEST_CASE("cutoffs that leave nothing are refused", "[bad_data]") {
  refused(unchanged, {"no reflection"}, "--set forms.d_min=60");
  refused(unchanged, {"no reflection"}, "--set forms.d_max=1.0");
}
TEST_CASE("cutoffs that leave no test reflection are refused for the likelihood", "[bad_data]") {
  // Every test reflection is weak.
  refused(
      [](Mtz& mtz) {
        fill(mtz, "FP", [](std::size_t i) { return 100.f + static_cast<float>(i % 7); });
        fill(mtz, "SIGFP", [](std::size_t i) { return i < 9000 ? 50.f : 1.f; });
        fill(mtz, "FREE", [](std::size_t i) { return i < 500 ? 0.f : 1.f; });
      },
      {"within the cutoffs", "FREE", "d_min"}, "--set forms.sigma_cutoff=5");
}
TEST_CASE("phases or figures of merit in the place of sigmas are refused", "[bad_data]") {
  refused(unchanged, {"PHIC", "type P", "no standard deviation"}, "--labels FP,PHIC,FREE");
  refused(unchanged, {"SIGFP", "type Q", "neither amplitude nor intensity"}, "--labels SIGFP");
}
TEST_CASE("an MTZ without a cell, with broken indices or without rows is refused", "[bad_data]") {
  refused([](Mtz& mtz) { mtz.set_cell_for_all(gemmi::UnitCell(0, 0, 0, 90, 90, 90)); },
          {"data.mtz", "cell"});
  refused([](Mtz& mtz) { mtz.data[0] = 1.5f; }, {"data.mtz", "reflection 1", "Miller index"});
  refused([](Mtz& mtz) { mtz.data[0] = 4000.f; }, {"data.mtz", "more than a crystal can have"});
  refused(
      [](Mtz& mtz) {
        mtz.data.clear();
        mtz.nreflections = 0;
      },
      {"data.mtz", "no reflections"});
}
TEST_CASE("data of another space group are refused with both", "[bad_data]") {
  refused([](Mtz& mtz) { mtz.spacegroup = gemmi::find_spacegroup_by_name("P 2 2 2"); },
          {"P 21 21 21", "P 2 2 2"});
}
TEST_CASE("a truncated or damaged structure-factor mmCIF is refused", "[bad_data]") {
  const std::string head =
      "data_r\n_cell.length_a 45.65\n_cell.length_b 47.56\n_cell.length_c 77.61\n"
      "_cell.angle_alpha 90\n_cell.angle_beta 90\n_cell.angle_gamma 90\n"
      "_symmetry.space_group_name_H-M 'P 21 21 21'\nloop_\n_refln.index_h\n_refln.index_k\n"
      "_refln.index_l\n_refln.F_meas_au\n_refln.F_meas_sigma_au\n_refln.status\n";
  const fs::path directory = fresh_directory("bad_data");
  write(directory / "cut.cif", head + "1 2 3 10 1 o\n1 2 4 10\n");
  write(directory / "words.cif", head + "1 2 3 ten 1 o\n1 2 4 ? 1 o\n");
  write(directory / "nocell.cif",
        head.substr(0, 7) + head.substr(head.find("_symmetry")) + "1 2 3 10 1 o\n1 2 4 10 1 f\n");
  const std::string model = "refine " + example_model + " ";
  check_refused(3, model + "cut.cif", directory, {"cut.cif", "Wrong number of values"});
  check_refused(3, model + "words.cif", directory, {"words.cif"});
  check_refused(3, model + "nocell.cif", directory, {"nocell.cif", "_cell"});
}
TEST_CASE("amplitudes that are all missing or negative are refused", "[bad_data]") {
  refused([](Mtz& mtz) { fill(mtz, "FP", [](std::size_t) { return NAN; }); }, {"no reflection"});
  refused([](Mtz& mtz) { fill(mtz, "FP", [](std::size_t) { return -3.f; }); }, {"no reflection"});
}
