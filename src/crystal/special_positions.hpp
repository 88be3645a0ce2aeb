// SPDX-License-Identifier: MPL-2.0
// Which operators leave a point in place, and where that place exactly is.
#pragma once

#include <optional>
#include <vector>

#include "polyform/crystal/atoms.hpp"
#include "polyform/crystal/crystal.hpp"

namespace polyform::crystal {

struct Site {
  Vec3 xyz;                     ///< [A] Cartesian, exactly on the symmetry element
  Mat3 projector;               ///< Cartesian, onto the shifts that keep it there
  std::vector<Mat3> rotations;  ///< Cartesian, identity first
  int order() const { return static_cast<int>(rotations.size()); }
};

/// Sites of one crystal's symmetry elements.
class SpecialPositions {
 public:
  explicit SpecialPositions(const Crystal& crystal);

  /// The site of a Cartesian point nearer than `distance` [A] to one of its own images, or nothing
  /// for a general position. The operators that bring images near are closed to a group first, so
  /// that a point near a four-fold axis has order 4 even where only some of its images are near.
  std::optional<Site> find(const Vec3& xyz, double distance) const;

 private:
  struct Motion {  ///< fractional: x' = rotation x + translation, translation with its lattice part
    IMat3 rotation;
    Vec3 translation;
  };
  std::vector<Motion> near(const Vec3& fractional, double distance) const;

  const Crystal& crystal_;
  std::vector<SymmetryOperator> operators_;
};

}  // namespace polyform::crystal
