// SPDX-License-Identifier: MPL-2.0
// k_mask of resolution shells, each free, fitted to the work set.
#pragma once

#include <span>
#include <vector>

#include "polyform/targets/share.hpp"

namespace polyform::targets {

/// A curve of k_mask [e/A^3] over s^2 [1/A^2]: linear between its nodes, constant outside.
struct MaskCurve {
  std::vector<double> s2, k_mask;  ///< ascending s^2
};

/// Mean s^2 of shells of work reflections, from low resolution: 100 in the first, half as many
/// again in each that follows (the solvent scatters at low resolution, where reflections are few).
std::vector<double> mask_nodes(const crystal::Reflections& reflections);

double value_at(const MaskCurve& curve, double s2);

/// Minimises, over the values at the nodes,
///   sum_work (F_obs - K |F_calc + k_mask F_mask|)^2 / v + sum_nodes (k_mask - start)^2 / 0.2^2
/// with v the mean square of the same residual at the start, by nodes: data that say nothing about
/// the solvent leave the start as it is. Values stay in [0, 1] e/A^3. Gauss-Newton with damping;
/// k_total: K. Afonine et al. (2013) Acta Cryst. D69, 625, fit each bin alone and K with it.
/// Collective over team.
MaskCurve fit_shell_mask(const Share& share, std::span<const Complex> f_calc,
                         std::span<const Complex> f_mask, std::span<const double> k_total,
                         const MaskCurve& start);

}  // namespace polyform::targets
