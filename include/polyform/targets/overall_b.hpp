// SPDX-License-Identifier: MPL-2.0
// By how much all B of a model are off, from the fall of F_obs and F_calc with resolution.
#pragma once

#include <span>

#include "polyform/targets/share.hpp"
#include "polyform/targets/shells.hpp"

namespace polyform::targets {

/// dB [A^2] with <F_obs^2> / <|F|^2> ~ k exp(-dB s^2/2) over the shells: a straight line through the
/// logarithms, each shell weighted by its reflections (after Wilson 1949, Acta Cryst. 2, 318). Work
/// set only; f: owned, without scale. Shells beyond 5 A say nothing (solvent) unless all are. 0 with
/// fewer than two shells. Collective over team.
double wilson_b_shift(const Share& share, const Shells& shells, std::span<const Complex> f);

}  // namespace polyform::targets
