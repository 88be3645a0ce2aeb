// SPDX-License-Identifier: MPL-2.0
// The minimiser on functions whose minima are known.
#include "polyform/minimise/lbfgs.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "polyform/minimise/gradient_check.hpp"
#include "support/catch.hpp"

using namespace polyform::minimise;

namespace {

// sum of (1 - x_i)^2 + 100 (x_{i+1} - x_i^2)^2 over pairs (Rosenbrock 1960): minimum 0 at (1, 1).
struct Rosenbrock : Objective {
  double evaluate(std::span<const double> x, std::span<double> g) override {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); i += 2) {
      const double a = 1 - x[i], b = x[i + 1] - x[i] * x[i];
      value += a * a + 100 * b * b;
      g[i] = -2 * a - 400 * b * x[i];
      g[i + 1] = 200 * b;
    }
    return value;
  }
};

// A bowl with axes of very different curvature, centred at `centre`.
struct Bowl : Objective {
  std::vector<double> centre, curvature;
  double least_x = std::numeric_limits<double>::infinity();
  double evaluate(std::span<const double> x, std::span<double> g) override {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double d = x[i] - centre[i];
      value += 0.5 * curvature[i] * d * d;
      g[i] = curvature[i] * d;
      least_x = std::min(least_x, x[i]);
    }
    return value;
  }
};

Bowl steep_bowl() {
  Bowl bowl;
  for (int i = 0; i < 20; ++i) {
    bowl.centre.push_back(0.1 * i - 1);
    bowl.curvature.push_back(std::pow(10.0, i % 5));
  }
  return bowl;
}

LbfgsOptions patient() {
  LbfgsOptions options;
  options.max_steps = 500;
  options.gradient_tolerance = 1e-9;
  options.value_tolerance = 0;
  return options;
}

}  // namespace

TEST_CASE("the valley of Rosenbrock is followed to its end") {
  Rosenbrock valley;
  std::vector<double> x(10, -1.2);
  const LbfgsResult result = lbfgs(valley, x, {}, {}, {}, patient());
  for (double value : x) CHECK(value == Approx(1.0).margin(1e-5));
  CHECK(result.value < 1e-10);
}

TEST_CASE("bounds are kept exactly and held parameters do not stop the others") {
  Bowl bowl = steep_bowl();
  std::vector<double> x(20, 0.5), lower(20, 0.0), upper(20, 0.6);
  lbfgs(bowl, x, lower, upper, {}, patient());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double best = std::min(0.6, std::max(0.0, bowl.centre[i]));
    CHECK(x[i] == Approx(best).margin(1e-6));
    CHECK(x[i] >= 0.0);
    CHECK(x[i] <= 0.6);
  }
  CHECK(bowl.least_x >= 0.0);  // no trial point was outside
}

TEST_CASE("a start outside the bounds is brought inside first") {
  Bowl bowl = steep_bowl();
  std::vector<double> x(20, 7.0), lower(20, -0.2), upper(20, 0.2);
  lbfgs(bowl, x, lower, upper, {}, patient());
  for (double value : x) CHECK(std::abs(value) <= 0.2);
}

TEST_CASE("the curvature of the bowl saves evaluations") {
  Bowl plain = steep_bowl(), informed = steep_bowl();
  std::vector<double> x(20, 0.9), y(20, 0.9);
  const LbfgsResult without = lbfgs(plain, x, {}, {}, {}, patient());
  const LbfgsResult with = lbfgs(informed, y, {}, {}, informed.curvature, patient());
  CHECK(with.evaluations < without.evaluations);
  CHECK(with.value < 1e-10);
}

TEST_CASE("a run that is asked to stop stops after the step, no worse than its start") {
  struct Impatient : Rosenbrock {
    bool accepted(const Step& step) override { return step.number < 3; }
  } valley;
  std::vector<double> x(4, -1.2), g(4);
  const double start = valley.evaluate(x, g);
  const LbfgsResult result = lbfgs(valley, x, {}, {}, {}, patient());
  CHECK(result.why == Stopped::asked);
  CHECK(result.steps == 3);
  CHECK(result.value < start);
}

TEST_CASE("a gradient that is wrong is found out, a right one passes") {
  struct Wrong : Rosenbrock {
    double evaluate(std::span<const double> x, std::span<double> g) override {
      const double value = Rosenbrock::evaluate(x, g);
      for (double& component : g) component *= 1.01;
      return value;
    }
  } wrong;
  Rosenbrock right;
  const std::vector<double> x = {0.3, -0.7, 1.1, 0.4};
  CHECK(check_gradient(right, x, 1e-5, 4).relative_rms < 1e-7);
  CHECK(check_gradient(wrong, x, 1e-5, 4).relative_rms > 5e-3);
}
