// SPDX-License-Identifier: MPL-2.0
// The likelihood of reflections set aside: the better model is more likely, the rest has no say.
#include "polyform/targets/held_out.hpp"

#include <cmath>
#include <numeric>

#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using test::AmplitudeData;

namespace {

AmplitudeData observed_with_errors() {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.2, 3);
  test::set_scaled_amplitudes(form, 1.0, {0, 0, 0, 0, 0, 0}, 0.0, 46.0);
  test::set_observed_with_errors(form, std::vector<double>(form.all.size(), 0.9),
                                 std::vector<double>(form.all.size(), 600.0), 11);
  return form;
}

std::vector<std::size_t> every_fifth_of_the_work_set(const AmplitudeData& form) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < form.all.size(); i += 5)
    if (form.all.use[i] == crystal::Use::work) chosen.push_back(i);
  return chosen;
}

double mean(const std::vector<double>& v) {
  return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}

}  // namespace

TEST_CASE("a model with more errors makes the reflections set aside less likely") {
  const AmplitudeData form = observed_with_errors();
  const auto chosen = every_fifth_of_the_work_set(form);
  double before = mean(held_out_likelihood(form.all, chosen, form.f_calc));
  for (double error : {0.2, 0.5, 1.0}) {
    std::vector<Complex> wrong = form.f_calc;
    for (std::size_t i = 0; i < wrong.size(); ++i)
      wrong[i] += error * std::polar(std::abs(form.f_calc[i]), 2.4 * static_cast<double>(i * i));
    const double now = mean(held_out_likelihood(form.all, chosen, wrong));
    CHECK(now > before + 0.01);
    before = now;
  }
}

TEST_CASE("the scale of the model does not change how likely reflections set aside are") {
  const AmplitudeData form = observed_with_errors();
  const auto chosen = every_fifth_of_the_work_set(form);
  std::vector<Complex> larger = form.f_calc;
  for (Complex& f : larger) f *= 1.7;
  const auto a = held_out_likelihood(form.all, chosen, form.f_calc);
  const auto b = held_out_likelihood(form.all, chosen, larger);
  for (std::size_t j = 0; j < a.size(); ++j) CHECK(b[j] == Approx(a[j]).epsilon(1e-6));
}

TEST_CASE("no amplitude but those set aside is read") {
  AmplitudeData form = observed_with_errors();
  const auto chosen = every_fifth_of_the_work_set(form);
  const auto before = held_out_likelihood(form.all, chosen, form.f_calc);
  std::vector<char> kept(form.all.size(), 0);
  for (std::size_t i : chosen) kept[i] = 1;
  for (std::size_t i = 0; i < form.all.size(); ++i)
    if (!kept[i]) form.all.f_obs[i] = std::nan("");
  CHECK(held_out_likelihood(form.all, chosen, form.f_calc) == before);
}

TEST_CASE("a model without errors has a finite likelihood") {
  AmplitudeData form = test::random_form("P 1 21 1", {31, 37, 43, 90, 107, 90}, 2.5, 5);
  test::set_scaled_amplitudes(form, 1.0, {0, 0, 0, 0, 0, 0}, 0.0, 46.0);
  for (std::size_t i = 0; i < form.all.size(); ++i) form.all.f_obs[i] = std::abs(form.f_calc[i]);
  for (double value : held_out_likelihood(form.all, every_fifth_of_the_work_set(form), form.f_calc))
    CHECK(std::isfinite(value));
}
