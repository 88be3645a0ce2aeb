// SPDX-License-Identifier: MPL-2.0
// The grid in space.
#include "density/grid_geometry.hpp"

#include <Eigen/LU>

namespace polyform::density {

GridGeometry::GridGeometry(const crystal::Crystal& crystal, const GridChoice& chosen)
    : choice(chosen),
      steps(grid_steps(crystal, chosen)),
      to_steps(steps.inverse()),
      frame(frame_of(steps)),
      fractionalise(crystal.fractionalise),
      fold(crystal, chosen.axis[0]) {}

}  // namespace polyform::density
