// SPDX-License-Identifier: MPL-2.0
// Site symmetry groups.
#include "crystal/special_positions.hpp"

#include <cmath>

namespace polyform::crystal {
namespace {

constexpr std::size_t largest_point_group = 48;

Vec3 rounded(const Vec3& x) { return {std::round(x[0]), std::round(x[1]), std::round(x[2])}; }

// Closes a set of motions under composition. Two motions with one rotation are taken for one: they
// differ by a lattice vector, which no small distance allows.
template <class Motion>
void close(std::vector<Motion>& group) {
  const auto knows = [&](const IMat3& r) {
    for (const Motion& m : group)
      if (m.rotation == r) return true;
    return false;
  };
  for (std::size_t i = 0; i < group.size(); ++i)
    for (std::size_t j = 0; j < group.size() && group.size() < largest_point_group; ++j) {
      const IMat3 rotation = group[i].rotation * group[j].rotation;
      if (knows(rotation)) continue;
      group.push_back({rotation, group[i].rotation.template cast<double>() * group[j].translation +
                                     group[i].translation});
      i = 0;
      j = 0;
    }
}

}  // namespace

SpecialPositions::SpecialPositions(const Crystal& crystal)
    : crystal_(crystal), operators_(crystal.all_operators()) {}

std::vector<SpecialPositions::Motion> SpecialPositions::near(const Vec3& x, double distance) const {
  std::vector<Motion> found = {{IMat3::Identity(), Vec3::Zero()}};
  for (std::size_t i = 1; i < operators_.size(); ++i) {
    const Vec3 image = operators_[i].rotation.cast<double>() * x + operators_[i].translation;
    const Vec3 lattice = rounded(x - image);
    if ((crystal_.orthogonalise * (image + lattice - x)).norm() < distance)
      found.push_back({operators_[i].rotation, operators_[i].translation + lattice});
  }
  return found;
}

std::optional<Site> SpecialPositions::find(const Vec3& xyz, double distance) const {
  const Vec3 x = crystal_.fractionalise * xyz;
  std::vector<Motion> group = near(x, distance);
  if (group.size() == 1) return std::nullopt;
  close(group);
  Site site{Vec3::Zero(), Mat3::Zero(), {}};
  Vec3 mean = Vec3::Zero();
  for (const Motion& motion : group) {
    mean += motion.rotation.cast<double>() * x + motion.translation;
    const Mat3 rotation =
        crystal_.orthogonalise * motion.rotation.cast<double>() * crystal_.fractionalise;
    site.rotations.push_back(rotation);
    site.projector += rotation;
  }
  // The mean over a group's images lies on its element, the mean rotation projects onto it.
  const double order = static_cast<double>(group.size());
  site.xyz = crystal_.orthogonalise * (mean / order);
  site.projector /= order;
  return site;
}

}  // namespace polyform::crystal
