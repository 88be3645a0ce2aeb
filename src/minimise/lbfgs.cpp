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

// Of the components in their units.
double largest(const Vector& v, const Vector& units) {
  double most = 0;
  for (std::size_t i = 0; i < v.size(); ++i)
    most = std::max(most, std::abs(v[i]) / (units.empty() ? 1.0 : units[i]));
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
  History(int memory, Preconditioner& start)
      : memory_(static_cast<std::size_t>(memory)), start_(start) {}

  void clear() { pairs_.clear(); }
  bool empty() const { return pairs_.empty(); }

  // Pairs without positive curvature say nothing about a minimum and are left out.
  void add(Vector s, Vector y) {
    const double sy = dot(s, y);
    if (sy <= 1e-10 * std::sqrt(dot(s, s) * dot(y, y))) return;
    if (pairs_.size() == memory_) pairs_.pop_front();
    double gamma = 1;
    if (!start_.to_scale()) {
      Vector scaled = y;
      start_.apply(scaled);
      gamma = sy / dot(y, scaled);
    }
    pairs_.push_back({std::move(s), std::move(y), 1.0 / sy, gamma});
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
    double rho;    // 1 / s.y
    double gamma;  // s.y / (y . P y)
  };

  // H0 = gamma times the estimate P, gamma = s.y / (y . P y) of the last pair.
  void scale(Vector& q) const {
    start_.apply(q);
    if (pairs_.empty() || start_.to_scale()) return;
    for (double& value : q) value *= pairs_.back().gamma;
  }

  std::size_t memory_;
  Preconditioner& start_;
  std::deque<Pair> pairs_;
};

class Search {
 public:
  Search(Objective& objective, std::span<double> x, Box box, Preconditioner& start, bool informed,
         const LbfgsOptions& options)
      : objective_(objective),
        x_(x),
        box_(box),
        options_(options),
        history_(options.memory, start),
        start_(start),
        informed_(informed),
        longest_(x.size(), options.largest_step),
        gradient_(x.size()) {
    for (std::size_t i = 0; i < options.units.size(); ++i) longest_[i] *= options.units[i];
  }

  LbfgsResult run() {
    result_.value = evaluate(x_, gradient_);
    const double start = projected_rms(), first_value = result_.value;
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
          (before - result_.value) * std::sqrt(start_.damping()) <=
          std::max({options_.gain_tolerance, options_.value_tolerance * std::abs(result_.value),
                    options_.gain_share * (first_value - result_.value)});
      steady_ = steady ? steady_ + 1 : 0;
      if (steady_ == options_.steady_steps) return stop(Stopped::value_steady);
      if (options_.renew_every > 0 && result_.steps % options_.renew_every == 0 && start_.renew(x_))
        history_.clear();
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
    const Vector d = bounded_direction();
    const double most = largest(d, options_.units);
    if (most == 0) return false;
    // Without history or curvature the length of d means nothing.
    const double t = first && !informed_ ? options_.first_step / most
                                         : std::min(1.0, options_.largest_step / most);
    if (start_.learns() ? damped_search(d) : line_search(d, t)) return true;
    if (first) return false;
    history_.clear();
    return advance();
  }

  // Within what a step may be at most. Single components that are too long, of parameters that
  // hardly matter, do not shorten the others. What is remembered of earlier steps may lead too far
  // where H alone does not: it is forgotten before H is stiffened.
  Vector bounded_direction() {
    Vector d = direction();
    if (!start_.learns()) return d;
    if (!history_.empty() && start_.too_long(d, longest_)) {
      history_.clear();
      d = direction();
    }
    for (int round = 0; round < 4 && start_.too_long(d, longest_); ++round) {
      start_.stiffen();
      d = direction();
    }
    Vector within = d;
    for (std::size_t i = 0; i < d.size(); ++i)
      within[i] = std::clamp(d[i], -longest_[i], longest_[i]);
    return dot(within, gradient_) < 0 ? within : d;
  }

  struct Trial {
    Vector x, gradient;
    double value, slope;  // slope: g . (x - x_now)
  };
  // At the projected point P(x + t d).
  void go(const Vector& d, double t, Trial& trial) {
    trial.x.resize(x_.size());
    trial.gradient.resize(x_.size());
    trial.slope = 0;
    for (std::size_t i = 0; i < x_.size(); ++i) {
      trial.x[i] = box_.inside(i, x_[i] + t * d[i]);
      trial.slope += gradient_[i] * (trial.x[i] - x_[i]);
    }
    trial.value = evaluate(trial.x, trial.gradient);
  }
  // Armijo's condition.
  bool is_lower(const Trial& trial) const {
    return std::isfinite(trial.value) && trial.slope < 0 &&
           trial.value <= result_.value + 1e-4 * trial.slope;
  }

  // Backtracks along the projected path until the sum is lower.
  bool line_search(const Vector& d, double t) {
    Trial trial;
    for (int attempt = 0; attempt < 12; ++attempt) {
      go(d, t, trial);
      if (is_lower(trial)) return accept(trial, t);
      t *= shorter(trial.value, trial.slope);
    }
    // The objective has last been seen elsewhere: bring it back to x.
    evaluate(x_, gradient_);
    return false;
  }

  // Whole steps only: one that fails is tried again from an estimate that has learnt from it.
  bool damped_search(Vector d) {
    Trial trial;
    Vector step(x_.size());
    for (int attempt = 0; attempt < 8; ++attempt) {
      go(d, 1.0, trial);
      for (std::size_t i = 0; i < x_.size(); ++i) step[i] = trial.x[i] - x_[i];
      const bool kept = is_lower(trial);
      const Vector before = gradient_;
      if (kept) accept(trial, 1.0);
      start_.learn(step, before, trial.gradient, kept);
      if (kept) return true;
      history_.clear();
      d = bounded_direction();
    }
    evaluate(x_, gradient_);
    return false;
  }

  // Minimum of the parabola through value, slope and the failed value, as a fraction of the step.
  double shorter(double value, double slope) const {
    const double rise = value - result_.value - slope;
    if (!std::isfinite(rise) || rise <= 0) return 0.1;
    return std::clamp(-slope / (2 * rise), 0.1, 0.5);
  }

  bool accept(const Trial& trial, double t) {
    Vector s(x_.size()), y(x_.size());
    for (std::size_t i = 0; i < x_.size(); ++i) {
      s[i] = trial.x[i] - x_[i];
      y[i] = s[i] == 0 && box_.held(i, x_[i], gradient_[i]) ? 0 : trial.gradient[i] - gradient_[i];
    }
    history_.add(std::move(s), std::move(y));
    std::copy(trial.x.begin(), trial.x.end(), x_.begin());
    gradient_ = trial.gradient;
    result_.value = trial.value;
    step_size_ = t / start_.damping();
    ++result_.steps;
    return true;
  }

  Objective& objective_;
  std::span<double> x_;
  Box box_;
  const LbfgsOptions& options_;
  History history_;
  Preconditioner& start_;
  bool informed_;   // by a curvature given
  Vector longest_;  // that components of a step may be
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
  DiagonalPreconditioner start(curvature);
  const Box box{lower, upper};
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = box.inside(i, x[i]);
  return Search(objective, x, box, start, !curvature.empty(), options).run();
}

LbfgsResult lbfgs(Objective& objective, std::span<double> x, std::span<const double> lower,
                  std::span<const double> upper, Preconditioner& start,
                  const LbfgsOptions& options) {
  const Box box{lower, upper};
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = box.inside(i, x[i]);
  return Search(objective, x, box, start, true, options).run();
}

}  // namespace polyform::minimise
