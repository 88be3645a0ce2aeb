// SPDX-License-Identifier: MPL-2.0
// How well a model predicts reflections that it was not fitted to.
#pragma once

#include <span>
#include <vector>

#include "polyform/targets/share.hpp"

namespace polyform::targets {

/// -ln p(F_obs; F_model) of the chosen reflections, one each in their order, with the alpha and
/// beta of resolution shells that make these same reflections most likely (alpha_beta_of_shell): no
/// other F_obs is read. Shells hold equal numbers, at least 50 where there are as many. chosen:
/// indices of observed reflections. f_model: of all reflections, scaled. Not collective.
std::vector<double> held_out_likelihood(const crystal::Reflections& reflections,
                                        std::span<const std::size_t> chosen,
                                        std::span<const Complex> f_model);

}  // namespace polyform::targets
