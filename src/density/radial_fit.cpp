// SPDX-License-Identifier: MPL-2.0
// Least squares for the compact shape of an atom.
#include "density/radial_fit.hpp"

#include <Eigen/Cholesky>
#include <cmath>

namespace polyform::density {
namespace {

constexpr int n_s = 24;
using Vector = Eigen::Matrix<double, n_radial, 1>;
using Matrix = Eigen::Matrix<double, n_radial, n_radial>;

Vector as_vector(const RadialCoefficients& c) { return Eigen::Map<const Vector>(c.data()); }

}  // namespace

RadialFit::RadialFit(std::vector<double> grid_vectors, double d_min)
    : d_min_(d_min), grid_vectors_(std::move(grid_vectors)) {
  double sum = 0;
  for (int i = 0; i < n_s; ++i) {
    s_.push_back((i + 0.5) / n_s / d_min);
    weight_.push_back(s_.back() * s_.back());
    sum += weight_.back();
  }
  for (double& w : weight_) w /= sum;
}

RadialFit::Sphere RadialFit::sphere(double radius) const {
  Sphere made{radius, {}, {}};
  const double volume = radius * radius * radius;
  for (double s : s_) {
    RadialCoefficients inside = radial_transforms(s * radius);
    for (double& t : inside) t *= volume;
    made.transform.push_back(inside);
    made.alias_power.push_back(volume * volume * alias_power(s, radius));
  }
  return made;
}

// Sum over +-G of the mean over all directions of s of t t'(|s + G| R). In |s + G|^2 directions are
// spread evenly between (|G| - s)^2 and (|G| + s)^2.
RadialFit::Products RadialFit::alias_power(double s, double radius) const {
  RadialProducts sum{};
  for (double length : grid_vectors_) {
    const RadialProducts low = integral_of_products((length - s) * radius),
                         high = integral_of_products((length + s) * radius);
    const double share = 1 / (s * length * radius * radius);
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += share * (high[j] - low[j]);
  }
  Products power;
  std::size_t at = 0;
  for (int k = 0; k < n_radial; ++k)
    for (int l = 0; l <= k; ++l) power(k, l) = power(l, k) = sum[at++];
  return power;
}

std::vector<double> RadialFit::wanted(const kernels::FormFactor& f, double b) const {
  std::vector<double> values;
  for (double s : s_) values.push_back(f.at(s * s) * std::exp(-b * s * s / 4));
  return values;
}

double RadialFit::rms(const std::vector<double>& wanted) const {
  double sum = 0;
  for (std::size_t i = 0; i < s_.size(); ++i) sum += weight_[i] * wanted[i] * wanted[i];
  return std::sqrt(sum);
}

RadialFit::Result RadialFit::fit(const Sphere& sphere, const std::vector<double>& wanted,
                                 const Deconvolution& deconvolution) const {
  Matrix normal = Matrix::Zero();
  Vector right = Vector::Zero();
  double square = 0;
  for (std::size_t i = 0; i < s_.size(); ++i) {
    const double d = deconvolution.at(s_[i] * s_[i]);
    const Vector t = as_vector(sphere.transform[i]);
    normal += weight_[i] * d * d * (t * t.transpose() + sphere.alias_power[i]);
    right += weight_[i] * d * wanted[i] * t;
    square += weight_[i] * wanted[i] * wanted[i];
  }
  // Unknowns of like size, and short where several would do, so that they are smooth in B and R.
  constexpr double ridge = 1e-12;
  const Vector size = normal.diagonal().cwiseSqrt().cwiseInverse();
  const Matrix scaled =
      size.asDiagonal() * normal * size.asDiagonal() + Matrix(ridge * Matrix::Identity());
  const Vector c = size.asDiagonal() * scaled.ldlt().solve(size.asDiagonal() * right);
  Result result;
  Eigen::Map<Vector>(result.c.data()) = c;
  result.error = std::sqrt(std::max(0.0, square - 2 * c.dot(right) + c.dot(normal * c)));
  return result;
}

}  // namespace polyform::density
