// SPDX-License-Identifier: MPL-2.0
// Scales, R, error estimates and targets are the same on any number of ranks, to 1e-10.
#include <cmath>

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
  return form;
}

// Everything the layer makes of a form, at this rank's reflections.
struct Outcome {
  ScaleParameters scale;
  Agreement r;
  ErrorModel errors;
  std::vector<Complex> f_model;
  double ml = 0, lsq = 0;
  std::vector<Complex> ml_slope, lsq_slope;
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
  result.ml_slope.resize(share.size());
  result.lsq_slope.resize(share.size());
  result.ml = team.sum(make_ml(share, result.errors)->evaluate(result.f_model, result.ml_slope));
  result.lsq =
      team.sum(make_lsq(share, result.f_model)->evaluate(result.f_model, result.lsq_slope));
  result.maps = map_coefficients(share, result.errors, result.f_model, TestSet::included);
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
  check_close(here.ml, alone.ml);
  check_close(here.lsq, alone.lsq);
  check_close(here.f_model, owned(alone.f_model, share));
  check_close(here.ml_slope, owned(alone.ml_slope, share));
  check_close(here.lsq_slope, owned(alone.lsq_slope, share));
  check_close(here.maps.two_mfo_dfc, owned(alone.maps.two_mfo_dfc, share));
  const auto alpha = owned(alone.errors.alpha, share), beta = owned(alone.errors.beta, share);
  for (std::size_t k = 0; k < share.size(); ++k) {
    check_close(here.errors.alpha[k], alpha[k]);
    check_close(here.errors.beta[k], beta[k]);
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

TEST_CASE("every rank refuses a form without a test set") {
  const AmplitudeData form = noisy_form(4.0, 0);
  const Share share = form.share(test::world());
  const auto f_model = owned(form.f_model, share);
  CHECK_THROWS_AS(estimate_errors(share, f_model, {}), base::InputError);
}
