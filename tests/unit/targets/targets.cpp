// SPDX-License-Identifier: MPL-2.0
// All targets: slopes and curvatures are those of the value, and free reflections do not exist.
#include "polyform/targets/target.hpp"

#include <cmath>
#include <memory>

#include "polyform/base/error.hpp"
#include "polyform/kernels/likelihood.hpp"
#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using test::AmplitudeData;

namespace {

AmplitudeData noisy_form(const std::string& group, const std::array<double, 6>& cell) {
  AmplitudeData form = test::random_form(group, cell, 3.5, 5);
  test::set_observed_with_errors(form, std::vector<double>(form.all.size(), 0.9),
                                 std::vector<double>(form.all.size(), 800.0), 6);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    form.all.sigma[i] = i % 11 == 0   ? std::nan("")
                        : i % 13 == 0 ? 0.0
                                      : 2.0 + 0.05 * form.all.f_obs[i];
  form.all.use[7] = crystal::Use::unobserved;
  form.all.f_obs[7] = std::nan("");
  return form;
}

ErrorModel varying_errors(const AmplitudeData& form) {
  ErrorModel errors;
  for (double s2 : form.all.inverse_d2) {
    errors.alpha.push_back(0.95 - 2.0 * s2);
    errors.beta.push_back(900.0 * std::exp(-10.0 * s2));
  }
  return errors;
}

LsqOptions lsq(const std::string& weights, const std::string& scale) {
  LsqOptions options;
  options.weights = weights;
  options.scale = scale;
  options.shells = 4;
  return options;
}

std::vector<std::pair<std::string, std::unique_ptr<Target>>> all_targets(
    const Share& share, const AmplitudeData& form) {
  std::vector<std::pair<std::string, std::unique_ptr<Target>>> targets;
  targets.emplace_back("ML", make_ml(share, varying_errors(form)));
  targets.emplace_back("ML_APR", make_ml_apr(share, varying_errors(form)));
  for (const char* weights : {"unit", "sigma", "shell"})
    for (const char* scale : {"overall", "shell"})
      targets.emplace_back(std::string("LSQ ") + weights + " " + scale,
                           make_lsq(share, form.f_model, lsq(weights, scale)));
  return targets;
}

const std::vector<std::pair<std::string, std::array<double, 6>>> groups = {
    {"P 1", {14, 16, 18, 81, 95, 103}},      // all acentric
    {"P -1", {14, 16, 18, 81, 95, 103}},     // all centric
    {"P 41 21 2", {20, 20, 26, 90, 90, 90}}  // both, and epsilon above 1
};

}  // namespace

TEST_CASE("slopes by the real and imaginary part of F_model are central differences") {
  for (const auto& [group, cell] : groups) {
    const AmplitudeData form = noisy_form(group, cell);
    const Share share = form.share(test::world());
    for (const auto& [name, target] : all_targets(share, form)) {
      INFO(name << " in " << group);
      std::vector<Complex> slope(share.size()), unused(share.size());
      target->evaluate(form.f_model, slope);
      double typical = 1e-12;  // the mean
      for (const Complex& each : slope)
        typical += std::abs(each) / static_cast<double>(share.size());
      for (std::size_t i = 0; i < share.size(); i += 5) {
        const double h = 1e-3 * std::abs(form.f_model[i]) + 1e-6;
        const auto at = [&](Complex shift) {
          std::vector<Complex> moved = form.f_model;
          moved[i] += shift;
          return target->evaluate(moved, unused);
        };
        const Complex numerical((at(h) - at(-h)) / (2 * h),
                                (at(Complex(0, h)) - at(Complex(0, -h))) / (2 * h));
        CHECK(std::abs(slope[i] - numerical) < 1e-4 * std::abs(slope[i]) + 1e-4 * typical);
      }
    }
  }
}

TEST_CASE("curvatures by |F_model| are central differences of the slopes") {
  for (const auto& [group, cell] : groups) {
    const AmplitudeData form = noisy_form(group, cell);
    const Share share = form.share(test::world());
    for (const auto& [name, target] : all_targets(share, form)) {
      INFO(name << " in " << group);
      std::vector<double> second(share.size());
      target->curvature(form.f_model, second);
      const double step = 1e-4;
      std::vector<Complex> longer = form.f_model, shorter = form.f_model;
      for (Complex& f : longer) f *= 1.0 + step;
      for (Complex& f : shorter) f *= 1.0 - step;
      std::vector<Complex> up(share.size()), down(share.size());
      target->evaluate(longer, up);
      target->evaluate(shorter, down);
      for (std::size_t i = 0; i < share.size(); ++i) {
        const double magnitude = std::abs(form.f_model[i]);
        const Complex direction = form.f_model[i] / magnitude;
        const double numerical =
            ((up[i] - down[i]) * std::conj(direction)).real() / (2.0 * step * magnitude);
        CHECK(second[i] == Approx(numerical).epsilon(1e-4).margin(1e-9));
      }
    }
  }
}

TEST_CASE("dT/dF is exactly zero at free and unobserved reflections") {
  const AmplitudeData form = noisy_form("P 41 21 2", {20, 20, 26, 90, 90, 90});
  const Share share = form.share(test::world());
  for (const auto& [name, target] : all_targets(share, form)) {
    INFO(name);
    std::vector<Complex> slope(share.size(), Complex(1, 1));
    std::vector<double> second(share.size(), 1.0);
    target->evaluate(form.f_model, slope);
    target->curvature(form.f_model, second);
    for (std::size_t i = 0; i < share.size(); ++i) {
      if (form.all.use[i] == crystal::Use::work) continue;
      CHECK(slope[i] == Complex{});
      CHECK(second[i] == 0.0);
    }
  }
}

TEST_CASE("with alpha and beta held, changing F_obs of free reflections changes nothing") {
  AmplitudeData form = noisy_form("P 41 21 2", {20, 20, 26, 90, 90, 90});
  const Share share = form.share(test::world());
  std::vector<double> values[2];
  std::vector<Complex> slopes[2];
  for (int run : {0, 1}) {
    for (const auto& [name, target] : all_targets(share, form)) {
      std::vector<Complex> slope(share.size());
      values[run].push_back(target->evaluate(form.f_model, slope));
      slopes[run].insert(slopes[run].end(), slope.begin(), slope.end());
    }
    for (std::size_t i = 0; i < share.size(); ++i)
      if (form.all.use[i] == crystal::Use::test) form.all.f_obs[i] *= 1.7;
  }
  CHECK(values[0] == values[1]);
  CHECK(slopes[0] == slopes[1]);
}

TEST_CASE("a work reflection whose F_model is 0 has no slope and harms nothing") {
  AmplitudeData form = noisy_form("P 41 21 2", {20, 20, 26, 90, 90, 90});
  const Share share = form.share(test::world());
  std::size_t work = 0;
  while (form.all.use[work] != crystal::Use::work) ++work;
  form.f_model[work] = 0.0;
  for (const auto& [name, target] : all_targets(share, form)) {
    std::vector<Complex> slope(share.size());
    CHECK(std::isfinite(target->evaluate(form.f_model, slope)));
    CHECK(slope[work] == Complex{});
  }
}

TEST_CASE("LSQ takes the best scale, so that the slope along F_model is 0 in all") {
  const AmplitudeData form = noisy_form("P 1", {14, 16, 18, 81, 95, 103});
  const Share share = form.share(test::world());
  const auto target = make_lsq(share, form.f_model);
  std::vector<Complex> slope(share.size());
  target->evaluate(form.f_model, slope);
  double along = 0.0, size = 0.0;
  for (std::size_t i = 0; i < share.size(); ++i) {
    along += (std::conj(slope[i]) * form.f_model[i]).real();
    size += std::abs(slope[i] * form.f_model[i]);
  }
  CHECK(std::abs(along) < 1e-12 * size);
}

TEST_CASE("LSQ with scales by shell has no slope along F_model in any shell") {
  const AmplitudeData form = noisy_form("P 1", {14, 16, 18, 81, 95, 103});
  const Share share = form.share(test::world());
  const LsqOptions options = lsq("shell", "shell");
  const auto target = make_lsq(share, form.f_model, options);
  std::vector<char> work(form.all.size());
  for (std::size_t i = 0; i < work.size(); ++i) work[i] = form.all.use[i] == crystal::Use::work;
  const Shells shells(form.all, work, options.shells, 30);
  REQUIRE(shells.size() == 4);
  std::vector<Complex> slope(share.size());
  target->evaluate(form.f_model, slope);
  std::vector<double> along(4, 0.0), size(4, 0.0);
  for (std::size_t i = 0; i < share.size(); ++i) {
    const auto shell = static_cast<std::size_t>(shells.of(i));
    along[shell] += (std::conj(slope[i]) * form.f_model[i]).real();
    size[shell] += std::abs(slope[i] * form.f_model[i]);
  }
  for (std::size_t shell = 0; shell < 4; ++shell)
    CHECK(std::abs(along[shell]) < 1e-11 * size[shell]);
}

TEST_CASE("with weights by shell every shell has the same mean square residual, times its weight") {
  const AmplitudeData form = noisy_form("P 1", {14, 16, 18, 81, 95, 103});
  const Share share = form.share(test::world());
  const LsqOptions options = lsq("shell", "overall");
  const auto target = make_lsq(share, form.f_model, options);
  std::vector<char> work(form.all.size());
  for (std::size_t i = 0; i < work.size(); ++i) work[i] = form.all.use[i] == crystal::Use::work;
  const Shells shells(form.all, work, options.shells, 30);
  // dT/dFm = -2 w k d and d2T/dFm2 = 2 w k^2, so that slope^2 / (2 second) = w d^2.
  std::vector<Complex> slope(share.size());
  std::vector<double> second(share.size()), sum(4, 0.0), count(4, 0.0);
  target->evaluate(form.f_model, slope);
  target->curvature(form.f_model, second);
  for (std::size_t i = 0; i < share.size(); ++i) {
    if (!work[i]) continue;
    sum[static_cast<std::size_t>(shells.of(i))] += std::norm(slope[i]) / (2.0 * second[i]);
    count[static_cast<std::size_t>(shells.of(i))] += 1.0;
  }
  // k is fitted with the weights, which are taken with the k of equal ones: nearly the same.
  for (std::size_t shell = 1; shell < 4; ++shell)
    CHECK(sum[shell] / count[shell] == Approx(sum[0] / count[0]).epsilon(0.05));
}

TEST_CASE("LSQ by sigma counts a reflection without one like the others of its shell") {
  AmplitudeData form = noisy_form("P 1", {14, 16, 18, 81, 95, 103});
  const Share share = form.share(test::world());
  for (double& sigma : form.all.sigma) sigma = 3.0;
  form.all.sigma[3] = std::nan("");
  form.all.sigma[4] = 0.0;
  std::vector<Complex> of_sigma(share.size()), of_unit(share.size());
  const double by_sigma =
      make_lsq(share, form.f_model, lsq("sigma", "overall"))->evaluate(form.f_model, of_sigma);
  const double unit =
      make_lsq(share, form.f_model, lsq("unit", "overall"))->evaluate(form.f_model, of_unit);
  CHECK(by_sigma == Approx(unit).epsilon(1e-12));
  for (std::size_t i : {3u, 4u, 5u}) CHECK(std::abs(of_sigma[i] - of_unit[i]) < 1e-12);
  for (double& sigma : form.all.sigma) sigma = std::nan("");
  CHECK_THROWS_AS(make_lsq(share, form.f_model, lsq("sigma", "overall")), base::InputError);
}

TEST_CASE(
    "ML_APR has ML's value and slope where F_model is the most likely one, and lies near it") {
  const AmplitudeData form = noisy_form("P 41 21 2", {20, 20, 26, 90, 90, 90});
  const Share share = form.share(test::world());
  const ErrorModel errors = varying_errors(form);
  const auto ml = make_ml(share, errors), apr = make_ml_apr(share, errors);
  std::vector<Complex> best = form.f_model;
  for (std::size_t i = 0; i < best.size(); ++i) {
    if (form.all.use[i] != crystal::Use::work) continue;
    const auto parity = form.all.centric[i] ? kernels::Parity::centric : kernels::Parity::acentric;
    const double f_star = kernels::likelihood_parabola(form.all.f_obs[i], errors.alpha[i],
                                                       form.all.epsilon[i] * errors.beta[i], parity)
                              .f_star;
    best[i] *= f_star / std::abs(best[i]);
  }
  std::vector<Complex> of_ml(share.size()), of_apr(share.size());
  CHECK(apr->evaluate(best, of_apr) == Approx(ml->evaluate(best, of_ml)).epsilon(1e-10));
  for (std::size_t i = 0; i < best.size(); ++i) CHECK(std::abs(of_apr[i]) < 1e-12);
  CHECK(apr->evaluate(form.f_model, of_apr) >= apr->evaluate(best, of_apr));
}

TEST_CASE("a target without work reflections is refused") {
  AmplitudeData form = noisy_form("P 1", {14, 16, 18, 81, 95, 103});
  const Share share = form.share(test::world());
  for (auto& use : form.all.use) use = crystal::Use::test;
  CHECK_THROWS_AS(make_lsq(share, form.f_model), base::InputError);
  CHECK_THROWS_AS(make_ml(share, varying_errors(form)), base::InputError);
  CHECK_THROWS_AS(make_ml_apr(share, varying_errors(form)), base::InputError);
}
