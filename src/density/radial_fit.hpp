// SPDX-License-Identifier: MPL-2.0
// The compact shape of an atom that gives its structure factors on a coarse grid.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "density/deconvolution.hpp"
#include "density/radial_polynomial.hpp"
#include "polyform/kernels/form_factor.hpp"

namespace polyform::density {

/// Fits shapes rho(r) of radius R so that D(s) times their transform equals f(s) exp(-B s^2/4) to
/// d_min while D(s) times their aliases, the transform at s + G for the shortest vectors G of the
/// grid's reciprocal lattice, stays small: linear least squares over the sphere of reflections. A
/// shape need not be the atom's own beyond d_min, which is what lets it be compact.
class RadialFit {
 public:
  using Products = Eigen::Matrix<double, n_radial, n_radial>;

  /// grid_vectors: |G| [1/A], one of each pair +-G.
  RadialFit(std::vector<double> grid_vectors, double d_min);

  double d_min() const { return d_min_; }

  /// Transforms of the polynomials of one radius R [A], in the sphere and, squared and summed over
  /// aliases, outside.
  struct Sphere {
    double radius;
    std::vector<RadialCoefficients> transform;  ///< by s
    std::vector<Products> alias_power;
  };
  Sphere sphere(double radius) const;

  /// f(s) exp(-B s^2/4) at the samples of s.
  std::vector<double> wanted(const kernels::FormFactor& f, double b) const;
  /// Their r.m.s. over the sphere of reflections.
  double rms(const std::vector<double>& wanted) const;

  struct Result {
    RadialCoefficients c;
    double error;  ///< r.m.s. of what is wrong, as rms()
  };
  Result fit(const Sphere& sphere, const std::vector<double>& wanted,
             const Deconvolution& deconvolution) const;

 private:
  Products alias_power(double s, double radius) const;

  double d_min_;
  std::vector<double> grid_vectors_;
  std::vector<double> s_, weight_;  // samples, their share of the sphere
};

}  // namespace polyform::density
