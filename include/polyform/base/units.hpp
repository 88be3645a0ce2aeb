// SPDX-License-Identifier: MPL-2.0
// Constants and conversions between the units at the surface and those inside.
#pragma once

#include <numbers>

namespace polyform::base {

inline constexpr double pi = std::numbers::pi;
inline constexpr double two_pi = 2.0 * pi;

constexpr double radians(double degrees) { return degrees * (pi / 180.0); }
constexpr double degrees(double radians) { return radians * (180.0 / pi); }

/// B = 8 pi^2 U, both in [A^2].
inline constexpr double b_per_u = 8.0 * pi * pi;
constexpr double b_of_u(double u) { return b_per_u * u; }
constexpr double u_of_b(double b) { return b / b_per_u; }

}  // namespace polyform::base
