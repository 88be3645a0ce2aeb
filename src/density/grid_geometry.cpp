// SPDX-License-Identifier: MPL-2.0
// The grid in space.
#include "density/grid_geometry.hpp"

#include <Eigen/LU>

namespace polyform::density {

GridGeometry::GridGeometry(const crystal::Crystal& crystal, const GridChoice& chosen)
    : choice(chosen),
      to_steps(grid_steps(crystal, chosen).inverse()),
      frame(frame_of(grid_steps(crystal, chosen))),
      fractionalise(crystal.fractionalise),
      fold(crystal, chosen.axis[0]) {}

}  // namespace polyform::density
