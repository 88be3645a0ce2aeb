// SPDX-License-Identifier: MPL-2.0
// Radii of atoms on the grid, from the Fourier transform of the part that is left out.
#include "density/cutoff.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/units.hpp"

namespace polyform::density {
namespace {

using base::pi;
using kernels::FormFactor;

constexpr double b_shift = 8.0;       // [A^2]
constexpr double largest_b = 1000;    // [A^2] of the table
constexpr double least_radius = 0.3;  // [A]
constexpr int n_s = 24, n_r = 96;

double node_b(int i, int n) {
  const double low = std::log(b_shift), high = std::log(largest_b + b_shift);
  return std::exp(low + (high - low) * i / (n - 1)) - b_shift;
}

// The blurred density of an element with some B.
class Density {
 public:
  Density(const FormFactor& f, double widening) : terms_(static_cast<std::size_t>(f.terms)) {
    for (std::size_t g = 0; g < terms_; ++g) {
      const double t = f.b[g] + widening;
      height_[g] = f.a[g] * std::pow(4 * pi / t, 1.5);
      fall_[g] = 4 * pi * pi / t;
    }
  }
  double at(double r) const {
    double density = 0;
    for (std::size_t g = 0; g < terms_; ++g) density += height_[g] * std::exp(-fall_[g] * r * r);
    return density;
  }

 private:
  std::size_t terms_;
  std::array<double, FormFactor::max_terms> height_{}, fall_{};
};

double s_of(std::size_t j, double d_min) { return (static_cast<double>(j) + 0.5) / n_s / d_min; }

// Root of the sum over s of s^2 times the square of
// 4 pi integral over [r, 2.2 r] of rho(r) r^2 sin(2 pi s r) / (2 pi s r), for n_s values of s. From
// s to s the sines follow by sin((j + 3/2) t) = 2 cos t sin((j + 1/2) t) - sin((j - 1/2) t).
double error_beyond(const FormFactor& f, double b, double blur, double d_min, double radius) {
  const Density density(f, b + blur);
  const double step = 1.2 * radius / n_r;
  std::array<double, n_s> lost{};
  for (int i = 0; i < n_r; ++i) {
    const double r = radius + (i + 0.5) * step, weight = density.at(r) * r * step;
    const double t = 2 * pi * r / n_s / d_min, turn = 2 * std::cos(t);
    double sine = std::sin(t / 2), before = -sine;
    for (double& sum : lost) {
      sum += weight * sine;
      const double next = turn * sine - before;
      before = sine;
      sine = next;
    }
  }
  double sum = 0;
  for (std::size_t j = 0; j < n_s; ++j) {
    const double s = s_of(j, d_min);
    const double error = 2 / s * lost[j] * std::exp(blur * s * s / 4);
    sum += s * s * error * error;
  }
  return std::sqrt(sum);
}

// Of f exp(-B s^2/4), as the errors.
double power(const FormFactor& f, double b, double d_min) {
  double sum = 0;
  for (std::size_t j = 0; j < n_s; ++j) {
    const double s = s_of(j, d_min), whole = f.at(s * s) * std::exp(-b * s * s / 4);
    sum += s * s * whole * whole;
  }
  return std::sqrt(sum);
}

}  // namespace

// From node to node the radius grows by little.
Cutoff::Cutoff(const FormFactor& f, const FormFactor& carbon, double blur, double d_min,
               double tolerance) {
  double high = 1.0;
  for (int i = 0; i < n_nodes; ++i) {
    const double b = node_b(i, n_nodes);
    const double allowed = tolerance * std::max(power(f, b, d_min), power(carbon, b, d_min));
    const auto is_enough = [&](double radius) {
      return error_beyond(f, b, blur, d_min, radius) <= allowed;
    };
    double low = high;
    while (!is_enough(high)) {
      low = high;
      high *= 1.1;
    }
    while (low == high || (low > least_radius && is_enough(low))) low /= 1.1;
    for (int step = 0; step < 5; ++step) {
      const double middle = (low + high) / 2;
      (is_enough(middle) ? high : low) = middle;
    }
    radius_[static_cast<std::size_t>(i)] = high;
  }
}

double Cutoff::radius(double b) const {
  const double low = std::log(b_shift), high = std::log(largest_b + b_shift);
  const double shifted = std::max(b + b_shift, b_shift);
  if (shifted >= largest_b + b_shift)
    return radius_.back() * std::sqrt(shifted / (largest_b + b_shift));
  const double place = (std::log(shifted) - low) / (high - low) * (n_nodes - 1);
  const auto i = std::min(static_cast<std::size_t>(place), std::size_t{n_nodes - 2});
  const double part = place - static_cast<double>(i);
  return radius_[i] * (1 - part) + radius_[i + 1] * part;
}

}  // namespace polyform::density
