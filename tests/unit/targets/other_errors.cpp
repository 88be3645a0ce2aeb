// SPDX-License-Identifier: MPL-2.0
// Errors from missing atoms and from kicked models: simulated ones are recovered, and F_obs of the
// test set is never read.
#include <cmath>
#include <numbers>
#include <random>

#include "polyform/base/error.hpp"
#include "polyform/targets/error_model.hpp"
#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using test::AmplitudeData;

namespace {

constexpr double power_at_0 = 1e4;  // <|F|^2/epsilon> of test::random_form, B = 20 A^2

struct Simulated {
  AmplitudeData form;
  ExpectedPower power;
  std::vector<double> scale;
};

// Data of a model whose atoms are off by `error` [A] and that lacks `missing` of its scattering,
// on the scale K of F_obs.
Simulated simulate(double error, double missing, double scale) {
  Simulated made{test::random_form("P 21 21 21", {40, 46, 52, 90, 90, 90}, 2.0, 3), {}, {}};
  std::vector<double> alpha, beta;
  for (double s2 : made.form.all.inverse_d2) {
    made.power.model.push_back(power_at_0 * std::exp(-10.0 * s2));
    made.power.missing.push_back(missing * made.power.model.back());
    made.scale.push_back(scale);
    alpha.push_back(std::exp(-0.25 * std::pow(std::numbers::pi, 3) * error * error * s2));
    beta.push_back(scale * scale *
                   ((1.0 - alpha.back() * alpha.back()) * made.power.model.back() +
                    made.power.missing.back()));
  }
  for (Complex& f : made.form.f_model) f *= scale;
  test::set_observed_with_errors(made.form, alpha, beta, 8);
  return made;
}

}  // namespace

TEST_CASE("the coordinate error of simulated data is found, on any scale of F_obs") {
  for (double scale : {0.3, 1.0, 7.0})
    for (double error : {0.0, 0.15, 0.4, 0.8}) {
      const Simulated made = simulate(error, 0.08, scale);
      const Share share = made.form.share(test::world());
      INFO("error " << error << " A, K = " << scale);
      CHECK(most_likely_coordinate_error(share, made.power, made.scale, made.form.f_model) ==
            Approx(error).margin(error == 0.0 ? 0.06 : 0.015));
    }
}

TEST_CASE("a larger error lowers alpha and raises beta; missing atoms raise beta alone") {
  const Simulated made = simulate(0.3, 0.1, 2.0);
  const Share share = made.form.share(test::world());
  const ErrorModel better = errors_of_missing_atoms(share, made.power, made.scale, 0.2);
  const ErrorModel worse = errors_of_missing_atoms(share, made.power, made.scale, 0.4);
  ExpectedPower more = made.power;
  for (double& p : more.missing) p *= 1.25;
  const ErrorModel lacking = errors_of_missing_atoms(share, more, made.scale, 0.2);
  for (std::size_t k = 0; k < share.size(); ++k) {
    CHECK(worse.alpha[k] < better.alpha[k]);
    CHECK(worse.beta[k] > better.beta[k]);
    CHECK(lacking.alpha[k] == better.alpha[k]);
    CHECK(lacking.beta[k] - better.beta[k] ==
          Approx(4.0 * 0.25 * made.power.missing[k]).epsilon(1e-9));
  }
}

TEST_CASE("kicked models that stand for the model's own errors give the true alpha and beta") {
  // A model that the fit has made too good: F_obs and the fitted model share noise. Kicked by as
  // much, its work set shows the errors that a test set would.
  AmplitudeData form = test::random_form("P 21 21 21", {40, 46, 52, 90, 90, 90}, 2.0, 3);
  const double sigma_a = 0.8;
  std::vector<double> alpha, beta;
  for (double s2 : form.all.inverse_d2) {
    alpha.push_back(sigma_a);
    beta.push_back((1.0 - sigma_a * sigma_a) * power_at_0 * std::exp(-10.0 * s2));
  }
  const std::vector<Complex> truth = form.f_model;
  std::vector<std::vector<Complex>> kicked;
  for (unsigned seed : {21u, 22u, 23u}) {
    const AmplitudeData other =
        test::random_form("P 21 21 21", {40, 46, 52, 90, 90, 90}, 2.0, seed);
    kicked.push_back(truth);
    for (std::size_t i = 0; i < truth.size(); ++i)
      kicked.back()[i] = sigma_a * truth[i] + std::sqrt(1 - sigma_a * sigma_a) * other.f_model[i];
  }
  const Share share = form.share(test::world());
  const ErrorModel found = estimate_errors_free_kick(share, form.f_model, kicked);
  CHECK(found.shells.size() > 10);
  double alpha_off = 0, beta_off = 0;
  for (std::size_t k = 0; k < share.size(); ++k) {
    alpha_off += std::pow(std::log(found.alpha[k] / alpha[k]), 2);
    beta_off += std::pow(std::log(found.beta[k] / beta[k]), 2);
  }
  CHECK(std::sqrt(alpha_off / static_cast<double>(share.size())) < 0.03);
  CHECK(std::sqrt(beta_off / static_cast<double>(share.size())) < 0.10);
}

TEST_CASE("neither missing atoms nor kicked models read F_obs of the test set") {
  Simulated made = simulate(0.3, 0.1, 1.5);
  const Share share = made.form.share(test::world());
  std::vector<std::vector<Complex>> kicked(2, made.form.f_model);
  for (std::size_t i = 0; i < share.size(); ++i) {
    kicked[0][i] *= i % 2 == 0 ? 1.3 : 0.8;
    kicked[1][i] *= i % 3 == 0 ? 1.4 : 0.7;
  }
  double error[2];
  ErrorModel of_kicks[2];
  for (int run : {0, 1}) {
    error[run] = most_likely_coordinate_error(share, made.power, made.scale, made.form.f_model);
    of_kicks[run] = estimate_errors_free_kick(share, made.form.f_model, kicked);
    for (std::size_t i = 0; i < share.size(); ++i)
      if (made.form.all.use[i] == crystal::Use::test) made.form.all.f_obs[i] = std::nan("");
  }
  CHECK(error[0] == error[1]);
  CHECK(of_kicks[0].alpha == of_kicks[1].alpha);
  CHECK(of_kicks[0].beta == of_kicks[1].beta);
}

TEST_CASE("free kicks need no test set, but a work set") {
  AmplitudeData form = test::random_form("P 1", {14, 16, 18, 81, 95, 103}, 3.5, 4, 0);
  const std::vector<std::vector<Complex>> kicked = {form.f_model};
  const ErrorModel found =
      estimate_errors_free_kick(form.share(test::world()), form.f_model, kicked);
  CHECK(found.alpha.size() == form.all.size());
  for (auto& use : form.all.use) use = crystal::Use::unobserved;
  CHECK_THROWS_AS(estimate_errors_free_kick(form.share(test::world()), form.f_model, kicked),
                  base::InputError);
}
