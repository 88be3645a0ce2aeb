// SPDX-License-Identifier: MPL-2.0
// Fewer Gaussians by variable projection: widths by damped least squares, heights by linear ones.
#include "polyform/kernels/fewer_gaussians.hpp"

#include <Eigen/Dense>
#include <algorithm>

namespace polyform::kernels {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int n_points = 64;
// Points beyond d_min, of little weight, keep the sum from running away where aliases come from.
constexpr double reach = 1.3, weight_beyond = 0.2;
constexpr double smallest_log_b = -4, largest_log_b = 6;

struct Sampled {
  VectorXd s2, weight, target;  // target = weight * f
  int n_inside = 0;
  double norm = 0;  // of the target inside the sphere
};

Sampled sampled(const FormFactor& f, double d_min, double b_typical) {
  Sampled points{VectorXd(n_points), VectorXd(n_points), VectorXd(n_points)};
  for (int i = 0; i < n_points; ++i) {
    const double s = (i + 0.5) / n_points * reach / d_min;
    points.s2[i] = s * s;
    const bool inside = s * d_min <= 1;
    points.n_inside += inside;
    points.weight[i] = s * std::exp(-b_typical * s * s / 4) * (inside ? 1 : weight_beyond);
    points.target[i] = points.weight[i] * f.at(s * s);
  }
  points.norm = points.target.head(points.n_inside).norm();
  return points;
}

struct Trial {
  VectorXd log_b, a, residual;
};

Trial solved(const Sampled& points, const VectorXd& log_b) {
  MatrixXd design(n_points, log_b.size());
  for (int g = 0; g < log_b.size(); ++g)
    design.col(g) = points.weight.array() * (-std::exp(log_b[g]) / 4 * points.s2.array()).exp();
  Trial trial{log_b, design.colPivHouseholderQr().solve(points.target), {}};
  trial.residual = design * trial.a - points.target;
  return trial;
}

// Levenberg-Marquardt on the projected residual (Golub & Pereyra 1973), its derivative by
// differences.
Trial refined(const Sampled& points, Trial best) {
  const auto n = best.log_b.size();
  double damping = 1e-2;
  for (int step = 0; step < 60; ++step) {
    MatrixXd jacobian(n_points, n);
    for (int g = 0; g < n; ++g) {
      VectorXd moved = best.log_b;
      moved[g] += 1e-5;
      jacobian.col(g) = (solved(points, moved).residual - best.residual) / 1e-5;
    }
    MatrixXd normal = jacobian.transpose() * jacobian;
    normal.diagonal() *= 1 + damping;
    const VectorXd shift = normal.ldlt().solve(jacobian.transpose() * best.residual);
    const VectorXd to = (best.log_b - shift).cwiseMax(smallest_log_b).cwiseMin(largest_log_b);
    const Trial trial = solved(points, to);
    if (to.allFinite() && trial.residual.squaredNorm() < best.residual.squaredNorm()) {
      best = trial;
      damping /= 5;
    } else {
      damping *= 4;
    }
  }
  return best;
}

// Widths spread in equal ratios between two ends.
VectorXd spread(int n, double narrow, double wide) {
  return VectorXd::LinSpaced(n, std::log(narrow), std::log(wide));
}

}  // namespace

double weighted_norm(const FormFactor& f, double d_min, double b_typical) {
  return sampled(f, d_min, b_typical).norm;
}

FormFactor fewer_gaussians(const FormFactor& f, double d_min, double tolerance, double b_typical) {
  const Sampled points = sampled(f, d_min, b_typical);
  for (int n = 1; n < f.terms; ++n)
    for (const double narrow : {1.5, 5.0, 12.0}) {
      const Trial trial =
          refined(points, solved(points, spread(n, narrow, n == 1 ? narrow : 40.0)));
      if (trial.residual.head(points.n_inside).norm() > tolerance * points.norm) continue;
      FormFactor fitted;
      fitted.terms = n;
      for (int g = 0; g < n; ++g) {
        fitted.a[static_cast<std::size_t>(g)] = trial.a[g];
        fitted.b[static_cast<std::size_t>(g)] = std::exp(trial.log_b[g]);
      }
      return fitted;
    }
  return f;
}

}  // namespace polyform::kernels
