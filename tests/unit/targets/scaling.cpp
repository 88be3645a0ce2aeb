// SPDX-License-Identifier: MPL-2.0
// Scales and bulk solvent: what was put into simulated amplitudes comes out again, and free
// reflections have no say.
#include "polyform/targets/scaling.hpp"

#include <cmath>

#include "polyform/base/error.hpp"
#include "polyform/targets/agreement.hpp"
#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using kernels::Sym3;
using test::AmplitudeData;

namespace {

struct Lattice {
  std::string group;
  std::array<double, 6> cell;
  double d_min;
  Sym3 b_cart;  // of the crystal system's form, Cartesian
};
// Axis a along x, b in the x-y plane; the unique axis of P 21 is b, of hexagonal groups c.
const std::vector<Lattice> lattices = {
    {"P 1", {31, 37, 43, 81, 95, 103}, 2.5, {3.0, -5.0, 8.0, 1.5, -2.0, 0.7}},
    {"P 1 21 1", {31, 37, 43, 90, 107, 90}, 2.2, {3.0, -5.0, 8.0, 0.0, -2.0, 0.0}},
    {"P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.0, {3.0, -5.0, 8.0, 0.0, 0.0, 0.0}},
    {"P 65 2 2", {60, 60, 90, 90, 90, 120}, 2.5, {-4.0, -4.0, 9.0, 0.0, 0.0, 0.0}},
    {"R 3 :H", {60, 60, 50, 90, 90, 120}, 2.0, {-4.0, -4.0, 9.0, 0.0, 0.0, 0.0}},
    {"I 4 3 2", {90, 90, 90, 90, 90, 90}, 2.5, {6.0, 6.0, 6.0, 0.0, 0.0, 0.0}}};

std::vector<Complex> scaled(const Scaling& scaling, const AmplitudeData& form) {
  std::vector<Complex> f_model(form.all.size());
  scaling.apply(form.f_calc, form.f_mask, f_model);
  return f_model;
}

ScalingOptions without_shells() {
  ScalingOptions options;
  options.shell_scales = "none";
  return options;
}

double sum_of_squares(const AmplitudeData& form, std::span<const Complex> f_model) {
  double sum = 0.0;
  for (std::size_t i = 0; i < form.all.size(); ++i)
    if (form.all.use[i] == crystal::Use::work)
      sum += std::pow(form.all.f_obs[i] - std::abs(f_model[i]), 2);
  return sum;
}

}  // namespace

TEST_CASE("scale, anisotropic B, k_sol and B_sol of simulated data are found") {
  for (const Lattice& lattice : lattices) {
    INFO(lattice.group);
    AmplitudeData form = test::random_form(lattice.group, lattice.cell, lattice.d_min, 7);
    test::set_scaled_amplitudes(form, 3.7, lattice.b_cart, 0.41, 63.0);
    Scaling scaling(form.share(test::world()), without_shells());
    scaling.fit(form.f_calc, form.f_mask);
    const ScaleParameters& found = scaling.parameters();
    CHECK(found.k_overall == Approx(3.7).epsilon(1e-6));
    CHECK(found.k_sol == Approx(0.41).epsilon(1e-5));
    CHECK(found.b_sol == Approx(63.0).epsilon(1e-5));
    for (std::size_t i = 0; i < 6; ++i)
      CHECK(found.b_cart[i] == Approx(lattice.b_cart[i]).margin(1e-4));
    const Agreement result =
        agreement(form.share(test::world()), scaling.shells(), scaled(scaling, form));
    CHECK(result.overall.r_work < 1e-6);
    CHECK(result.overall.r_free < 1e-6);
  }
}

TEST_CASE("the overall B keeps the crystal's symmetry on data that do not") {
  AmplitudeData form = test::random_form("P 65 2 2", {60, 60, 90, 90, 90, 120}, 2.5, 7);
  test::set_scaled_amplitudes(form, 1.0, {-4.0, 5.0, 9.0, 2.0, 1.0, -3.0}, 0.3, 50.0);
  Scaling scaling(form.share(test::world()), without_shells());
  scaling.fit(form.f_calc, form.f_mask);
  const Sym3& b = scaling.parameters().b_cart;
  CHECK(b[0] == Approx(b[1]).margin(1e-9));
  for (std::size_t i : {3u, 4u, 5u}) CHECK(std::abs(b[i]) < 1e-9);
}

TEST_CASE("changing F_obs of free reflections changes no scale") {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.2, 3);
  test::set_scaled_amplitudes(form, 2.0, {3, -5, 8, 0, 0, 0}, 0.35, 46.0);
  const Share share = form.share(test::world());
  Scaling before(share, {});
  before.fit(form.f_calc, form.f_mask);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    if (form.all.use[i] == crystal::Use::test) form.all.f_obs[i] = 1e4;
  Scaling after(share, {});
  after.fit(form.f_calc, form.f_mask);
  CHECK(before.parameters().k_overall == after.parameters().k_overall);
  CHECK(before.parameters().k_sol == after.parameters().k_sol);
  CHECK(before.parameters().b_sol == after.parameters().b_sol);
  CHECK(before.parameters().b_cart == after.parameters().b_cart);
  CHECK(before.parameters().shell_scale == after.parameters().shell_scale);
}

TEST_CASE("the fit is a minimum of the least-squares sum over the work set") {
  AmplitudeData form = test::random_form("P 1 21 1", {31, 37, 43, 90, 107, 90}, 2.2, 5);
  test::set_scaled_amplitudes(form, 2.0, {3, -5, 8, 0, -2, 0}, 0.35, 46.0);
  const std::vector<double> alpha(form.all.size(), 0.9), beta(form.all.size(), 600.0);
  test::set_observed_with_errors(form, alpha, beta, 11);
  Scaling scaling(form.share(test::world()), without_shells());
  scaling.fit(form.f_calc, form.f_mask);
  const ScaleParameters best = scaling.parameters();
  const double least = sum_of_squares(form, scaled(scaling, form));
  const auto at = [&](auto change) {
    ScaleParameters shifted = best;
    change(shifted);
    scaling.set_parameters(shifted);
    return sum_of_squares(form, scaled(scaling, form));
  };
  for (double sign : {-1.0, 1.0}) {
    CHECK(at([&](auto& p) { p.k_overall *= 1.0 + 1e-4 * sign; }) > least);
    CHECK(at([&](auto& p) { p.k_sol += 1e-3 * sign; }) > least);
    CHECK(at([&](auto& p) { p.b_sol += 0.1 * sign; }) > least);
    for (std::size_t i : {0u, 1u, 2u, 4u})
      CHECK(at([&](auto& p) { p.b_cart[i] += 0.02 * sign; }) > least);
  }
}

TEST_CASE("a second fit starts from the first and ends there") {
  AmplitudeData form = test::random_form("P 1 21 1", {31, 37, 43, 90, 107, 90}, 2.2, 5);
  test::set_scaled_amplitudes(form, 2.0, {3, -5, 8, 0, -2, 0}, 0.35, 46.0);
  test::set_observed_with_errors(form, std::vector<double>(form.all.size(), 0.9),
                                 std::vector<double>(form.all.size(), 600.0), 11);
  Scaling scaling(form.share(test::world()), {});
  scaling.fit(form.f_calc, form.f_mask);
  const ScaleParameters first = scaling.parameters();
  scaling.fit(form.f_calc, form.f_mask);
  const ScaleParameters second = scaling.parameters();
  CHECK(second.k_overall == Approx(first.k_overall).epsilon(1e-8));
  CHECK(second.k_sol == Approx(first.k_sol).epsilon(1e-7));
  CHECK(second.b_sol == Approx(first.b_sol).epsilon(1e-7));
}

TEST_CASE("without solvent, or with an empty mask, k_sol is 0 and the scales are still found") {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.2, 3);
  test::set_scaled_amplitudes(form, 0.5, {3, -5, 8, 0, 0, 0}, 0.0, 46.0);
  const Share share = form.share(test::world());
  const auto check = [&](Scaling& scaling) {
    CHECK(scaling.parameters().k_sol == 0.0);
    CHECK(scaling.parameters().k_overall == Approx(0.5).epsilon(1e-6));
    CHECK(scaling.parameters().b_cart[2] == Approx(8.0).epsilon(1e-5));
  };
  ScalingOptions off;
  off.bulk_solvent = false;
  Scaling without(share, off);
  without.fit(form.f_calc, {});
  check(without);

  Scaling empty(share, {});
  empty.fit(form.f_calc, std::vector<Complex>(form.all.size()));
  check(empty);

  // A mask that explains nothing ends at k_sol = 0, inside its range, and does not stay there.
  Scaling useless(share, without_shells());
  useless.fit(form.f_calc, form.f_mask);
  CHECK(useless.parameters().k_sol == Approx(0.0).margin(1e-6));
  test::set_scaled_amplitudes(form, 0.5, {3, -5, 8, 0, 0, 0}, 0.3, 46.0);
  useless.fit(form.f_calc, form.f_mask);
  CHECK(useless.parameters().k_sol == Approx(0.3).epsilon(1e-5));
}

TEST_CASE("k_sol and B_sol stay in their ranges, and fixed ones stay as given") {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.2, 3);
  test::set_scaled_amplitudes(form, 1.0, {0, 0, 0, 0, 0, 0}, 1.6, 46.0);
  const Share share = form.share(test::world());
  Scaling scaling(share, {});
  scaling.fit(form.f_calc, form.f_mask);
  CHECK(scaling.parameters().k_sol <= 1.0);
  test::set_scaled_amplitudes(form, 1.0, {0, 0, 0, 0, 0, 0}, 0.3, 600.0);
  Scaling steep(share, {});
  steep.fit(form.f_calc, form.f_mask);
  CHECK(steep.parameters().b_sol <= 300.0);

  ScalingOptions options = without_shells();
  options.refine_solvent = false;
  test::set_scaled_amplitudes(form, 2.5, {1, 2, 3, 0, 0, 0}, options.k_sol, options.b_sol);
  Scaling fixed(share, options);
  fixed.fit(form.f_calc, form.f_mask);
  CHECK(fixed.parameters().k_sol == options.k_sol);
  CHECK(fixed.parameters().b_sol == options.b_sol);
  CHECK(fixed.parameters().k_overall == Approx(2.5).epsilon(1e-6));
}

TEST_CASE("an isotropic fit has an isotropic B") {
  AmplitudeData form = test::random_form("P 1", {31, 37, 43, 81, 95, 103}, 2.5, 3);
  test::set_scaled_amplitudes(form, 1.0, {3, -5, 8, 1, 2, 3}, 0.3, 46.0);
  ScalingOptions options;
  options.anisotropic = false;
  Scaling scaling(form.share(test::world()), options);
  scaling.fit(form.f_calc, form.f_mask);
  const Sym3& b = scaling.parameters().b_cart;
  CHECK(b[0] == Approx(b[1]));
  CHECK(b[1] == Approx(b[2]));
  CHECK(b[3] == 0.0);
}

TEST_CASE("F_model stays the same when the isotropic B moves to the atoms") {
  AmplitudeData form = test::random_form("P 1 21 1", {31, 37, 43, 90, 107, 90}, 2.2, 5);
  test::set_scaled_amplitudes(form, 2.0, {13, 5, 18, 0, -2, 0}, 0.35, 46.0);
  Scaling scaling(form.share(test::world()), {});
  scaling.fit(form.f_calc, form.f_mask);
  const std::vector<Complex> before = scaled(scaling, form);
  const double b = scaling.release_isotropic_b();
  CHECK(b == Approx(12.0).epsilon(1e-4));
  CHECK(kernels::trace(scaling.parameters().b_cart) == Approx(0.0).margin(1e-9));
  for (std::size_t i = 0; i < form.all.size(); ++i)
    form.f_calc[i] *= std::exp(-0.25 * b * form.all.inverse_d2[i]);
  const std::vector<Complex> after = scaled(scaling, form);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    CHECK(std::abs(after[i] - before[i]) <= 1e-12 * std::abs(before[i]));

  CHECK(scaling.release_isotropic_b() == Approx(0.0).margin(1e-9));
}

TEST_CASE("no more of the isotropic B is released than allowed") {
  AmplitudeData form = test::random_form("P 1 21 1", {31, 37, 43, 90, 107, 90}, 2.2, 5);
  test::set_scaled_amplitudes(form, 2.0, {13, 5, 18, 0, -2, 0}, 0.35, 46.0);
  Scaling scaling(form.share(test::world()), {});
  scaling.fit(form.f_calc, form.f_mask);
  CHECK(scaling.release_isotropic_b({-3.0, 5.0}) == 5.0);
  CHECK(kernels::trace(scaling.parameters().b_cart) == Approx(21.0).epsilon(1e-4));
}

TEST_CASE("K(h) is the derivative of F_model by F_calc") {
  AmplitudeData form = test::random_form("P 1 21 1", {31, 37, 43, 90, 107, 90}, 2.5, 5);
  test::set_scaled_amplitudes(form, 2.0, {13, 5, 18, 0, -2, 0}, 0.35, 46.0);
  Scaling scaling(form.share(test::world()), {});
  scaling.fit(form.f_calc, form.f_mask);
  const std::vector<Complex> before = scaled(scaling, form);
  for (Complex& f : form.f_calc) f += Complex(0.5, -0.25);
  const std::vector<Complex> after = scaled(scaling, form);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    CHECK(std::abs(after[i] - before[i] - scaling.k_total()[i] * Complex(0.5, -0.25)) <
          1e-9 * std::abs(before[i]) + 1e-9);
}

TEST_CASE("shell scales follow a slow error of the data's scale") {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.0, 3);
  test::set_scaled_amplitudes(form, 1.0, {0, 0, 0, 0, 0, 0}, 0.35, 46.0);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    form.all.f_obs[i] *= 1.0 + 0.2 * std::sin(25.0 * form.all.inverse_d2[i]);
  const Share share = form.share(test::world());
  const auto r_with = [&](const char* shell_scales) {
    ScalingOptions options;
    options.shell_scales = shell_scales;
    Scaling scaling(share, options);
    scaling.fit(form.f_calc, form.f_mask);
    return agreement(share, scaling.shells(), scaled(scaling, form)).overall.r_work;
  };
  CHECK(r_with("averaged") < 0.3 * r_with("none"));
  CHECK(r_with("independent") < 0.5 * r_with("none"));
  CHECK(r_with("auto") == r_with("averaged"));
}

TEST_CASE("parameters of a checkpoint give the same F_model") {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 2.2, 3);
  test::set_scaled_amplitudes(form, 2.0, {3, -5, 8, 0, 0, 0}, 0.35, 46.0);
  Scaling fitted(form.share(test::world()), {});
  fitted.fit(form.f_calc, form.f_mask);
  Scaling restored(form.share(test::world()), {});
  restored.set_parameters(fitted.parameters());
  CHECK(scaled(restored, form) == scaled(fitted, form));
}

TEST_CASE("nothing to scale to, zero F_calc and numbers that are none are errors with reasons") {
  AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, 4.0, 3);
  const Share share = form.share(test::world());
  Scaling scaling(share, {});
  CHECK_THROWS_WITH(scaling.fit(std::vector<Complex>(form.all.size()), form.f_mask),
                    Catch::Contains("zero"));
  std::vector<Complex> broken = form.f_calc;
  broken[form.all.use[3] == crystal::Use::work ? 3 : 4] = std::nan("");
  CHECK_THROWS_WITH(scaling.fit(broken, form.f_mask), Catch::Contains("not a number"));
  for (auto& use : form.all.use) use = crystal::Use::test;
  CHECK_THROWS_AS(scaling.fit(form.f_calc, form.f_mask), base::InputError);
}

TEST_CASE("a handful of reflections gives finite scales within their ranges") {
  for (double d_min : {22.0, 18.0, 14.0}) {
    AmplitudeData form = test::random_form("P 21 21 21", {31, 37, 43, 90, 90, 90}, d_min, 3, 0);
    REQUIRE(form.all.size() > 0);
    test::set_scaled_amplitudes(form, 2.0, {3, -5, 8, 0, 0, 0}, 0.35, 46.0);
    Scaling scaling(form.share(test::world()), {});
    scaling.fit(form.f_calc, form.f_mask);
    const ScaleParameters& found = scaling.parameters();
    INFO(form.all.size() << " reflections");
    CHECK(std::isfinite(found.k_overall));
    CHECK(found.k_overall > 0.0);
    CHECK(found.k_sol >= 0.0);
    CHECK(found.k_sol <= 1.0);
    for (const Complex& f : scaled(scaling, form)) CHECK(std::isfinite(std::abs(f)));
  }
}
