// SPDX-License-Identifier: MPL-2.0
// Displacement tensors U: along a direction, how anisotropic, and within limits whatever happens.
#pragma once

#include "polyform/kernels/vector.hpp"

namespace polyform::kernels {

/// Mean-square displacement [A^2] along a unit vector: n'Un.
inline double mean_square_along(const Mat3& u, const Vec3& n) { return n.dot(u * n); }
/// U without its isotropic part: U - trace(U)/3 I.
Mat3 anisotropic_part(const Mat3& u);
/// Principal values of U [A^2], ascending.
Vec3 principal_values(const Mat3& u);

/// A slope dE = trace(G dU) as derivatives by (11, 22, 33, 12, 13, 23), where U12 and U21 move
/// together: off-diagonal entries count twice.
inline Sym3 entries_of_slope(const Mat3& g) {
  return {g(0, 0), g(1, 1), g(2, 2), 2 * g(0, 1), 2 * g(0, 2), 2 * g(1, 2)};
}
/// The symmetric G of such derivatives.
inline Mat3 slope_of_entries(const Sym3& by) {
  return matrix_of({by[0], by[1], by[2], by[3] / 2, by[4] / 2, by[5] / 2});
}

/// Limits of the principal values of U [A^2], 0 < low < high.
struct PrincipalLimits {
  double low, high;
};

/// A tensor within limits, of any symmetric W. Its axes are those of W, and its principal values
/// f(w) of those of W,
///   f(w) = high - h(d - h(w)),  h(x) = (x + sqrt(x^2 + 4 e^2)) / 2,  high - h(d) = low,
/// with e = 0.005 A^2 (or a twentieth of high - low): f(w) is w + low but for values within a few e
/// of a limit, which it comes near and never reaches. Where W has the symmetry of a site, so has U.
Mat3 within_limits(const Mat3& w, const PrincipalLimits& limits);
/// The W of a given U. Principal values outside the limits, or nearer than e/10, are brought to
/// e/10 inside.
Mat3 before_limits(const Mat3& u, const PrincipalLimits& limits);
/// dE/dW from dE/dU at W: with W = V diag(w) V', it is V (F o V' dE/dU V) V', F_ij =
/// (f(w_i) - f(w_j)) / (w_i - w_j). Daleckii & Krein; Higham (2008) Functions of Matrices, theorem
/// 3.11.
Mat3 slope_before_limits(const Mat3& w, const Mat3& by_u, const PrincipalLimits& limits);

}  // namespace polyform::kernels
