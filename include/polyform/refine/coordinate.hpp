// SPDX-License-Identifier: MPL-2.0
// What the coordinator does while the other ranks serve, ended well or badly for all of them.
#pragma once

#include <functional>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// Rank 0 runs `work` and sends the others home; the others serve. When `work` throws, every rank
/// throws AgreedError with its message. Collective over world, the ensemble's.
void coordinate(const parallel::Communicator& world, Ensemble& ensemble,
                const std::function<void()>& work);

}  // namespace polyform::refine
