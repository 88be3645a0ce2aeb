// SPDX-License-Identifier: MPL-2.0
// The planes of a cell from which symmetry makes all others.
#include "density/solvent_mask_fold.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace polyform::density {
namespace {

// z' = sign z + turn / 24.
struct Motion {
  int sign;
  int turn;
  auto operator<=>(const Motion&) const = default;
};

std::set<Motion> motions(const crystal::Crystal& crystal, int axis) {
  std::set<Motion> found;
  for (const crystal::SymmetryOperator& s : crystal.all_operators()) {
    if (s.rotation.row(axis).cwiseAbs().sum() != 1 || s.rotation(axis, axis) == 0) continue;
    const long turn = std::lround(24 * s.translation[axis]) % 24;
    found.insert({s.rotation(axis, axis), static_cast<int>(turn < 0 ? turn + 24 : turn)});
  }
  return found;
}

int image(const Motion& motion, int plane, int n) {
  const int moved = (motion.sign * plane + motion.turn * n / 24) % n;
  return moved < 0 ? moved + n : moved;
}

// The smallest plane that each plane can be brought to: the name of its orbit.
std::vector<int> orbits(const std::set<Motion>& all, int n) {
  std::vector<int> name;
  for (int plane = 0; plane < n; ++plane) {
    int smallest = plane;
    for (const Motion& motion : all) smallest = std::min(smallest, image(motion, plane, n));
    name.push_back(smallest);
  }
  return name;
}

// Planes from `first` on until every orbit has been met.
int covering_run(const std::vector<int>& orbit, std::size_t n_orbits, int first) {
  std::set<int> met;
  int count = 0;
  while (met.size() < n_orbits)
    met.insert(orbit[static_cast<std::size_t>(first + count++) % orbit.size()]);
  return count;
}

}  // namespace

PlaneFold best_fold(const crystal::Crystal& crystal) {
  PlaneFold best{.images = 0};
  double longest = 0;
  for (int axis = 0; axis < 3; ++axis) {
    const int images = static_cast<int>(motions(crystal, axis).size());
    const double length = crystal.orthogonalise.col(axis).norm();
    if (images < best.images || (images == best.images && length <= longest)) continue;
    best = {axis, images};
    longest = length;
  }
  return best;
}

FoldedPlanes fold_planes(const crystal::Crystal& crystal, const PlaneFold& fold, int n) {
  const std::set<Motion> all = motions(crystal, fold.axis);
  const std::vector<int> orbit = orbits(all, n);
  const std::size_t n_orbits = std::set<int>(orbit.begin(), orbit.end()).size();
  FoldedPlanes planes;
  int count = n + 1;
  for (int first = 0; first < n; ++first)
    if (const int run = covering_run(orbit, n_orbits, first); run < count) {
      planes.first = first;
      count = run;
    }
  std::vector<int> met(orbit.size(), 0);
  const auto plane_at = [&](int i) { return (planes.first + i) % n; };
  const auto met_with = [&](int i) -> int& {
    return met[static_cast<std::size_t>(orbit[static_cast<std::size_t>(plane_at(i))])];
  };
  for (int i = 0; i < count; ++i) ++met_with(i);
  for (int i = 0; i < count; ++i) {
    const auto kept = std::count_if(all.begin(), all.end(), [&](const Motion& motion) {
      return image(motion, plane_at(i), n) == plane_at(i);
    });
    planes.weight.push_back(1.0F / static_cast<float>(kept * met_with(i)));
  }
  return planes;
}

}  // namespace polyform::density
