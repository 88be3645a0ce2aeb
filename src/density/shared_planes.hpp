// SPDX-License-Identifier: MPL-2.0
// Which planes of the slab axis hold something, and who has them.
#pragma once

#include <vector>

#include "polyform/parallel/partition.hpp"

namespace polyform::density {

/// Planes that hold a map which is 0 on all others, each once; a rank has [begin, end) of the list.
struct SharedPlanes {
  std::vector<int> planes;
  parallel::Partition ownership;
};

}  // namespace polyform::density
