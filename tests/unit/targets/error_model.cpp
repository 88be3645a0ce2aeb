// SPDX-License-Identifier: MPL-2.0
// alpha and beta: simulated ones are recovered, small test sets give sane curves, none is an error.
#include "polyform/targets/error_model.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/error.hpp"
#include "polyform/kernels/likelihood.hpp"
#include "support/amplitude_data.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::targets;
using test::AmplitudeData;

namespace {

// F_obs with sigma_a falling with resolution as coordinate errors of 0.3 A make it; alpha =
// sigma_a, beta = (1 - sigma_a^2) <F^2> keep F_obs and F_model on one scale.
struct Truth {
  explicit Truth(const AmplitudeData& form, double best = 0.97, double fall = 9.0) {
    for (double s2 : form.all.inverse_d2) {
      alpha.push_back(best * std::exp(-0.25 * fall * s2));
      beta.push_back((1.0 - alpha.back() * alpha.back()) * 1e4 * std::exp(-10.0 * s2));
    }
  }
  std::vector<double> alpha, beta;
};

// Root mean square of ln(a/b).
double log_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::pow(std::log(a[i] / b[i]), 2);
  return std::sqrt(sum / static_cast<double>(a.size()));
}

long count_test(const AmplitudeData& form) {
  return static_cast<long>(form.all.count(crystal::Use::test));
}

struct OneShell {
  std::vector<double> f_obs, f_model, epsilon;
  std::vector<char> centric;
  explicit OneShell(const AmplitudeData& form) {
    for (std::size_t i = 0; i < form.all.size(); ++i) {
      f_obs.push_back(form.all.f_obs[i]);
      f_model.push_back(std::abs(form.f_model[i]));
      epsilon.push_back(form.all.epsilon[i]);
      centric.push_back(static_cast<char>(form.all.centric[i]));
    }
  }
  AlphaBeta solved() const { return alpha_beta_of_shell(f_obs, f_model, epsilon, centric); }
  double likelihood(double alpha, double beta) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < f_obs.size(); ++i)
      sum += kernels::amplitude_likelihood(
                 f_obs[i], f_model[i], alpha, epsilon[i] * beta,
                 centric[i] ? kernels::Parity::centric : kernels::Parity::acentric)
                 .value;
    return sum;
  }
};

}  // namespace

TEST_CASE("alpha and beta of a shell maximise its likelihood, acentric, centric and mixed") {
  for (const auto& [group, cell] : std::vector<std::pair<std::string, std::array<double, 6>>>{
           {"P 1", {14, 16, 18, 81, 95, 103}},
           {"P -1", {14, 16, 18, 81, 95, 103}},
           {"P 41 21 2", {30, 30, 36, 90, 90, 90}}}) {
    AmplitudeData form = test::random_form(group, cell, 3.0, 4);
    test::set_observed_with_errors(form, std::vector<double>(form.all.size(), 0.8),
                                   std::vector<double>(form.all.size(), 1500.0), 5);
    const OneShell shell(form);
    const AlphaBeta best = shell.solved();
    INFO(group << ": alpha " << best.alpha << ", beta " << best.beta);
    CHECK(best.sigma_a > 0.0);
    CHECK(best.sigma_a < 1.0);
    const double least = shell.likelihood(best.alpha, best.beta);
    for (double factor : {0.99, 1.01}) {
      CHECK(shell.likelihood(factor * best.alpha, best.beta) > least);
      CHECK(shell.likelihood(best.alpha, factor * best.beta) > least);
    }
  }
}

TEST_CASE("alpha and beta of simulated shells scatter about the true ones as counting errors do") {
  // Twice the gain in ln likelihood over the truth is chi-squared with 2 degrees of freedom.
  for (const char* group : {"P 1", "P -1"}) {
    double sum = 0.0;
    const unsigned repeats = 100;
    for (unsigned seed = 0; seed < repeats; ++seed) {
      AmplitudeData form = test::random_form(group, {14, 16, 18, 81, 95, 103}, 4.0, seed);
      test::set_observed_with_errors(form, std::vector<double>(form.all.size(), 0.8),
                                     std::vector<double>(form.all.size(), 1500.0), seed + 1000);
      const OneShell shell(form);
      const AlphaBeta best = shell.solved();
      sum += 2.0 * (shell.likelihood(0.8, 1500.0) - shell.likelihood(best.alpha, best.beta));
    }
    INFO(group);
    CHECK(sum / repeats == Approx(2.0).margin(4.0 * 2.0 / std::sqrt(repeats)));
  }
}

TEST_CASE("a shell of perfect data has alpha = the scale and hardly any beta") {
  AmplitudeData form = test::random_form("P 21 21 21", {20, 22, 25, 90, 90, 90}, 3.0, 4);
  for (double& f : form.all.f_obs) f *= 1.25;
  const OneShell shell(form);
  const AlphaBeta best = shell.solved();
  CHECK(best.alpha == Approx(1.25).epsilon(1e-4));
  CHECK(best.beta > 0.0);
  CHECK(best.beta < 1e-4 * 1e4);
}

TEST_CASE("a shell where the model says nothing has alpha 0 and beta the mean of F_obs^2/epsilon") {
  AmplitudeData form = test::random_form("P 1", {14, 16, 18, 81, 95, 103}, 3.0, 4);
  // The largest F_obs belongs to the smallest F_model, and so on down.
  std::vector<std::size_t> order(form.all.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(form.f_model[a]) < std::abs(form.f_model[b]);
  });
  for (std::size_t i = 0; i < order.size(); ++i)
    form.all.f_obs[order[i]] = std::abs(form.f_model[order[order.size() - 1 - i]]);
  double mean = 0.0;
  for (double f : form.all.f_obs) mean += f * f / static_cast<double>(form.all.size());
  const AlphaBeta nothing = OneShell(form).solved();
  CHECK(nothing.alpha == 0.0);
  CHECK(nothing.sigma_a == 0.0);
  CHECK(nothing.beta == Approx(mean));
  CHECK(alpha_beta_of_shell({}, {}, {}, {}).alpha == 0.0);
}

TEST_CASE("alpha and beta of a simulated form are recovered by shells") {
  for (const auto& [group, cell] : std::vector<std::pair<std::string, std::array<double, 6>>>{
           {"P 21 21 21", {60, 70, 80, 90, 90, 90}}, {"P -1", {40, 45, 50, 81, 95, 103}}}) {
    AmplitudeData form = test::random_form(group, cell, 2.0, 4);
    const Truth truth(form);
    test::set_observed_with_errors(form, truth.alpha, truth.beta, 9);
    const ErrorModel found =
        estimate_errors(form.share(test::world()), form.f_model, ErrorModelOptions{});
    INFO(group << ", " << count_test(form) << " test reflections");
    REQUIRE(count_test(form) > 1000);
    CHECK(found.shells.size() > 10);
    // Some 115 test reflections a shell, sigma_a 0.55 to 0.97, averaged with the neighbours.
    CHECK(log_difference(found.alpha, truth.alpha) < 0.10);
    CHECK(log_difference(found.beta, truth.beta) < 0.18);
    for (long n : found.shell_n) CHECK(n >= 50);
  }
}

TEST_CASE("alpha and beta of a simulated form are recovered by a smooth curve from few test ones") {
  double worst_alpha = 0.0, worst_beta = 0.0;
  for (unsigned seed : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 10u}) {
    AmplitudeData form =
        test::random_form("P 1 21 1", {25, 37.5, 26.4, 90, 108, 90}, 2.5, seed, 20);
    const Truth truth(form);
    test::set_observed_with_errors(form, truth.alpha, truth.beta, seed + 50);
    REQUIRE(count_test(form) < 120);
    const ErrorModel found =
        estimate_errors(form.share(test::world()), form.f_model, ErrorModelOptions{});
    worst_alpha = std::max(worst_alpha, log_difference(found.alpha, truth.alpha));
    worst_beta = std::max(worst_beta, log_difference(found.beta, truth.beta));
    CHECK(*std::min_element(found.alpha.begin(), found.alpha.end()) > 0.2);
    CHECK(*std::max_element(found.alpha.begin(), found.alpha.end()) < 1.2);
  }
  CHECK(worst_alpha < 0.2);
  CHECK(worst_beta < 0.5);
}

TEST_CASE("perfect data give alpha = 1 and a small beta, by shells and by curve") {
  AmplitudeData form = test::random_form("P 21 21 21", {40, 45, 50, 90, 90, 90}, 2.0, 4);
  for (int smooth_below : {0, 100000}) {
    ErrorModelOptions options;
    options.smooth_below = smooth_below;
    const ErrorModel found = estimate_errors(form.share(test::world()), form.f_model, options);
    for (std::size_t i = 0; i < form.all.size(); ++i) {
      CHECK(found.alpha[i] == Approx(1.0).epsilon(1e-3));
      CHECK(found.beta[i] > 0.0);
      CHECK(found.beta[i] < 1e-3 * 1e4);
    }
  }
}

TEST_CASE("a model that says nothing still gives positive alpha and beta") {
  AmplitudeData form = test::random_form("P 21 21 21", {40, 45, 50, 90, 90, 90}, 2.5, 4);
  const AmplitudeData other = test::random_form("P 21 21 21", {40, 45, 50, 90, 90, 90}, 2.5, 77);
  for (int smooth_below : {0, 100000}) {
    ErrorModelOptions options;
    options.smooth_below = smooth_below;
    const ErrorModel found = estimate_errors(form.share(test::world()), other.f_model, options);
    for (std::size_t i = 0; i < form.all.size(); ++i) {
      CHECK(found.alpha[i] > 0.0);
      CHECK(found.alpha[i] < 0.5);
      CHECK(found.beta[i] > 0.0);
    }
  }
}

TEST_CASE("alpha scales against F_model and beta with the square of F_obs") {
  AmplitudeData form = test::random_form("P 21 21 21", {40, 45, 50, 90, 90, 90}, 2.5, 4);
  const Truth truth(form);
  test::set_observed_with_errors(form, truth.alpha, truth.beta, 9);
  const Share share = form.share(test::world());
  const ErrorModel before = estimate_errors(share, form.f_model, {});
  for (Complex& f : form.f_model) f *= 0.1;
  for (double& f : form.all.f_obs) f *= 3.0;
  const ErrorModel after = estimate_errors(share, form.f_model, {});
  for (std::size_t i = 0; i < form.all.size(); ++i) {
    CHECK(after.alpha[i] == Approx(30.0 * before.alpha[i]).epsilon(1e-8));
    CHECK(after.beta[i] == Approx(9.0 * before.beta[i]).epsilon(1e-8));
  }
}

TEST_CASE("one shell, and resolutions without test reflections, are interpolated over") {
  AmplitudeData form = test::random_form("P 21 21 21", {40, 45, 50, 90, 90, 90}, 2.5, 4);
  const Truth truth(form);
  test::set_observed_with_errors(form, truth.alpha, truth.beta, 9);
  for (std::size_t i = 0; i < form.all.size(); ++i)
    if (form.all.use[i] == crystal::Use::test && form.all.inverse_d2[i] > 0.12)
      form.all.use[i] = crystal::Use::work;
  ErrorModelOptions options;
  options.smooth_below = 0;
  const ErrorModel shells = estimate_errors(form.share(test::world()), form.f_model, options);
  options.test_per_shell = 1000;
  const ErrorModel one = estimate_errors(form.share(test::world()), form.f_model, options);
  CHECK(one.shells.size() == 1);
  for (const ErrorModel* found : {&shells, &one}) {
    REQUIRE(found->alpha.size() == form.all.size());
    for (std::size_t i = 0; i < form.all.size(); ++i) {
      CHECK(found->alpha[i] > 0.5);
      CHECK(found->alpha[i] < 1.2);
      CHECK(found->beta[i] > 0.0);
    }
  }
}

TEST_CASE("without a test set the error says why and names the ways out") {
  const AmplitudeData form = test::random_form("P 21 21 21", {20, 22, 25, 90, 90, 90}, 3.0, 4, 0);
  try {
    estimate_errors(form.share(test::world()), form.f_model, {});
    FAIL("no error");
  } catch (const base::InputError& error) {
    for (const char* part : {"test set", "free flags", "--make-free", "ML_FK", "LSQ"})
      CHECK_THAT(error.what(), Catch::Contains(part));
  }
}
