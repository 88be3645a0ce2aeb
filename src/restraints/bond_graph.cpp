// SPDX-License-Identifier: MPL-2.0
// Which atoms are one, two and three bonds apart.
#include "bond_graph.hpp"

#include <algorithm>

namespace polyform::restraints {

BondGraph::BondGraph(const std::vector<Bond>& bonds, std::size_t n_atoms) : start_(n_atoms + 1, 0) {
  for (const Bond& bond : bonds)
    if (bond.image < 0)
      for (const int id : bond.atom) ++start_[static_cast<std::size_t>(id) + 1];
  for (std::size_t i = 0; i < n_atoms; ++i) start_[i + 1] += start_[i];
  neighbours_.resize(static_cast<std::size_t>(start_[n_atoms]));
  std::vector<std::int64_t> at(start_.begin(), start_.end() - 1);
  for (const Bond& bond : bonds)
    if (bond.image < 0)
      for (const int k : {0, 1}) {
        const auto from = static_cast<std::size_t>(bond.atom[static_cast<std::size_t>(k)]);
        neighbours_[static_cast<std::size_t>(at[from]++)] =
            bond.atom[static_cast<std::size_t>(1 - k)];
      }
}

namespace {

void keep_sorted(std::vector<int>& row, int self) {
  std::sort(row.begin(), row.end());
  row.erase(std::unique(row.begin(), row.end()), row.end());
  row.erase(std::remove(row.begin(), row.end(), self), row.end());
}

/// Partners that lists other than bonds exclude.
std::vector<std::vector<int>> partners_by_lists(const Lists& lists, const BondGraph& graph,
                                                const std::vector<std::array<int, 2>>& rigid,
                                                std::size_t n_atoms) {
  std::vector<std::vector<int>> partners(n_atoms);
  const auto add = [&](int a, int b) {
    partners[static_cast<std::size_t>(a)].push_back(b);
    partners[static_cast<std::size_t>(b)].push_back(a);
  };
  for (const Angle& angle : lists.angles)
    if (angle.image < 0) add(angle.atom[0], angle.atom[2]);
  for (const Plane& plane : lists.planes)
    for (int a = plane.first; a < plane.first + plane.count; ++a)
      for (int b = a + 1; b < plane.first + plane.count; ++b)
        add(lists.plane_atoms[static_cast<std::size_t>(a)],
            lists.plane_atoms[static_cast<std::size_t>(b)]);
  for (const auto& bond : rigid)
    for (const int a : graph.neighbours(bond[0]))
      for (const int d : graph.neighbours(bond[1])) add(a, d);
  return partners;
}

}  // namespace

void fill_exclusions(Lists& lists, std::size_t n_atoms,
                     const std::vector<std::array<int, 2>>& rigid) {
  const BondGraph graph(lists.bonds, n_atoms);
  auto excluded = partners_by_lists(lists, graph, rigid, n_atoms);
  lists.excluded_start.assign(1, 0);
  lists.softened_start.assign(1, 0);
  lists.excluded.clear();
  lists.softened.clear();
  for (std::size_t i = 0; i < n_atoms; ++i) {
    const int self = static_cast<int>(i);
    std::vector<int>& near = excluded[i];
    std::vector<int> far;
    for (const int one : graph.neighbours(self)) {
      near.push_back(one);
      for (const int two : graph.neighbours(one)) {
        near.push_back(two);
        for (const int three : graph.neighbours(two)) far.push_back(three);
      }
    }
    keep_sorted(near, self);
    keep_sorted(far, self);
    lists.excluded.insert(lists.excluded.end(), near.begin(), near.end());
    std::set_difference(far.begin(), far.end(), near.begin(), near.end(),
                        std::back_inserter(lists.softened));
    lists.excluded_start.push_back(static_cast<std::int64_t>(lists.excluded.size()));
    lists.softened_start.push_back(static_cast<std::int64_t>(lists.softened.size()));
  }
}

}  // namespace polyform::restraints
