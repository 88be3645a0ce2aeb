// SPDX-License-Identifier: MPL-2.0
// ML and LSQ: slopes and curvatures are those of the value, and free reflections do not exist.
#include "polyform/targets/target.hpp"

#include <cmath>
#include <memory>

#include "polyform/base/error.hpp"
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

std::vector<std::pair<const char*, std::unique_ptr<Target>>> both(const Share& share,
                                                                  const AmplitudeData& form) {
  std::vector<std::pair<const char*, std::unique_ptr<Target>>> targets;
  targets.emplace_back("ML", make_ml(share, varying_errors(form)));
  targets.emplace_back("LSQ", make_lsq(share, form.f_model));
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
    for (const auto& [name, target] : both(share, form)) {
      INFO(name << " in " << group);
      std::vector<Complex> slope(share.size()), unused(share.size());
      target->evaluate(form.f_model, slope);
      const double typical = std::abs(slope[share.size() / 2]) + 1e-12;
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
    for (const auto& [name, target] : both(share, form)) {
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
  for (const auto& [name, target] : both(share, form)) {
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
    for (const auto& [name, target] : both(share, form)) {
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
  for (const auto& [name, target] : both(share, form)) {
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

TEST_CASE("a target without work reflections is refused") {
  AmplitudeData form = noisy_form("P 1", {14, 16, 18, 81, 95, 103});
  const Share share = form.share(test::world());
  for (auto& use : form.all.use) use = crystal::Use::test;
  CHECK_THROWS_AS(make_lsq(share, form.f_model), base::InputError);
  CHECK_THROWS_AS(make_ml(share, varying_errors(form)), base::InputError);
}
