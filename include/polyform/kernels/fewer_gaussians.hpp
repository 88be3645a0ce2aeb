// SPDX-License-Identifier: MPL-2.0
// A scattering factor approximated by fewer Gaussians, up to a resolution.
#pragma once

#include "polyform/kernels/form_factor.hpp"

namespace polyform::kernels {

/// Root of the sum of f^2 over the sphere s <= 1/d_min [1/A], at points and with weights as below:
/// for ratios between elements.
double weighted_norm(const FormFactor& f, double d_min, double b_typical = 10.0);

/// The sum of the fewest Gaussians (all b >= 0) whose r.m.s. difference from f over the sphere s <=
/// 1/d_min [1/A] is below `tolerance` times the r.m.s. of f; f itself when none is. Points are
/// weighted by exp(-b_typical s^2/2), as the squared amplitudes of atoms of that B [A^2] are.
FormFactor fewer_gaussians(const FormFactor& f, double d_min, double tolerance,
                           double b_typical = 10.0);

}  // namespace polyform::kernels
