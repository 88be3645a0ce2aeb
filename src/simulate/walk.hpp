// SPDX-License-Identifier: MPL-2.0
// A copy of a molecule that walks through a crystal to where it touches nothing.
#pragma once

#include "polyform/simulate/placement.hpp"
#include "refine/random.hpp"

namespace polyform::simulate {

using Places = std::vector<Vec3>;  // [A] Cartesian

Places moved(const Places& xyz, const Motion& motion);

/// Where the centre of a copy lies, and how the copy is turned about it.
struct Pose {
  Mat3 rotation;
  Vec3 centre;
};

/// How a copy packs: points about the molecule's centre, against copies placed before and its own
/// mates.
class Fit {
 public:
  Fit(const Crystal& crystal, const Places& about_centre, double reach);
  void add_placed(const Places& xyz);
  Contacts at(const Pose& pose);

 private:
  Places points_;
  Packing own_, before_;
};

/// What a walk may change: turns move an atom at this distance [A] from the centre as far as shifts
/// do; 0 where the rotation is given.
struct Freedom {
  double radius = 0;
};

/// Steps at random, kept when they lessen the penalty, shorter after those that do not. step: [A]
/// the longest of the first.
Pose downhill(Fit& fit, Pose pose, double step, const Freedom& freedom,
              refine::RandomStream& stream);

}  // namespace polyform::simulate
