// SPDX-License-Identifier: MPL-2.0
// Amplitudes far beyond what their neighbours in resolution allow: damage, not measurement.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "crystal/merge_reflections.hpp"
#include "polyform/crystal/crystal.hpp"

namespace polyform::crystal {

/// "5 0 2 (F 8.4e+14, usual 31)" of each measured amplitude above 30 times the median of the 101
/// next to it in resolution, F / sqrt(epsilon) compared. By Wilson's statistics (1949) one in e^600
/// is. Empty where fewer than 101 are measured.
std::vector<std::string> wild_amplitudes(std::span<const Observation> observations,
                                         const Crystal& crystal);

}  // namespace polyform::crystal
