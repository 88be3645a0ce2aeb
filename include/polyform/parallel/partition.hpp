// SPDX-License-Identifier: MPL-2.0
// Contiguous shares of n things among ranks.
#pragma once

#include <cstddef>
#include <vector>

namespace polyform::parallel {

/// Half-open range [begin, end).
struct Block {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
  bool contains(std::size_t i) const { return i >= begin && i < end; }
};

/// n things in consecutive blocks, one a rank, sizes differing by at most one; late ranks may have
/// none when there are more ranks than things.
class Partition {
 public:
  Partition() = default;
  Partition(std::size_t n, int ranks);
  /// Blocks that end at the given places.
  explicit Partition(std::vector<std::size_t> offsets) : offsets_(std::move(offsets)) {}

  int ranks() const { return static_cast<int>(offsets_.size()) - 1; }
  std::size_t total() const { return offsets_.back(); }
  Block block(int rank) const {
    const auto r = static_cast<std::size_t>(rank);
    return {offsets_[r], offsets_[r + 1]};
  }
  /// The rank that has thing i.
  int owner(std::size_t i) const;

 private:
  std::vector<std::size_t> offsets_ = {0, 0};  // ranks + 1 places, ascending
};

}  // namespace polyform::parallel
