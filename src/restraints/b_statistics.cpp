// SPDX-License-Identifier: MPL-2.0
// Means, spreads and differences of B values.
#include "polyform/restraints/b_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::restraints {
namespace {

void survey_atoms(std::span<const double> b, const AtomGroup& group, BStatistics& s) {
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (!group.flags[i]) continue;
    s.lowest = s.count == 0 ? b[i] : std::min(s.lowest, b[i]);
    s.highest = s.count == 0 ? b[i] : std::max(s.highest, b[i]);
    sum += b[i];
    ++s.count;
  }
  if (s.count == 0) return;
  s.mean = sum / static_cast<double>(s.count);
  for (std::size_t i = 0; i < b.size(); ++i)
    if (group.flags[i]) squares += (b[i] - s.mean) * (b[i] - s.mean);
  s.sigma = std::sqrt(squares / static_cast<double>(s.count));
}

// ends(r): the two atoms that a bond or an angle relates.
template <class Restraint, class Ends>
BDifference difference(const std::vector<Restraint>& list, std::span<const double> b,
                       const AtomGroup& group, Ends ends) {
  BDifference result;
  double squares = 0;
  for (const Restraint& restraint : list) {
    const auto [first, second] = ends(restraint);
    const auto i = static_cast<std::size_t>(first), j = static_cast<std::size_t>(second);
    if (!group.flags[i] || !group.flags[j]) continue;
    squares += (b[i] - b[j]) * (b[i] - b[j]);
    ++result.count;
  }
  if (result.count > 0) result.rms = std::sqrt(squares / static_cast<double>(result.count));
  return result;
}

}  // namespace

std::vector<BStatistics> b_statistics(const Lists& lists, std::span<const double> b,
                                      std::span<const AtomGroup> groups) {
  std::vector<BStatistics> all;
  for (const AtomGroup& group : groups) {
    BStatistics s;
    s.group = group.name;
    survey_atoms(b, group, s);
    s.bonded = difference(lists.bonds, b, group,
                          [](const Bond& r) { return std::pair(r.atom[0], r.atom[1]); });
    s.angle_related = difference(lists.angles, b, group,
                                 [](const Angle& r) { return std::pair(r.atom[0], r.atom[2]); });
    all.push_back(s);
  }
  return all;
}

}  // namespace polyform::restraints
