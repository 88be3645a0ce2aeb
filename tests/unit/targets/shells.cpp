// SPDX-License-Identifier: MPL-2.0
// Resolution shells: equal counts, every reflection in one, curves through their means.
#include "polyform/targets/shells.hpp"

#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using targets::Shells;

namespace {

std::vector<char> all_of(const crystal::Reflections& r) { return std::vector<char>(r.size(), 1); }

std::vector<long> counts(const Shells& shells, const std::vector<char>& marks) {
  std::vector<long> n(static_cast<std::size_t>(shells.size()), 0);
  for (std::size_t i = 0; i < marks.size(); ++i)
    if (marks[i]) ++n[static_cast<std::size_t>(shells.of(i))];
  return n;
}

}  // namespace

TEST_CASE("shells hold equal numbers of the reflections counted, low resolution first") {
  const auto form = test::random_form("P 1", {31, 37, 43, 81, 95, 103}, 2.0, 1);
  const auto marks = all_of(form.all);
  const Shells shells(form.all, marks, 10, 50);
  REQUIRE(shells.size() == 10);
  for (long n : counts(shells, marks))
    CHECK(std::abs(n - static_cast<long>(form.all.size()) / 10) <= 1);
  for (int k = 0; k < 10; ++k) {
    CHECK(shells.d_low(k) > shells.d_high(k));
    if (k > 0) CHECK(shells.d_low(k) == shells.d_high(k - 1));
  }
  for (std::size_t i = 0; i < form.all.size(); ++i) {
    const double d = 1.0 / std::sqrt(form.all.inverse_d2[i]);
    CHECK(d <= shells.d_low(shells.of(i)) * (1 + 1e-12));
    CHECK(d >= shells.d_high(shells.of(i)) * (1 - 1e-12));
  }
}

TEST_CASE("there are fewer shells when one would hold too few, and at least one") {
  const auto form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 3.0, 1, 8);
  std::vector<char> marks(form.all.size());
  long n_test = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    marks[i] = form.all.use[i] == crystal::Use::test;
    n_test += marks[i];
  }
  const Shells shells(form.all, marks, 100, 20);
  CHECK(shells.size() == n_test / 20);
  for (long n : counts(shells, marks)) CHECK(n >= 20);
  CHECK(Shells(form.all, marks, 10, 1000000).size() == 1);
  CHECK(Shells(form.all, std::vector<char>(marks.size(), 0), 10, 1).size() == 1);
}

TEST_CASE("reflections of equal resolution stay in one shell") {
  const auto form = test::random_form("I 4 3 2", {60, 60, 60, 90, 90, 90}, 6.0, 1);
  const auto marks = all_of(form.all);
  const Shells shells(form.all, marks, 30, 1);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (form.all.inverse_d2[i] == form.all.inverse_d2[j]) CHECK(shells.of(i) == shells.of(j));
  for (long n : counts(shells, marks)) CHECK(n > 0);
}

TEST_CASE(
    "interpolation passes through the shells' means, is linear between and constant outside") {
  const auto form = test::random_form("P 1", {31, 37, 43, 81, 95, 103}, 3.0, 1);
  const Shells shells(form.all, all_of(form.all), 5, 50);
  const std::vector<double> values = {3, 1, 4, 1, 5};
  for (int k = 0; k < 5; ++k)
    CHECK(shells.interpolate(values, shells.mean_s2(k)) ==
          Approx(values[static_cast<std::size_t>(k)]));
  CHECK(shells.interpolate(values, 0.5 * (shells.mean_s2(0) + shells.mean_s2(1))) == Approx(2.0));
  CHECK(shells.interpolate(values, 0.0) == 3.0);
  CHECK(shells.interpolate(values, 1.0) == 5.0);
}
