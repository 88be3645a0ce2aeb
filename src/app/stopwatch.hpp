// SPDX-License-Identifier: MPL-2.0
// Median time of a collective step.
#pragma once

#include <functional>

#include "polyform/parallel/communicator.hpp"

namespace polyform::app {

/// Runs `step` once unmeasured, then 5 to 51 times until a second has passed; the median of the
/// slowest rank's times [s]. Collective over world.
double median_seconds(const parallel::Communicator& world, const std::function<void()>& step);

}  // namespace polyform::app
