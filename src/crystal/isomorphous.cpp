// SPDX-License-Identifier: MPL-2.0
// Crystals so alike that they must share one test set.
#include "polyform/crystal/isomorphous.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace polyform::crystal {

bool isomorphous(const Crystal& a, const Crystal& b) {
  if (a.space_group != b.space_group) return false;
  const auto alike = [](double p, double q) { return std::abs(p - q) <= 0.02 * std::max(p, q); };
  const auto near = [](double p, double q) { return std::abs(p - q) <= 2; };
  return alike(a.cell.a, b.cell.a) && alike(a.cell.b, b.cell.b) && alike(a.cell.c, b.cell.c) &&
         near(a.cell.alpha, b.cell.alpha) && near(a.cell.beta, b.cell.beta) &&
         near(a.cell.gamma, b.cell.gamma);
}

SharedReflections compare_test_sets(const Reflections& a, const Reflections& b) {
  std::map<Hkl, Use> of_a;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a.use[i] != Use::unobserved) of_a[a.hkl[i]] = a.use[i];
  SharedReflections shared;
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (b.use[i] == Use::unobserved) continue;
    const auto found = of_a.find(b.hkl[i]);
    if (found == of_a.end()) continue;
    ++shared.common;
    shared.contradictory += found->second != b.use[i] ? 1 : 0;
  }
  return shared;
}

}  // namespace polyform::crystal
