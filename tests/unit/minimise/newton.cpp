// SPDX-License-Identifier: MPL-2.0
// The minimiser with a sparse estimate of the Hessian.
#include <cmath>
#include <random>
#include <vector>

#include "polyform/base/error.hpp"
#include "polyform/minimise/lbfgs.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::minimise;

namespace {

using Matrix = SparsePreconditioner::Matrix;

// A chain: stiff springs between neighbours, soft ones to the places `centre`.
struct Chain : Objective {
  std::vector<double> centre;
  double stiff = 1e4, soft = 1, quartic = 0;
  std::vector<double> seen;  // values, in order

  explicit Chain(std::size_t n) {
    std::mt19937 random(5);
    for (std::size_t i = 0; i < n; ++i)
      centre.push_back(static_cast<double>(random()) / 4294967296.0);
  }

  double evaluate(std::span<const double> x, std::span<double> g) override {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double d = x[i] - centre[i];
      value += 0.5 * soft * d * d + quartic * d * d * d * d;
      g[i] = soft * d + 4 * quartic * d * d * d;
    }
    for (std::size_t i = 0; i + 1 < x.size(); ++i) {
      const double d = x[i + 1] - x[i];
      value += 0.5 * stiff * d * d;
      g[i + 1] += stiff * d;
      g[i] -= stiff * d;
    }
    seen.push_back(value);
    return value;
  }

  Matrix hessian() const {
    const auto n = static_cast<Eigen::Index>(centre.size());
    Matrix lower(n, n);
    for (Eigen::Index i = 0; i < n; ++i) {
      lower.coeffRef(i, i) += soft + (i > 0 ? stiff : 0) + (i + 1 < n ? stiff : 0);
      if (i > 0) lower.coeffRef(i, i - 1) = -stiff;
    }
    return lower;
  }
};

LbfgsOptions options(int steps) {
  LbfgsOptions o;
  o.max_steps = steps;
  o.largest_step = 100;
  o.gradient_tolerance = 1e-9;
  o.value_tolerance = 0;
  return o;
}

double gradient_rms(Chain& chain, const std::vector<double>& x) {
  std::vector<double> g(x.size());
  chain.evaluate(x, g);
  double sum = 0;
  for (double v : g) sum += v * v;
  return std::sqrt(sum / static_cast<double>(x.size()));
}

}  // namespace

TEST_CASE("a quadratic function is minimised in one step from its Hessian") {
  Chain chain(200);
  SparsePreconditioner start(chain.hessian());
  std::vector<double> x(200, 3.0);
  const auto result = lbfgs(chain, x, {}, {}, start, options(50));
  CHECK(result.steps == 1);
  CHECK(result.evaluations == 2);
  CHECK(gradient_rms(chain, x) < 1e-8);
}

TEST_CASE("a Hessian of half the steepness is mended by the memory, in far fewer steps than none") {
  const auto steps_from = [](bool sparse) {
    Chain chain(200);
    chain.quartic = 0.3;
    Matrix half = chain.hessian();
    half *= 0.5;
    SparsePreconditioner start(half);
    std::vector<double> x(200, 3.0);
    const auto result = sparse ? lbfgs(chain, x, {}, {}, start, options(400))
                               : lbfgs(chain, x, {}, {}, std::span<const double>(), options(400));
    return std::pair(result.steps, gradient_rms(chain, x));
  };
  const auto [with, rms_with] = steps_from(true);
  const auto [without, rms_without] = steps_from(false);
  CHECK(rms_with < 1e-4);
  CHECK(with < 25);
  CHECK(without > 3 * with);
}

TEST_CASE("bounds are exact and no step goes uphill with a sparse Hessian") {
  Chain chain(60);
  chain.quartic = 5;
  SparsePreconditioner start(chain.hessian());
  std::vector<double> x(60, 0.9);
  const std::vector<double> lower(60, 0.6), upper(60, 0.95);

  struct Watched : Objective {
    Chain& of;
    std::vector<double> accepted_values;
    bool inside = true;
    explicit Watched(Chain& c) : of(c) {}
    double evaluate(std::span<const double> at, std::span<double> g) override {
      for (double v : at) inside = inside && v >= 0.6 && v <= 0.95;
      return of.evaluate(at, g);
    }
    bool accepted(const Step& step) override {
      accepted_values.push_back(step.value);
      return true;
    }
  } watched(chain);
  lbfgs(watched, x, lower, upper, start, options(100));
  CHECK(watched.inside);
  REQUIRE(watched.accepted_values.size() > 1);
  for (std::size_t i = 1; i < watched.accepted_values.size(); ++i)
    CHECK(watched.accepted_values[i] <= watched.accepted_values[i - 1]);
  // The stiff chain lies together, on the lower bound where the mean of the centres is below it.
  std::vector<double> g(60);
  chain.evaluate(x, g);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool free = x[i] > 0.6 && x[i] < 0.95;
    if (free) CHECK(std::abs(g[i]) < 1e-2);
    if (x[i] == 0.6) CHECK(g[i] >= -1e-2);
  }
}

TEST_CASE("a Hessian that is not positive definite is raised until it is") {
  Chain chain(30);
  Matrix wrong = chain.hessian();
  for (Eigen::Index k = 0; k < 30; k += 3) wrong.coeffRef(k, k) = -5;
  SparsePreconditioner start(wrong);
  std::vector<double> q(30);
  for (std::size_t i = 0; i < q.size(); ++i) q[i] = std::cos(static_cast<double>(i));
  const std::vector<double> before = q;
  start.apply(q);
  double product = 0;
  for (std::size_t i = 0; i < q.size(); ++i) product += q[i] * before[i];
  CHECK(std::isfinite(product));
  CHECK(product > 0);
  // Solved at all: with the diagonal as large as it must become the step is a short one.
  CHECK(product < 0.5 * 15);
}

TEST_CASE("a Hessian with elements that are no numbers is refused") {
  Chain chain(5);
  Matrix wrong = chain.hessian();
  wrong.coeffRef(2, 2) = std::nan("");
  CHECK_THROWS_AS(SparsePreconditioner(wrong), base::Error);
}

namespace {

// Learns from steps as a refinement's does: its own diagonal counts more often.
class Learning final : public SparsePreconditioner {
 public:
  explicit Learning(const Matrix& lower) : lower_(lower) { make(); }
  bool learns() const override { return true; }
  void learn(std::span<const double>, std::span<const double>, std::span<const double>,
             bool kept) override {
    damping_ = kept ? std::max(1.0, damping_ / 3) : 4 * damping_;
    make();
  }
  double damping() const override { return damping_; }

 private:
  void make() {
    Matrix damped = lower_;
    for (Eigen::Index k = 0; k < damped.cols(); ++k) damped.coeffRef(k, k) *= damping_;
    set(damped);
  }
  Matrix lower_;
  double damping_ = 1;
};

}  // namespace

TEST_CASE("an estimate that is far too soft learns from steps that fail, which are not kept") {
  Chain chain(100);
  chain.quartic = 200;
  Matrix soft = chain.hessian();
  soft *= 0.02;
  Learning start(soft);
  std::vector<double> x(100, 3.0), g(100);
  double last = chain.evaluate(x, g);
  struct Watched : Objective {
    Chain& of;
    double& last;
    bool downhill = true;
    Watched(Chain& c, double& l) : of(c), last(l) {}
    double evaluate(std::span<const double> at, std::span<double> slope) override {
      return of.evaluate(at, slope);
    }
    bool accepted(const Step& step) override {
      downhill = downhill && step.value < last;
      last = step.value;
      return true;
    }
  } watched(chain, last);
  const auto result = lbfgs(watched, x, {}, {}, start, options(200));
  CHECK(watched.downhill);
  CHECK(result.evaluations > result.steps + 1);  // some failed
  CHECK(gradient_rms(chain, x) < 1e-3);
}

TEST_CASE("a component without curvature is cut, and does not shorten the steps of others") {
  Chain chain(50);
  Matrix weak = chain.hessian();
  Matrix with_one_more(51, 51);
  for (Eigen::Index k = 0; k < 50; ++k)
    for (Matrix::InnerIterator it(weak, k); it; ++it)
      with_one_more.coeffRef(it.row(), k) = it.value();
  with_one_more.coeffRef(50, 50) = 1e-9;
  struct OneMore : Objective {
    Chain& of;
    explicit OneMore(Chain& c) : of(c) {}
    double evaluate(std::span<const double> x, std::span<double> g) override {
      g[50] = 1e-3 * x[50];
      return of.evaluate(x.first(50), g.first(50)) + 0.5e-3 * x[50] * x[50];
    }
  } more(chain);
  Learning start(with_one_more);
  std::vector<double> x(51, 3.0);
  LbfgsOptions how = options(1);
  how.largest_step = 4;
  lbfgs(more, x, {}, {}, start, how);
  CHECK(x[50] == -1.0);  // 3 - 4
  std::vector<double> of_chain(x.begin(), x.begin() + 50);
  CHECK(gradient_rms(chain, of_chain) < 1e-6);
}

TEST_CASE("steps end where one gains less than a share of what all have gained") {
  struct Watched : Objective {
    Chain of{200};
    std::vector<double> values;
    double evaluate(std::span<const double> at, std::span<double> g) override {
      const double value = of.evaluate(at, g);
      if (values.empty()) values.push_back(value);
      return value;
    }
    bool accepted(const Step& step) override {
      values.push_back(step.value);
      return true;
    }
  };
  Watched whole, ended;
  for (Watched* each : {&whole, &ended}) {
    each->of.quartic = 0.3;
    Matrix half = each->of.hessian();
    half *= 0.5;
    SparsePreconditioner start(half);
    std::vector<double> x(200, 3.0);
    LbfgsOptions how = options(400);
    how.steady_steps = 1;
    how.gain_share = each == &ended ? 0.02 : 0;
    lbfgs(*each, x, {}, {}, start, how);
  }
  const std::vector<double>& v = ended.values;
  REQUIRE(v.size() > 2);
  CHECK(v.size() < whole.values.size());
  for (std::size_t i = 1; i < v.size(); ++i)
    CHECK((v[i - 1] - v[i] <= 0.02 * (v[0] - v[i])) == (i + 1 == v.size()));
}

TEST_CASE("where memory leads too far it is forgotten and the estimate not stiffened") {
  struct AlmostFlat : Objective {
    double evaluate(std::span<const double> x, std::span<double> g) override {
      g[0] = 1e-3 * x[0] - 1;
      return 0.5e-3 * x[0] * x[0] - x[0];
    }
  } objective;
  struct Bounded final : SparsePreconditioner {
    using SparsePreconditioner::SparsePreconditioner;
    int stiffened = 0;
    bool learns() const override { return true; }
    bool too_long(std::span<const double> step, std::span<const double> longest) const override {
      return std::abs(step[0]) > longest[0];
    }
    void stiffen() override { ++stiffened; }
  };
  Matrix one(1, 1);
  one.coeffRef(0, 0) = 1;
  Bounded start(one);
  std::vector<double> x(1, 0.0);
  LbfgsOptions how = options(3);
  how.largest_step = 5;  // the minimum is at 1000
  lbfgs(objective, x, {}, {}, start, how);
  CHECK(start.stiffened == 0);
  CHECK(std::abs(x[0] - 3) < 0.01);
}
