// SPDX-License-Identifier: MPL-2.0
// What `config` decides: which data go with which model, names, residues that differ.
#include <cmath>

#include "app/find_groups.hpp"
#include "app/match_files.hpp"
#include "polyform/base/error.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::app;

namespace {

std::string refused(const std::vector<NamedFile>& models, const std::vector<NamedFile>& data,
                    const std::vector<std::vector<bool>>& fits) {
  try {
    match_files(models, data, fits);
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return "";
}

const std::vector<std::vector<bool>> all_fit = {{true, true}, {true, true}};

}  // namespace

TEST_CASE("data go with the model whose crystal they are of, whatever the order") {
  const std::vector<NamedFile> models = {{"a.pdb", ""}, {"b.pdb", ""}},
                               data = {{"x.mtz", ""}, {"y.mtz", ""}};
  CHECK(match_files(models, data, {{false, true}, {true, false}}) ==
        std::vector<std::size_t>{1, 0});
  CHECK(match_files(models, data, all_fit) == std::vector<std::size_t>{0, 1});
}

TEST_CASE("of several data that fit, file names decide, then folders") {
  CHECK(match_files({{"a.pdb", ""}, {"b.pdb", ""}}, {{"b.mtz", ""}, {"a.mtz", ""}}, all_fit) ==
        std::vector<std::size_t>{1, 0});
  CHECK(match_files({{"p/model.pdb", ""}, {"q/model.pdb", ""}},
                    {{"q/data.mtz", ""}, {"p/data.mtz", ""}},
                    all_fit) == std::vector<std::size_t>{1, 0});
}

TEST_CASE("files that make no pairs are refused with what to do") {
  CHECK_THAT(
      refused({{"a.pdb", "P 1"}}, {{"x.mtz", "P 2"}}, {{false}}),
      Catch::Contains("a.pdb") && Catch::Contains("x.mtz (P 2)") && Catch::Contains("in pairs"));
  CHECK_THAT(refused({{"a.pdb", ""}}, {}, {{}}), Catch::Contains("1 models and 0 files of data"));
  CHECK_THAT(refused({{"a.pdb", ""}, {"./a.pdb", ""}}, {{"x.mtz", ""}, {"y.mtz", ""}}, all_fit),
             Catch::Contains("given twice"));
}

TEST_CASE("forms have names of their own") {
  CHECK(form_names({{"wet.pdb", ""}, {"dry.pdb", ""}}) == std::vector<std::string>{"wet", "dry"});
  CHECK(form_names({{"p/model.pdb", ""}, {"q/model.pdb", ""}}) ==
        std::vector<std::string>{"p", "q"});
  const auto numbered = form_names({{"p/a/model.pdb", ""}, {"q/a/model.pdb", ""}});
  CHECK(numbered == std::vector<std::string>{"a_1", "a_2"});
}

TEST_CASE("residues beyond 1 A and three times the median differ") {
  std::vector<double> apart(20, 0.2);
  CHECK(outliers(apart).empty());
  apart[3] = 1.4;
  apart[4] = 0.9;
  apart[7] = NAN;
  CHECK(outliers(apart) == std::vector<std::size_t>{3});
  CHECK(outliers(std::vector<double>(20, 1.5)).empty());  // all alike poor
  CHECK(outliers({}).empty());
}

TEST_CASE("residues are named in ranges, insertion codes among them") {
  const std::vector<std::string> numbers = {"1", "2", "3", "3A", "5", "-1"};
  CHECK(residue_ranges("A", numbers, {0, 1, 2}) == "A 1-3");
  CHECK(residue_ranges("A", numbers, {0, 3, 5}) == "A 1 3A -1");
  CHECK(residue_ranges("B", numbers, {2, 3, 4}) == "B 3 3A 5");
}
