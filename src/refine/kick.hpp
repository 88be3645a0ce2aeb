// SPDX-License-Identifier: MPL-2.0
// Random shifts of positions: MAIN's kick.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// What a kick is for: kicks for different purposes or in different cycles are independent.
enum class KickPurpose : std::uint64_t { start_of_cycle = 1, reference_state = 2, free_kick = 16 };

/// Names the random numbers of one kick.
struct KickStream {
  int seed = 1;
  KickPurpose purpose = KickPurpose::start_of_cycle;
  int cycle = 0;
  int number = 0;  ///< of several kicks of one purpose and cycle
};

/// Shifts the chosen atoms of a form uniformly in a sphere of radius `amplitude` [A]; atoms on
/// symmetry elements only as their site allows. The same for a stream and form on any number of
/// ranks. chosen: one flag an atom. Not collective.
void kick_positions(crystal::Atoms& atoms, std::span<const std::uint8_t> chosen, double amplitude,
                    const KickStream& stream, std::size_t form);

/// Changes B of the chosen atoms uniformly by up to `amplitude` [A^2], within [lower, upper].
void kick_b(crystal::Atoms& atoms, std::span<const std::uint8_t> chosen, double amplitude,
            double lower, double upper, const KickStream& stream, std::size_t form);

/// The kicks that the options ask for before a cycle, positions and B, of the atoms that are
/// refined or that the kick names; a line for the log of each that did something. Coordinator only.
std::vector<std::string> kick_for_cycle(Ensemble& ensemble, const RefineOptions& options,
                                        int cycle);

/// Amplitude of a cycle (from 1): linear from first to last over the cooling cycles, then nothing.
double kick_amplitude(double first, double last, const KickOptions& options, int cycle, int cycles);

/// The last cycle before which anything is kicked; 0 where nothing ever is.
int last_kicked_cycle(const RefineOptions& options);

}  // namespace polyform::refine
