// SPDX-License-Identifier: MPL-2.0
// Random shifts of positions: MAIN's kick.
#pragma once

#include <cstdint>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// What a kick is for: kicks for different purposes or in different cycles are independent.
enum class KickPurpose : std::uint64_t { start_of_cycle = 1, reference_state = 2, free_kick = 16 };

/// Shifts of all atoms, uniform in a sphere of radius `amplitude` [A], along what its site allows
/// for an atom on a symmetry element. The same for the same numbers on any rank. Not collective.
std::vector<Vec3> random_shifts(const crystal::Atoms& atoms, double amplitude, int seed,
                                std::uint64_t stream);

/// Shifts every atom of every form uniformly in a sphere of radius `amplitude` [A]; atoms on
/// symmetry elements only as their site allows. The same for a seed, purpose and cycle on any
/// number of ranks. Coordinator only.
void kick(Ensemble& ensemble, double amplitude, int seed, KickPurpose purpose, int cycle);

/// Amplitude of a cycle (from 1): linear from first to last over the cycles.
double kick_amplitude(const KickOptions& options, int cycle, int cycles);

}  // namespace polyform::refine
