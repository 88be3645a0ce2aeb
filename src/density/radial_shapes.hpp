// SPDX-License-Identifier: MPL-2.0
// Compact shapes of isotropic atoms on the grid, by element and B.
#pragma once

#include <array>
#include <map>

#include "density/radial_fit.hpp"
#include "polyform/density/structure_factors.hpp"
#include "polyform/kernels/cubic_spline.hpp"

namespace polyform::density {

/// An atom of weight 1 at one B.
struct RadialShape {
  double radius = 0;                        ///< [A]
  std::array<double, n_radial> density{};   ///< of u^2 ... u^9 [e/A^3]
  std::array<double, n_radial + 1> by_b{};  ///< d rho / dB, of u^1 ... u^9
};

/// D(s) first, so that the carbon atoms of a usual model are most compact; then the shapes of each
/// element when it is met: at some B the least radius that meets the tolerance, and at more B the
/// best shape of the radius there. Between them radius and coefficients are splines of ln(B + 8),
/// so that rho is a smooth function of B and its derivative is exact.
class RadialShapes {
 public:
  /// grid_vectors: as for RadialFit. b_min [A^2]: the smallest B to come.
  RadialShapes(std::vector<double> grid_vectors, double d_min, double b_min,
               const FormFactorOptions& options);

  const Deconvolution& deconvolution() const { return deconvolution_; }
  /// Throws InputError for an element without scattering factors.
  RadialShape shape(std::uint8_t element, double b);

 private:
  using Element = kernels::CubicSplines<n_radial + 1>;  // coefficients of density, ln R
  Element& element(std::uint8_t number);
  Element fitted(const kernels::FormFactor& f) const;
  kernels::CubicSplines<1> radii(const kernels::FormFactor& f) const;
  double first_log_b() const;
  double tolerated(const kernels::FormFactor& f, double b) const;

  RadialFit fit_;
  double b_min_;
  FormFactorOptions options_;
  double rms_of_sharpest_ = 0;  // carbon
  Deconvolution deconvolution_;
  std::vector<RadialFit::Sphere> spheres_;  // of radii to try, ascending
  std::map<std::uint8_t, Element> elements_;
};

}  // namespace polyform::density
