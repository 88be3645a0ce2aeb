// SPDX-License-Identifier: MPL-2.0
// Scales, R, error estimates and targets are the same on any number of ranks, to 1e-10.
#include <cmath>
#include <memory>

#include "polyform/base/error.hpp"
#include "polyform/targets/agreement.hpp"
#include "polyform/targets/error_model.hpp"
#include "polyform/targets/map_coefficients.hpp"
#include "polyform/targets/scaling.hpp"
#include "polyform/targets/target.hpp"
#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using test::AmplitudeData;
using test::owned;

namespace {

AmplitudeData noisy_form(double d_min, unsigned test_every) {
  AmplitudeData form =
      test::random_form("P 41 21 2", {40, 40, 52, 90, 90, 90}, d_min, 5, test_every);
  test::set_scaled_amplitudes(form, 2.0, {3, 3, -5, 0, 0, 0}, 0.35, 46.0);
  test::set_observed_with_errors(form, std::vector<double>(form.all.size(), 0.9),
                                 std::vector<double>(form.all.size(), 600.0), 6);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    form.all.sigma[i] = 2.0 + 0.03 * form.all.f_obs[i];
  return form;
}

// F_model of a model with errors of its own.
std::vector<Complex> kicked_f(const AmplitudeData& form) {
  std::vector<Complex> f = form.f_model;
  for (std::size_t i = 0; i < f.size(); ++i) f[i] *= 1.0 + 0.4 * std::sin(static_cast<double>(i));
  return f;
}

// As test::random_form has it.
ExpectedPower expected_power(const Share& share) {
  ExpectedPower power;
  for (std::size_t k = 0; k < share.size(); ++k) {
    power.model.push_back(1e4 * std::exp(-10.0 * share.all.inverse_d2[share.global(k)]));
    power.missing.push_back(0.05 * power.model.back());
  }
  return power;
}

// Everything the layer makes of a form, at this rank's reflections.
struct Outcome {
  ScaleParameters scale;
  Agreement r;
  ErrorModel errors;
  std::vector<Complex> f_model;
  ErrorModel free_kick, missing;
  std::vector<double> values;
  std::vector<std::vector<Complex>> slopes;
  MapCoefficients maps;
};
Outcome outcome(const AmplitudeData& form, const parallel::Communicator& team) {
  const Share share = form.share(team);
  const auto f_calc = owned(form.f_calc, share), f_mask = owned(form.f_mask, share);
  Scaling scaling(share, {});
  scaling.fit(f_calc, f_mask);
  Outcome result;
  result.scale = scaling.parameters();
  result.f_model.resize(share.size());
  scaling.apply(f_calc, f_mask, result.f_model);
  result.r = agreement(share, scaling.shells(), result.f_model);
  result.errors = estimate_errors(share, result.f_model, {});
  const std::vector<std::vector<Complex>> kicked = {owned(kicked_f(form), share)};
  result.free_kick = estimate_errors_free_kick(share, result.f_model, kicked);
  const ExpectedPower power = expected_power(share);
  const double error =
      most_likely_coordinate_error(share, power, scaling.k_total(), result.f_model);
  result.missing = errors_of_missing_atoms(share, power, scaling.k_total(), error);

  std::vector<std::unique_ptr<Target>> targets;
  for (const ErrorModel* errors : {&result.errors, &result.free_kick, &result.missing}) {
    targets.push_back(make_ml(share, *errors));
    targets.push_back(make_ml_apr(share, *errors));
  }
  for (const char* weights : {"unit", "sigma", "shell"})
    for (const char* scale : {"overall", "shell"})
      targets.push_back(make_lsq(share, result.f_model, {weights, scale, 4}));
  for (const auto& target : targets) {
    result.slopes.emplace_back(share.size());
    result.values.push_back(team.sum(target->evaluate(result.f_model, result.slopes.back())));
  }
  result.maps = map_coefficients(share, result.errors, result.f_model);
  return result;
}

void check_close(double here, double alone) { CHECK(here == Approx(alone).epsilon(1e-10)); }

void check_close(const std::vector<Complex>& here, const std::vector<Complex>& alone) {
  REQUIRE(here.size() == alone.size());
  double largest = 0.0, difference = 0.0;
  for (std::size_t k = 0; k < here.size(); ++k) {
    largest = std::max(largest, std::abs(alone[k]));
    difference = std::max(difference, std::abs(here[k] - alone[k]));
  }
  CHECK(difference <= 1e-10 * largest);
}

void compare_with_one_rank(const AmplitudeData& form) {
  const Outcome here = outcome(form, test::world());
  const auto one = parallel::Communicator::self();
  const Outcome alone = outcome(form, one);
  const Share share = form.share(test::world());

  check_close(here.scale.k_overall, alone.scale.k_overall);
  check_close(here.scale.b_cart[2], alone.scale.b_cart[2]);
  check_close(here.scale.k_sol, alone.scale.k_sol);
  check_close(here.scale.b_sol, alone.scale.b_sol);
  check_close(here.r.overall.r_work, alone.r.overall.r_work);
  check_close(here.r.overall.r_free, alone.r.overall.r_free);
  CHECK(here.r.overall.n_work == alone.r.overall.n_work);
  for (std::size_t t = 0; t < alone.values.size(); ++t) {
    INFO("target " << t);
    check_close(here.values[t], alone.values[t]);
    check_close(here.slopes[t], owned(alone.slopes[t], share));
  }
  check_close(here.f_model, owned(alone.f_model, share));
  check_close(here.maps.two_mfo_dfc, owned(alone.maps.two_mfo_dfc, share));
  for (const auto part : {&Outcome::errors, &Outcome::free_kick, &Outcome::missing}) {
    const auto alpha = owned((alone.*part).alpha, share), beta = owned((alone.*part).beta, share);
    for (std::size_t k = 0; k < share.size(); ++k) {
      check_close((here.*part).alpha[k], alpha[k]);
      check_close((here.*part).beta[k], beta[k]);
    }
  }
  REQUIRE(here.errors.shell_alpha.size() == alone.errors.shell_alpha.size());
  for (std::size_t s = 0; s < here.errors.shell_alpha.size(); ++s)
    check_close(here.errors.shell_alpha[s], alone.errors.shell_alpha[s]);
}

}  // namespace

TEST_CASE("results are those of one rank, with shells of error estimates") {
  compare_with_one_rank(noisy_form(2.0, 5));
}

TEST_CASE("results are those of one rank, with a smooth curve of error estimates") {
  compare_with_one_rank(noisy_form(3.0, 10));
}

TEST_CASE("results are those of one rank when a rank has hardly any reflection") {
  compare_with_one_rank(noisy_form(12.0, 3));
}

TEST_CASE("k_mask by shells is that of one rank") {
  AmplitudeData form = test::random_form("P 65 2 2", {60, 60, 90, 90, 90, 120}, 2.5, 7);
  test::set_scaled_amplitudes(form, 2.0, {-4, -4, 9, 0, 0, 0}, 0.41, 63.0);
  const auto fitted = [&](const parallel::Communicator& team) {
    const Share share = form.share(team);
    ScalingOptions options;
    options.shell_mask = true;
    Scaling scaling(share, options);
    scaling.fit(owned(form.f_calc, share), owned(form.f_mask, share));
    return scaling.parameters();
  };
  const ScaleParameters here = fitted(test::world()), alone = fitted(parallel::Communicator::self());
  REQUIRE(here.shell_mask.size() == alone.shell_mask.size());
  for (std::size_t j = 0; j < alone.shell_mask.size(); ++j)
    CHECK(here.shell_mask[j] == Approx(alone.shell_mask[j]).margin(1e-8));
  check_close(here.k_overall, alone.k_overall);
}

TEST_CASE("every rank refuses a form without a test set") {
  const AmplitudeData form = noisy_form(4.0, 0);
  const Share share = form.share(test::world());
  const auto f_model = owned(form.f_model, share);
  CHECK_THROWS_AS(estimate_errors(share, f_model, {}), base::InputError);
}

TEST_CASE("slopes are central differences of the value summed over the ranks") {
  const AmplitudeData form = noisy_form(6.0, 5);
  const Share share = form.share(test::world());
  const auto f_model = owned(form.f_model, share);
  const ErrorModel errors = estimate_errors(share, f_model, {});
  std::vector<std::unique_ptr<Target>> targets;
  targets.push_back(make_ml(share, errors));
  targets.push_back(make_ml_apr(share, errors));
  targets.push_back(make_lsq(share, f_model, {"sigma", "shell", 4}));
  for (const auto& target : targets)
    for (std::size_t i = 0; i < form.all.size(); i += 29) {
      // The rank that owns the reflection moves its F_model, and all sum.
      const bool mine = i >= share.own.begin && i < share.own.end;
      const double h = 1e-3 * std::abs(form.f_model[i]) + 1e-6;
      const auto value = [&](Complex shift) {
        std::vector<Complex> moved = f_model, unused(share.size());
        if (mine) moved[i - share.own.begin] += shift;
        return share.team.sum(target->evaluate(moved, unused));
      };
      const Complex numerical((value(h) - value(-h)) / (2 * h),
                              (value(Complex(0, h)) - value(Complex(0, -h))) / (2 * h));
      std::vector<Complex> slope(share.size());
      target->evaluate(f_model, slope);
      if (mine)
        CHECK(std::abs(slope[i - share.own.begin] - numerical) < 1e-4 * std::abs(numerical) + 1e-9);
    }
}
