// SPDX-License-Identifier: MPL-2.0
// Cardinal B-splines: smooth interpolation between points one apart.
#pragma once

#include <array>

namespace polyform::kernels {

/// Points that carry a value somewhere between them: splines of degree 5.
constexpr int spline_points = 6;

/// Share of each of the six points floor(x) - 2 ... floor(x) + 3 at x = floor(x) + part, and its
/// derivative by x. Shares add up to 1, derivatives to 0. 0 <= part < 1. Schoenberg (1946) Q. Appl.
/// Math. 4, 45; by the recursion of Essmann et al. (1995) J. Chem. Phys. 103, 8577, eq. 4.1.
struct SplineShares {
  std::array<double, spline_points> value, slope;
};
SplineShares spline_shares(double part);

/// What the spline leaves of a wave with `cycles` periods a point, sinc^6(cycles): coefficients are
/// divided by it, |cycles| < 1/2. Its aliases are smaller by (cycles / (1 - cycles))^6.
double spline_transfer(double cycles);

}  // namespace polyform::kernels
