// SPDX-License-Identifier: MPL-2.0
// Contiguous shares.
#include "polyform/parallel/partition.hpp"

#include <algorithm>

namespace polyform::parallel {

Partition::Partition(std::size_t n, int ranks) : offsets_(static_cast<std::size_t>(ranks) + 1) {
  const auto count = static_cast<std::size_t>(ranks);
  for (std::size_t r = 0; r <= count; ++r) offsets_[r] = r * (n / count) + std::min(r, n % count);
}

int Partition::owner(std::size_t i) const {
  const auto after = std::upper_bound(offsets_.begin(), offsets_.end(), i);
  return static_cast<int>(after - offsets_.begin()) - 1;
}

}  // namespace polyform::parallel
