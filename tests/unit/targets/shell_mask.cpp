// SPDX-License-Identifier: MPL-2.0
// k_mask by shells: a curve that no exponential follows is found, within its limits, from the work
// set alone.
#include <cmath>

#include "polyform/targets/agreement.hpp"
#include "polyform/targets/scaling.hpp"
#include "support/amplitude_data.hpp"
#include "support/catch.hpp"
#include "targets/shell_mask_fit.hpp"

using namespace polyform;
using namespace polyform::targets;
using test::AmplitudeData;

namespace {

// Flat down to 4 A, then nothing beyond 3 A.
double steep(double s2) {
  const double d = 1 / std::sqrt(s2);
  return 0.35 * std::clamp(d - 3.0, 0.0, 1.0);
}

AmplitudeData form_with(double (*k_mask)(double), double scale, const kernels::Sym3& b_cart) {
  AmplitudeData form = test::random_form("P 1 21 1", {61, 57, 63, 90, 107, 90}, 2.2, 5);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    form.f_mask[i] *= k_mask(form.all.inverse_d2[i]);
  const std::vector<Complex> f_mask = form.f_mask;
  test::set_scaled_amplitudes(form, scale, b_cart, 1.0, 0.0);
  for (std::size_t i = 0; i < form.all.size(); ++i) {
    const double k = k_mask(form.all.inverse_d2[i]);
    form.f_mask[i] = k > 0 ? f_mask[i] / k : Complex{};
  }
  return form;
}

ScalingOptions with_shell_mask() {
  ScalingOptions options;
  options.shell_mask = true;
  options.shell_scales = "none";
  return options;
}

double r_work(const AmplitudeData& form, Scaling& scaling) {
  std::vector<Complex> f_model(form.all.size());
  scaling.fit(form.f_calc, form.f_mask);
  scaling.apply(form.f_calc, form.f_mask, f_model);
  return agreement(form.share(test::world()), scaling.shells(), f_model).overall.r_work;
}

}  // namespace

TEST_CASE("a solvent part that drops at 3.5 A is found by shells, not by k_sol and B_sol") {
  const AmplitudeData form = form_with(steep, 3.7, {3, -5, 8, 0, -2, 0});
  const Share share = form.share(test::world());
  ScalingOptions smooth_only = with_shell_mask();
  smooth_only.shell_mask = false;
  Scaling smooth(share, smooth_only), shells(share, with_shell_mask());
  const double r_smooth = r_work(form, smooth), r_shells = r_work(form, shells);
  CHECK(r_shells < 0.3 * r_smooth);
  const ScaleParameters& found = shells.parameters();
  CHECK(found.k_overall == Approx(3.7).epsilon(0.01));
  REQUIRE(found.shell_mask.size() > 5);
  for (std::size_t j = 0; j < found.shell_mask.size(); ++j) {
    CHECK((found.shell_mask[j] >= 0 && found.shell_mask[j] <= 1));
    if (found.mask_s2[j] < 1 / 25.0) CHECK(found.shell_mask[j] == Approx(0.35).margin(0.02));
  }
}

TEST_CASE("where an exponential is right, k_mask by shells finds its values") {
  AmplitudeData form = test::random_form("P 65 2 2", {60, 60, 90, 90, 90, 120}, 2.5, 7);
  test::set_scaled_amplitudes(form, 2.0, {-4, -4, 9, 0, 0, 0}, 0.41, 63.0);
  Scaling scaling(form.share(test::world()), with_shell_mask());
  CHECK(r_work(form, scaling) < 0.005);
  const ScaleParameters& found = scaling.parameters();
  CHECK(found.k_sol == Approx(0.41).epsilon(1e-4));
  // Straight lines between the nodes of a curve that bends: off by less than the curve falls there.
  for (std::size_t j = 0; j + 1 < found.shell_mask.size(); ++j) {
    const auto curve = [&](std::size_t k) {
      return 0.41 * std::exp(-0.25 * 63.0 * found.mask_s2[k]);
    };
    CHECK(std::abs(found.shell_mask[j] - curve(j)) < 0.5 * (curve(j) - curve(j + 1)) + 0.01);
  }
}

TEST_CASE("k_mask of shells stays in [0, 1], and free reflections have no say in it") {
  AmplitudeData form = form_with([](double s2) { return s2 < 0.02 ? 1.6 : 0.2; }, 1.0, {});
  Scaling scaling(form.share(test::world()), with_shell_mask());
  r_work(form, scaling);
  const ScaleParameters before = scaling.parameters();
  for (double k : before.shell_mask) CHECK((k >= 0 && k <= 1));
  for (std::size_t i = 0; i < form.all.size(); ++i)
    if (form.all.use[i] == crystal::Use::test) form.all.f_obs[i] = 1e4;
  Scaling again(form.share(test::world()), with_shell_mask());
  r_work(form, again);
  CHECK(again.parameters().shell_mask == before.shell_mask);
  CHECK(again.parameters().k_overall == before.k_overall);
}

TEST_CASE("F_model with k_mask by shells stays the same when the isotropic B moves to the atoms") {
  AmplitudeData form = form_with(steep, 2.0, {13, 5, 18, 0, -2, 0});
  Scaling scaling(form.share(test::world()), with_shell_mask());
  r_work(form, scaling);
  std::vector<Complex> before(form.all.size()), after(form.all.size());
  scaling.apply(form.f_calc, form.f_mask, before);
  const double b = scaling.release_isotropic_b();
  CHECK(b > 5);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    form.f_calc[i] *= std::exp(-0.25 * b * form.all.inverse_d2[i]);
  scaling.apply(form.f_calc, form.f_mask, after);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    CHECK(std::abs(after[i] - before[i]) <= 1e-12 * std::abs(before[i]));
}

TEST_CASE("data that say nothing about the solvent leave k_mask at its start") {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.2, 3);
  test::set_scaled_amplitudes(form, 1.0, {}, 0.3, 40.0);
  for (Complex& f : form.f_mask) f *= 1e-9;
  const MaskCurve start{mask_nodes(form.all),
                        std::vector<double>(mask_nodes(form.all).size(), 0.25)};
  const MaskCurve found = fit_shell_mask(form.share(test::world()), form.f_calc, form.f_mask,
                                         std::vector<double>(form.all.size(), 1.0), start);
  for (double k : found.k_mask) CHECK(k == Approx(0.25).margin(1e-6));
}
