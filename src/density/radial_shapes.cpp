// SPDX-License-Identifier: MPL-2.0
// Compact shapes of isotropic atoms: deconvolution, radii, coefficients.
#include "density/radial_shapes.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "polyform/density/scattering.hpp"

namespace polyform::density {
namespace {

// Error of an atom over the r.m.s. of f exp(-B s^2/4): its own times that of the sharpest carbon,
// under a root, since what is weak everywhere need not be as exact.
constexpr double tolerance = 0.8e-4;

constexpr double b_shift = 8;       // [A^2]
constexpr double largest_b = 1000;  // [A^2]
constexpr int n_radii_by_b = 12, n_nodes = 49;
constexpr int n_spheres = 30;
constexpr double first_sphere = 1.15, next_sphere = 1.07;  // of d_min; ratio

// Radii [A] for which D(s) is chosen: about what is needed in the end.
double planned_radius(double b, double d_min) {
  return std::sqrt(1.1 * d_min * d_min + 4.5 + 0.16 * b);
}

using Point = std::array<double, 3>;

// The lowest point of a function of three numbers, by the simplex of Nelder & Mead (1965) Comput.
// J. 7, 308.
Point lowest(const std::function<double(const Point&)>& value, const Point& start, double size,
             int n_steps) {
  struct Corner {
    Point at;
    double value;
  };
  std::array<Corner, 4> simplex;
  for (std::size_t i = 0; i < 4; ++i) {
    simplex[i].at = start;
    if (i > 0) simplex[i].at[i - 1] += size;
    simplex[i].value = value(simplex[i].at);
  }
  const auto along = [&](double t) {  // from the worst corner through the middle of the others
    Corner made{};
    for (std::size_t k = 0; k < 3; ++k) {
      const double middle = (simplex[0].at[k] + simplex[1].at[k] + simplex[2].at[k]) / 3;
      made.at[k] = middle + t * (middle - simplex[3].at[k]);
    }
    made.value = value(made.at);
    return made;
  };
  for (int step = 0; step < n_steps; ++step) {
    std::sort(simplex.begin(), simplex.end(),
              [](const Corner& a, const Corner& b) { return a.value < b.value; });
    Corner trial = along(1);
    if (trial.value < simplex[0].value) {
      const Corner farther = along(2);
      if (farther.value < trial.value) trial = farther;
    } else if (trial.value > simplex[2].value) {
      trial = along(-0.5);
    }
    if (trial.value < simplex[3].value) {
      simplex[3] = trial;
      continue;
    }
    for (std::size_t i = 1; i < 4; ++i) {
      for (std::size_t k = 0; k < 3; ++k)
        simplex[i].at[k] = (simplex[i].at[k] + simplex[0].at[k]) / 2;
      simplex[i].value = value(simplex[i].at);
    }
  }
  return std::min_element(simplex.begin(), simplex.end(),
                          [](const Corner& a, const Corner& b) { return a.value < b.value; })
      ->at;
}

// D(s) with which carbons of several B have least error at their planned radii.
Deconvolution best_deconvolution(const RadialFit& fit, const kernels::FormFactor& f, double b_min) {
  struct Carbon {
    RadialFit::Sphere sphere;
    std::vector<double> wanted;
    double share;
  };
  std::vector<Carbon> carbons;
  const std::array<std::array<double, 2>, 4> usual{{{0, 0.5}, {6, 0.3}, {18, 0.15}, {50, 0.05}}};
  for (const auto& [above, share] : usual) {
    const double b = b_min + above;
    carbons.push_back({fit.sphere(planned_radius(b, fit.d_min())), fit.wanted(f, b), share});
  }
  const auto error = [&](const Point& c) {
    double sum = 0;
    for (const Carbon& carbon : carbons)
      sum += carbon.share *
             std::log(fit.fit(carbon.sphere, carbon.wanted, {fit.d_min(), c}).error + 1e-12);
    return sum;
  };
  Deconvolution best{fit.d_min(), {}};
  double least = 0;
  for (const Point& start : {Point{0.1, 0.7, -0.1}, Point{-1, 1, 0}, Point{1, 0.4, 0}}) {
    const Point found = lowest(error, start, 0.2, 70);
    const double e = error(found);
    if (best.c == Point{} || e < least) {
      best.c = found;
      least = e;
    }
  }
  return best;
}

double log_b(double b) { return std::log(std::max(b, 1 - b_shift) + b_shift); }

}  // namespace

RadialShapes::RadialShapes(std::vector<double> grid_vectors, double d_min, double b_min,
                           const FormFactorOptions& options)
    : fit_(std::move(grid_vectors), d_min),
      b_min_(std::max(b_min, 1 - b_shift)),
      options_(options) {
  const kernels::FormFactor carbon = scattering_of(6, options_);
  rms_of_sharpest_ = fit_.rms(fit_.wanted(carbon, b_min_));
  deconvolution_ = best_deconvolution(fit_, carbon, b_min_);
  double radius = first_sphere * d_min;
  for (int i = 0; i < n_spheres; ++i, radius *= next_sphere)
    spheres_.push_back(fit_.sphere(radius));
}

// Below the smallest B, where the ends of splines do no harm.
double RadialShapes::first_log_b() const { return log_b(b_min_) - 0.3; }

double RadialShapes::tolerated(const kernels::FormFactor& f, double b) const {
  return tolerance * std::sqrt(fit_.rms(fit_.wanted(f, b)) * rms_of_sharpest_);
}

// ln R at equal steps of ln(B + 8): least that is good enough, between radii by the error's course;
// the best one where none is.
kernels::CubicSplines<1> RadialShapes::radii(const kernels::FormFactor& f) const {
  const double low = first_log_b(), step = (log_b(largest_b) - low) / (n_radii_by_b - 1);
  std::vector<std::array<double, 1>> log_radius;
  for (int i = 0; i < n_radii_by_b; ++i) {
    const double b = std::exp(low + i * step) - b_shift;
    const std::vector<double> wanted = fit_.wanted(f, b);
    const double allowed = std::log(tolerated(f, b));
    double before = 0, least = 0, found = 0;
    for (std::size_t k = 0; k < spheres_.size(); ++k) {
      const double error = std::log(fit_.fit(spheres_[k], wanted, deconvolution_).error + 1e-300);
      const double here = std::log(spheres_[k].radius);
      if (k == 0 || error < least) {
        least = error;
        found = here;
      }
      if (error <= allowed) {
        if (k > 0) found = here - std::log(next_sphere) * (allowed - error) / (before - error);
        break;
      }
      before = error;
    }
    log_radius.push_back({found});
  }
  return {low, step, std::move(log_radius)};
}

RadialShapes::Element RadialShapes::fitted(const kernels::FormFactor& f) const {
  const kernels::CubicSplines<1> log_radius = radii(f);
  const double low = first_log_b(), step = (log_b(largest_b) - low) / (n_nodes - 1);
  std::vector<Element::Values> nodes(n_nodes);
  for (int i = 0; i < n_nodes; ++i) {
    const double x = low + i * step;
    Element::Values& node = nodes[static_cast<std::size_t>(i)];
    node[n_radial] = log_radius.at(x).value[0];
    const auto best = fit_.fit(fit_.sphere(std::exp(node[n_radial])),
                               fit_.wanted(f, std::exp(x) - b_shift), deconvolution_);
    std::copy(best.c.begin(), best.c.end(), node.begin());
  }
  return {low, step, std::move(nodes)};
}

RadialShapes::Element& RadialShapes::element(std::uint8_t number) {
  const auto found = elements_.find(number);
  if (found != elements_.end()) return found->second;
  return elements_.emplace(number, fitted(scattering_of(number, options_))).first->second;
}

// d rho / dB = sum_k c_k' u^(k+2) + (k + 2) c_k u^(k+1) du/dB, du/dB = 2 (1 - u) R'/R.
RadialShape RadialShapes::shape(std::uint8_t number, double b) {
  const Element::Point at = element(number).at(log_b(b));
  const double by_b = 1 / (b + b_shift);
  RadialShape made;
  made.radius = std::exp(at.value[n_radial]);
  for (std::size_t k = 0; k < n_radial; ++k) {
    made.density[k] = at.value[k];
    const double widened = static_cast<double>(k + 2) * at.value[k] * 2 * at.slope[n_radial] * by_b;
    made.by_b[k] += widened;
    made.by_b[k + 1] += at.slope[k] * by_b - widened;
  }
  return made;
}

}  // namespace polyform::density
