// SPDX-License-Identifier: MPL-2.0
// A smooth curve sigma_a(s) of few parameters, by likelihood.
#include "smooth_sigma_a.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace polyform::targets {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

constexpr double log_z_high = 1.7;    // 1 - sigma_a^2 = 7e-5: nothing is known better
constexpr double prior_centre = 0.4;  // of ln z: sigma_a = 0.90
constexpr double prior_width = 0.7;
constexpr int most_steps = 100;
constexpr double rounding = 1e-13;  // steps that change the value by less are taken, too

Eigen::Index n_parameters(std::size_t n_pairs) { return n_pairs < 150 ? 2 : n_pairs < 300 ? 3 : 4; }

// P_k(t), k = 0, 1, ..., n - 1.
Vector legendre(double t, Eigen::Index n) {
  Vector p(n);
  p[0] = 1.0;
  if (n > 1) p[1] = t;
  for (Eigen::Index k = 1; k + 1 < n; ++k) {
    const double order = static_cast<double>(k);
    p[k + 1] = ((2.0 * order + 1.0) * t * p[k] - order * p[k - 1]) / (order + 1.0);
  }
  return p;
}

// -ln posterior, its gradient, its second derivatives, and for where these are not positive
// definite the sum of g g' of the single reflections (Berndt, Hall, Hall & Hausman 1974), both with
// the prior's own curvature.
struct Posterior {
  double value = 0;
  Vector gradient;
  Matrix second;
  Matrix outer;

  const Matrix& curvature() const {
    return Eigen::LLT<Matrix>(second).info() == Eigen::Success ? second : outer;
  }
};
Posterior posterior(std::span<const NormalisedPair> pairs, const std::vector<double>& position,
                    const Vector& c) {
  const Eigen::Index n = c.size();
  Posterior sum{0.0, Vector::Zero(n), Matrix::Zero(n, n), Matrix::Zero(n, n)};
  for (std::size_t j = 0; j < pairs.size(); ++j) {
    const Vector p = legendre(position[j], n);
    const double log_z = c.dot(p);
    const bool capped = log_z > log_z_high;
    const double z = std::exp(capped ? log_z_high : log_z);
    const auto term =
        kernels::sigma_a_likelihood(pairs[j].e_obs, pairs[j].e_model, z, pairs[j].parity);
    sum.value += term.value;
    if (capped) continue;
    const double slope = term.slope_z * z;  // by ln z
    sum.gradient += slope * p;
    sum.second += (term.second_z * z * z + slope) * p * p.transpose();
    sum.outer += slope * slope * p * p.transpose();
  }
  for (Eigen::Index k = 0; k < n; ++k) {
    const double off = (c[k] - (k == 0 ? prior_centre : 0.0)) / prior_width;
    sum.value += 0.5 * off * off;
    sum.gradient[k] += off / prior_width;
    sum.second(k, k) += 1.0 / (prior_width * prior_width);
    sum.outer(k, k) += 1.0 / (prior_width * prior_width);
  }
  return sum;
}

}  // namespace

SmoothSigmaA::SmoothSigmaA(std::span<const NormalisedPair> pairs) {
  const auto [low, high] = std::minmax_element(
      pairs.begin(), pairs.end(), [](const auto& a, const auto& b) { return a.s2 < b.s2; });
  s2_low_ = low->s2;
  s2_high_ = high->s2;
  std::vector<double> positions;
  for (const NormalisedPair& pair : pairs) positions.push_back(position(pair.s2));

  // Levenberg-Marquardt steps on -ln posterior.
  Vector c = Vector::Zero(n_parameters(pairs.size()));
  c[0] = prior_centre;
  Posterior here = posterior(pairs, positions, c);
  double damping = 1e-3;
  for (int step = 0; step < most_steps && damping < 1e12; ++step) {
    Matrix damped = here.curvature();
    damped.diagonal() *= 1.0 + damping;
    const Vector shift = -damped.ldlt().solve(here.gradient);
    const Posterior there = posterior(pairs, positions, c + shift);
    if (there.value <= here.value + rounding * std::abs(here.value)) {
      c += shift;
      here = there;
      damping *= 0.2;
      if (shift.norm() < 1e-12) break;
    } else {
      damping *= 10.0;
    }
  }
  c_.assign(c.begin(), c.end());
}

double SmoothSigmaA::position(double s2) const {
  if (s2_high_ <= s2_low_) return 0.0;
  return std::clamp(2.0 * (s2 - s2_low_) / (s2_high_ - s2_low_) - 1.0, -1.0, 1.0);
}

double SmoothSigmaA::z(double s2) const {
  const Eigen::Map<const Vector> c(c_.data(), static_cast<Eigen::Index>(c_.size()));
  return std::exp(std::min(log_z_high, c.dot(legendre(position(s2), c.size()))));
}

}  // namespace polyform::targets
