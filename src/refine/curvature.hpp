// SPDX-License-Identifier: MPL-2.0
// The expected diagonal of the Hessian: how steep the sum is in each parameter, for the minimiser.
#pragma once

#include <span>
#include <vector>

#include "polyform/refine/ensemble.hpp"
#include "polyform/targets/target.hpp"

namespace polyform::refine {

/// q in bins of s^2: with copies of an atom at random phases, d2T/dp2 of an atom is
/// sum_h T''(h) K(h)^2 (n/2) |df/dp|^2 (twice that for centric reflections), n the number of
/// primitive operators times the square of the number of centring vectors. After Agarwal (1978)
/// Acta Cryst. A34, 791, with the likelihood's own T''. Collective over the share's team.
DataCurvature measure_curvature(const targets::Share& share, const targets::Target& target,
                                std::span<const std::complex<double>> f_model,
                                std::span<const double> k_total);

/// d2T/dp2 that the data hold an atom of one electron and this B [A^2] with.
double response_of_data(const DataCurvature& data, Parameters which, double b);

/// Diagonal of the Hessian of the weighted sum, one a parameter, all forms, > 0. The data's part as
/// above, with f(s) ~ Z exp(-11 A^2 s^2/4); restraints by their Gauss-Newton terms, spread evenly
/// over x, y and z. Coordinator only.
std::vector<double> expected_curvature(const Ensemble& ensemble, const RefineOptions& options,
                                       const std::vector<FormStatus>& status, Parameters which,
                                       std::span<const double> weights);

/// Of that the part of the data and of NCS, >= 0. Coordinator only.
std::vector<double> data_curvature(const Ensemble& ensemble, const RefineOptions& options,
                                   const std::vector<FormStatus>& status, Parameters which,
                                   std::span<const double> weights);

}  // namespace polyform::refine
