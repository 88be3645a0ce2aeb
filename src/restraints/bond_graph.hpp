// SPDX-License-Identifier: MPL-2.0
// Which atoms are one, two and three bonds apart.
#pragma once

#include <cstddef>

#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

/// Neighbours by bonds within the asymmetric unit, in compressed rows.
class BondGraph {
 public:
  BondGraph(const std::vector<Bond>& bonds, std::size_t n_atoms);
  struct Range {
    const int *first, *last;
    const int* begin() const { return first; }
    const int* end() const { return last; }
    std::size_t size() const { return static_cast<std::size_t>(last - first); }
  };
  Range neighbours(int atom) const {
    const auto i = static_cast<std::size_t>(atom);
    return {neighbours_.data() + start_[i], neighbours_.data() + start_[i + 1]};
  }

 private:
  std::vector<std::int64_t> start_;
  std::vector<int> neighbours_;
};

/// Fills Lists::excluded (one and two bonds apart, ends of restrained angles, members of one plane,
/// neighbours on both sides of a bond in `rigid`, about which nothing turns) and Lists::softened
/// (other atoms three bonds apart) from the other lists; each pair in both its atoms' rows,
/// ascending.
void fill_exclusions(Lists& lists, std::size_t n_atoms,
                     const std::vector<std::array<int, 2>>& rigid);

}  // namespace polyform::restraints
