// SPDX-License-Identifier: MPL-2.0
// Compact radial shapes: polynomials that vanish smoothly at a radius, and their transforms.
#pragma once

#include <array>

namespace polyform::density {

/// rho(r) = sum_k c_k u^(k+2), u = 1 - r^2/R^2; 0 beyond R.
constexpr int n_radial = 10;
using RadialCoefficients = std::array<double, n_radial>;

/// Transforms of u^2 ... u^9 for R = 1 A at the distance q [1/A] from the origin:
///   2^(n+2) pi n! j_(n+1)(x) / x^(n+1),  x = 2 pi q,
/// for u^n (Bracewell (1965) The Fourier Transform, ch. 12, in three dimensions). For another R: at
/// q R, times R^3.
RadialCoefficients radial_transforms(double q);

/// Products t_k t_l, k >= l, row by row.
constexpr int n_radial_products = n_radial * (n_radial + 1) / 2;
using RadialProducts = std::array<double, n_radial_products>;
/// Integral from 0 to q of t_k(q') t_l(q') q' dq', from a table (trapezoids of 0.002); beyond q =
/// 24 it is taken not to grow.
RadialProducts integral_of_products(double q);

}  // namespace polyform::density
