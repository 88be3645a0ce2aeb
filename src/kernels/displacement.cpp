// SPDX-License-Identifier: MPL-2.0
// Displacement tensors within limits.
#include "polyform/kernels/displacement.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace polyform::kernels {
namespace {

using Axes = Eigen::SelfAdjointEigenSolver<Mat3>;

// The positive branch of a hyperbola with the asymptotes 0 and x.
class Hyperbola {
 public:
  explicit Hyperbola(double e) : e2_(e * e) {}
  double value(double x) const { return x > 0 ? (x + root(x)) / 2 : 2 * e2_ / (root(x) - x); }
  double inverse(double value) const { return value - e2_ / value; }
  // (h(a) - h(b)) / (a - b), without the difference.
  double slope(double a, double b) const { return (1 + (a + b) / (root(a) + root(b))) / 2; }

 private:
  double root(double x) const { return std::sqrt(x * x + 4 * e2_); }
  double e2_;
};

class Limiter {
 public:
  explicit Limiter(const PrincipalLimits& limits)
      : limits_(limits),
        e_(std::min(0.005, (limits.high - limits.low) / 20)),
        h_(e_),
        d_(h_.inverse(limits.high - limits.low)) {}
  double value(double w) const { return limits_.high - h_.value(d_ - h_.value(w)); }
  double inverse(double u) const {
    const double inside = std::clamp(u, limits_.low + e_ / 10, limits_.high - e_ / 10);
    return h_.inverse(d_ - h_.inverse(limits_.high - inside));
  }
  double slope(double a, double b) const {
    return h_.slope(d_ - h_.value(a), d_ - h_.value(b)) * h_.slope(a, b);
  }

 private:
  PrincipalLimits limits_;
  double e_;
  Hyperbola h_;
  double d_;
};

template <class Function>
Mat3 of_principal_values(const Mat3& m, Function f) {
  const Axes axes(m);
  const Vec3 values = axes.eigenvalues().unaryExpr(f);
  return axes.eigenvectors() * values.asDiagonal() * axes.eigenvectors().transpose();
}

}  // namespace

Mat3 anisotropic_part(const Mat3& u) { return u - u.trace() / 3 * Mat3::Identity(); }

Vec3 principal_values(const Mat3& u) { return Axes(u, Eigen::EigenvaluesOnly).eigenvalues(); }

Mat3 within_limits(const Mat3& w, const PrincipalLimits& limits) {
  const Limiter limiter(limits);
  return of_principal_values(w, [&](double value) { return limiter.value(value); });
}

Mat3 before_limits(const Mat3& u, const PrincipalLimits& limits) {
  const Limiter limiter(limits);
  return of_principal_values(u, [&](double value) { return limiter.inverse(value); });
}

Mat3 slope_before_limits(const Mat3& w, const Mat3& by_u, const PrincipalLimits& limits) {
  const Limiter limiter(limits);
  const Axes axes(w);
  const Mat3& v = axes.eigenvectors();
  Mat3 along = v.transpose() * by_u * v;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      along(i, j) *= limiter.slope(axes.eigenvalues()[i], axes.eigenvalues()[j]);
  return v * along * v.transpose();
}

}  // namespace polyform::kernels
