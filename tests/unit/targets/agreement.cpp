// SPDX-License-Identifier: MPL-2.0
// R, correlation, counts and completeness, against sums written out.
#include "polyform/targets/agreement.hpp"

#include <cmath>

#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using test::AmplitudeData;

namespace {

AmplitudeData form_with_gaps() {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.5, 5);
  test::set_observed_with_errors(form, std::vector<double>(form.all.size(), 0.9),
                                 std::vector<double>(form.all.size(), 100.0), 6);
  for (std::size_t i = 0; i < form.all.size(); i += 11) {
    form.all.use[i] = crystal::Use::unobserved;
    form.all.f_obs[i] = std::nan("");
  }
  return form;
}

double r_of(const AmplitudeData& form, crystal::Use use) {
  double difference = 0.0, sum = 0.0;
  for (std::size_t i = 0; i < form.all.size(); ++i) {
    if (form.all.use[i] != use) continue;
    difference += std::abs(form.all.f_obs[i] - std::abs(form.f_model[i]));
    sum += form.all.f_obs[i];
  }
  return difference / sum;
}

Shells ten_shells(const AmplitudeData& form) {
  return Shells(form.all, std::vector<char>(form.all.size(), 1), 10, 1);
}

}  // namespace

TEST_CASE("R-work, R-free and counts are those of their sets; completeness minds the unobserved") {
  const AmplitudeData form = form_with_gaps();
  const Agreement result = agreement(form.share(test::world()), ten_shells(form), form.f_model);
  const ShellAgreement& all = result.overall;
  CHECK(all.r_work == Approx(r_of(form, crystal::Use::work)));
  CHECK(all.r_free == Approx(r_of(form, crystal::Use::test)));
  CHECK(all.n_work == static_cast<long>(form.all.count(crystal::Use::work)));
  CHECK(all.n_test == static_cast<long>(form.all.count(crystal::Use::test)));
  CHECK(all.completeness ==
        Approx(1.0 - static_cast<double>(all.n_unobserved) / static_cast<double>(form.all.size())));
  CHECK(all.n_unobserved == static_cast<long>((form.all.size() + 10) / 11));
  CHECK(all.cc_work > 0.9);
  CHECK(all.cc_work < 1.0);

  long n = 0;
  for (const ShellAgreement& shell : result.shells)
    n += shell.n_work + shell.n_test + shell.n_unobserved;
  CHECK(n == static_cast<long>(form.all.size()));
}

TEST_CASE("a perfect model has R 0 and correlation 1, whatever the scale of the correlation") {
  const AmplitudeData form = test::random_form("P 1", {14, 16, 18, 81, 95, 103}, 3.0, 5);
  std::vector<Complex> half = form.f_model;
  const Agreement perfect = agreement(form.share(test::world()), ten_shells(form), half);
  CHECK(perfect.overall.r_work == Approx(0.0).margin(1e-12));
  CHECK(perfect.overall.cc_free == Approx(1.0));
  for (Complex& f : half) f *= 0.5;
  const Agreement scaled = agreement(form.share(test::world()), ten_shells(form), half);
  CHECK(scaled.overall.r_work == Approx(0.5));
  CHECK(scaled.overall.cc_work == Approx(1.0));
  CHECK(scaled.overall.scale == Approx(2.0));
}

TEST_CASE("what has no reflections is not a number") {
  const AmplitudeData form = test::random_form("P 1", {14, 16, 18, 81, 95, 103}, 3.0, 5, 0);
  const Agreement result = agreement(form.share(test::world()), ten_shells(form), form.f_model);
  CHECK(std::isnan(result.overall.r_free));
  CHECK(std::isnan(result.overall.cc_free));
  CHECK(result.overall.n_test == 0);
  CHECK(result.overall.r_work == Approx(0.0).margin(1e-12));
}
