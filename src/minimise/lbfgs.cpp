// SPDX-License-Identifier: MPL-2.0
// Limited-memory BFGS with bounds: two-loop recursion, projected line search.
#include "polyform/minimise/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

namespace polyform::minimise {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double largest(const Vector& v) {
  double most = 0;
  for (double value : v) most = std::max(most, std::abs(value));
  return most;
}

// The box [lower, upper]; without bounds it is everything.
struct Box {
  std::span<const double> lower, upper;

  double inside(std::size_t i, double x) const {
    return lower.empty() ? x : std::clamp(x, lower[i], upper[i]);
  }
  // On a bound, with the descent pointing out of the box: held there for this step.
  bool held(std::size_t i, double x, double gradient) const {
    return !lower.empty() && ((x <= lower[i] && gradient > 0) || (x >= upper[i] && gradient < 0));
  }
};

// Steps s and gradient changes y of the last iterations, and the inverse Hessian they imply.
class History {
 public:
  History(int memory, std::span<const double> curvature)
      : memory_(static_cast<std::size_t>(memory)), curvature_(curvature) {}

  void clear() { pairs_.clear(); }
  bool empty() const { return pairs_.empty(); }

  // Pairs without positive curvature say nothing about a minimum and are left out.
  void add(Vector s, Vector y) {
    const double sy = dot(s, y);
    if (sy <= 1e-10 * std::sqrt(dot(s, s) * dot(y, y))) return;
    if (pairs_.size() == memory_) pairs_.pop_front();
    pairs_.push_back({std::move(s), std::move(y), 1.0 / sy});
  }

  // r = H q (Nocedal 1980, the two-loop recursion).
  Vector times(Vector q) const {
    std::vector<double> alpha(pairs_.size());
    for (std::size_t k = pairs_.size(); k-- > 0;) {
      const Pair& p = pairs_[k];
      alpha[k] = p.rho * dot(p.s, q);
      for (std::size_t i = 0; i < q.size(); ++i) q[i] -= alpha[k] * p.y[i];
    }
    scale(q);
    for (std::size_t k = 0; k < pairs_.size(); ++k) {
      const Pair& p = pairs_[k];
      const double beta = p.rho * dot(p.y, q);
      for (std::size_t i = 0; i < q.size(); ++i) q[i] += (alpha[k] - beta) * p.s[i];
    }
    return q;
  }

 private:
  struct Pair {
    Vector s, y;
    double rho;  // 1 / s.y
  };

  // H0 = gamma / curvature, gamma = s.y / (y . y / curvature) of the last pair.
  void scale(Vector& q) const {
    double gamma = 1.0;
    if (!pairs_.empty()) {
      const Pair& last = pairs_.back();
      double yy = 0;
      for (std::size_t i = 0; i < q.size(); ++i) yy += last.y[i] * last.y[i] / curvature_at(i);
      gamma = 1.0 / (last.rho * yy);
    }
    for (std::size_t i = 0; i < q.size(); ++i) q[i] *= gamma / curvature_at(i);
  }
  double curvature_at(std::size_t i) const { return curvature_.empty() ? 1.0 : curvature_[i]; }

  std::size_t memory_;
  std::span<const double> curvature_;
  std::deque<Pair> pairs_;
};

class Search {
 public:
  Search(Objective& objective, std::span<double> x, Box box, std::span<const double> curvature,
         const LbfgsOptions& options)
      : objective_(objective),
        x_(x),
        box_(box),
        options_(options),
        history_(options.memory, curvature),
        informed_(!curvature.empty()),
        gradient_(x.size()) {}

  LbfgsResult run() {
    result_.value = evaluate(x_, gradient_);
    const double start = projected_rms();
    result_.why = Stopped::steps_done;
    while (result_.steps < options_.max_steps) {
      if (projected_rms() <= options_.gradient_tolerance * start)
        return stop(Stopped::gradient_small);
      const double before = result_.value;
      if (!advance()) return stop(Stopped::no_descent);
      if (!objective_.accepted(
              {result_.steps, result_.evaluations, step_size_, result_.value, projected_rms()}))
        return stop(Stopped::asked);
      const bool steady =
          before - result_.value <= options_.value_tolerance * std::abs(result_.value);
      steady_ = steady ? steady_ + 1 : 0;
      if (steady_ == 3) return stop(Stopped::value_steady);
    }
    return result_;
  }

 private:
  double evaluate(std::span<const double> x, Vector& gradient) {
    ++result_.evaluations;
    return objective_.evaluate(x, gradient);
  }

  LbfgsResult stop(Stopped why) {
    result_.why = why;
    return result_;
  }

  double projected_rms() const {
    double sum = 0;
    for (std::size_t i = 0; i < gradient_.size(); ++i)
      if (!box_.held(i, x_[i], gradient_[i])) sum += gradient_[i] * gradient_[i];
    return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(gradient_.size(), 1)));
  }

  // d = -H g over the parameters that may move; steepest descent where that is not downhill.
  Vector direction() {
    Vector g = gradient_;
    for (std::size_t i = 0; i < g.size(); ++i)
      if (box_.held(i, x_[i], g[i])) g[i] = 0;
    Vector d = history_.times(g);
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = g[i] == 0 ? 0 : -d[i];
    if (dot(d, g) < 0) return d;
    history_.clear();
    d = history_.times(g);
    for (double& value : d) value = -value;
    return d;
  }

  // One accepted step; false when no point along the direction is better.
  bool advance() {
    const bool first = history_.empty();
    Vector d = direction();
    const double most = largest(d);
    if (most == 0) return false;
    // Without history or curvature the length of d means nothing.
    const double t = first && !informed_ ? options_.first_step / most
                                         : std::min(1.0, options_.largest_step / most);
    if (line_search(d, t)) return true;
    if (first) return false;
    history_.clear();
    return advance();
  }

  // Backtracks along the projected path x(t) = P(x + t d) until Armijo's condition holds.
  bool line_search(const Vector& d, double t) {
    Vector trial(x_.size()), gradient(x_.size());
    for (int attempt = 0; attempt < 12; ++attempt) {
      double slope = 0;  // g . (x(t) - x)
      for (std::size_t i = 0; i < trial.size(); ++i) {
        trial[i] = box_.inside(i, x_[i] + t * d[i]);
        slope += gradient_[i] * (trial[i] - x_[i]);
      }
      const double value = evaluate(trial, gradient);
      if (std::isfinite(value) && value <= result_.value + 1e-4 * slope && slope < 0) {
        accept(trial, gradient, value, t);
        return true;
      }
      t *= shorter(value, slope);
    }
    // The objective has last been seen elsewhere: bring it back to x.
    evaluate(x_, gradient);
    return false;
  }

  // Minimum of the parabola through value, slope and the failed value, as a fraction of the step.
  double shorter(double value, double slope) const {
    const double rise = value - result_.value - slope;
    if (!std::isfinite(rise) || rise <= 0) return 0.1;
    return std::clamp(-slope / (2 * rise), 0.1, 0.5);
  }

  void accept(const Vector& trial, const Vector& gradient, double value, double t) {
    Vector s(trial.size()), y(trial.size());
    for (std::size_t i = 0; i < trial.size(); ++i) {
      s[i] = trial[i] - x_[i];
      y[i] = s[i] == 0 && box_.held(i, x_[i], gradient_[i]) ? 0 : gradient[i] - gradient_[i];
    }
    history_.add(std::move(s), std::move(y));
    std::copy(trial.begin(), trial.end(), x_.begin());
    gradient_ = gradient;
    result_.value = value;
    step_size_ = t;
    ++result_.steps;
  }

  Objective& objective_;
  std::span<double> x_;
  Box box_;
  const LbfgsOptions& options_;
  History history_;
  bool informed_;  // by the curvature given
  Vector gradient_;
  LbfgsResult result_;
  double step_size_ = 0;
  int steady_ = 0;
};

}  // namespace

std::string name_of(Stopped why) {
  switch (why) {
    case Stopped::gradient_small:
      return "gradient small";
    case Stopped::value_steady:
      return "value steady";
    case Stopped::steps_done:
      return "steps done";
    case Stopped::asked:
      return "asked to stop";
    case Stopped::no_descent:
      return "no lower point along the direction";
  }
  return "";
}

LbfgsResult lbfgs(Objective& objective, std::span<double> x, std::span<const double> lower,
                  std::span<const double> upper, std::span<const double> curvature,
                  const LbfgsOptions& options) {
  const Box box{lower, upper};
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = box.inside(i, x[i]);
  return Search(objective, x, box, curvature, options).run();
}

}  // namespace polyform::minimise
