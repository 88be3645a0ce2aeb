// SPDX-License-Identifier: MPL-2.0
// Map coefficients: Read's formulas, what unobserved and free reflections put in.
#include "polyform/targets/map_coefficients.hpp"

#include <cmath>

#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using test::AmplitudeData;

namespace {

struct Example {
  Example() : form(test::random_form("P 41 21 2", {20, 20, 26, 90, 90, 90}, 2.5, 5)) {
    errors.alpha.assign(form.all.size(), 0.9);
    errors.beta.assign(form.all.size(), 800.0);
    test::set_observed_with_errors(form, errors.alpha, errors.beta, 6);
    for (std::size_t i = 0; i < form.all.size(); i += 11) {
      form.all.use[i] = crystal::Use::unobserved;
      form.all.f_obs[i] = std::nan("");
    }
  }
  MapCoefficients maps() const {
    return map_coefficients(form.share(test::world()), errors, form.f_model);
  }
  AmplitudeData form;
  ErrorModel errors;
};

void check_equal(Complex a, Complex b) { CHECK(std::abs(a - b) <= 1e-10 * (1.0 + std::abs(b))); }

}  // namespace

TEST_CASE("2mFo-DFc is made of acentric, mFo of centric reflections, with the model's phase") {
  const Example example;
  const auto& all = example.form.all;
  const MapCoefficients maps = example.maps();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all.use[i] == crystal::Use::unobserved) continue;
    const Complex phase = example.form.f_model[i] / std::abs(example.form.f_model[i]);
    const double dfc = 0.9 * std::abs(example.form.f_model[i]);
    const double mfo = maps.fom[i] * all.f_obs[i];
    check_equal(maps.mfo_dfc[i], (mfo - dfc) * phase);
    check_equal(maps.two_mfo_dfc[i], (all.centric[i] ? mfo : 2.0 * mfo - dfc) * phase);
    CHECK(maps.fom[i] >= 0.0);
    CHECK(maps.fom[i] <= 1.0);
  }
}

TEST_CASE("unobserved reflections are D Fc in the map and nothing in the difference map") {
  const Example example;
  const MapCoefficients maps = example.maps();
  for (std::size_t i = 0; i < example.form.all.size(); i += 11) {
    check_equal(maps.two_mfo_dfc[i], 0.9 * example.form.f_model[i]);
    CHECK(maps.mfo_dfc[i] == Complex{});
    CHECK(std::isnan(maps.fom[i]));
  }
}

TEST_CASE("maps to refine against do not depend on F_obs of free reflections") {
  Example example;
  const auto maps = [&](const ErrorModel* errors, double n, double k) {
    return mixed_coefficients(example.form.share(test::world()), errors, example.form.f_model,
                              {n, k});
  };
  const auto all_maps = [&] {
    return std::vector{maps(&example.errors, 2, -1), maps(&example.errors, 1, -1),
                       maps(nullptr, 3, -2)};
  };
  const auto before = all_maps();
  for (std::size_t i = 0; i < example.form.all.size(); ++i)
    if (example.form.all.use[i] == crystal::Use::test) example.form.all.f_obs[i] *= 2.0;
  CHECK(all_maps() == before);
  for (std::size_t i = 0; i < example.form.all.size(); ++i)
    if (example.form.all.use[i] != crystal::Use::work) {
      check_equal(before[0][i], 0.9 * example.form.f_model[i]);
      CHECK(before[1][i] == Complex{});
      check_equal(before[2][i], example.form.f_model[i]);
    }
}

TEST_CASE(
    "maps to refine against are those that are shown, where reflections are of the work set") {
  const Example example;
  const MapCoefficients shown = example.maps();
  const auto share = example.form.share(test::world());
  const auto two = mixed_coefficients(share, &example.errors, example.form.f_model, {2, -1});
  const auto difference = mixed_coefficients(share, &example.errors, example.form.f_model, {1, -1});
  const auto unweighted = mixed_coefficients(share, nullptr, example.form.f_model, {3, -2});
  for (std::size_t i = 0; i < example.form.all.size(); ++i) {
    if (example.form.all.use[i] != crystal::Use::work) continue;
    check_equal(two[i], shown.two_mfo_dfc[i]);
    check_equal(difference[i], shown.mfo_dfc[i]);
    const double f = std::abs(example.form.f_model[i]);
    CHECK(std::abs(unweighted[i]) == Approx(std::abs(3 * example.form.all.f_obs[i] - 2 * f)));
  }
}

TEST_CASE("the figure of merit is the mean cosine of the phase error") {
  // F = alpha F_model + e: among simulated reflections with known phase the mean of cos(phase of F
  // minus phase of F_model) equals the mean of m.
  const AmplitudeData form = test::random_form("P 1", {40, 45, 50, 81, 95, 103}, 2.5, 8);
  ErrorModel errors;
  errors.alpha.assign(form.all.size(), 0.8);
  errors.beta.assign(form.all.size(), 2000.0);
  AmplitudeData observed = form;
  const AmplitudeData noise = test::random_form("P 1", {40, 45, 50, 81, 95, 103}, 2.5, 9);
  double cosine = 0.0;
  for (std::size_t i = 0; i < form.all.size(); ++i) {
    const Complex unit_noise = noise.f_calc[i] / (100.0 * std::exp(-5.0 * form.all.inverse_d2[i]));
    const Complex f = 0.8 * form.f_model[i] + std::sqrt(2000.0) * unit_noise;
    observed.all.f_obs[i] = std::abs(f);
    cosine += (f * std::conj(form.f_model[i])).real() / std::abs(f) / std::abs(form.f_model[i]);
  }
  const MapCoefficients maps =
      map_coefficients(observed.share(test::world()), errors, form.f_model);
  double mean = 0.0;
  for (double m : maps.fom) mean += m;
  const double n = static_cast<double>(form.all.size());
  CHECK(mean / n == Approx(cosine / n).margin(4.0 * 0.5 / std::sqrt(n)));
}
