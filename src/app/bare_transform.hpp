// SPDX-License-Identifier: MPL-2.0
// The ruler of all timings: one real-to-complex transform of a crystal's grid, and nothing else.
#pragma once

#include <array>

#include "polyform/crystal/crystal.hpp"
#include "polyform/parallel/communicator.hpp"

namespace polyform::app {

/// Points of the smooth grid with N_i >= 3 / (d_min a*_i).
std::array<int, 3> bare_grid(const crystal::Crystal& crystal, double d_min);

/// Median seconds of one float r2c transform of that grid over the ranks of world, planned with
/// FFTW_MEASURE, output transposed. Collective over world.
double time_bare_transform(const std::array<int, 3>& grid, const parallel::Communicator& world);

}  // namespace polyform::app
