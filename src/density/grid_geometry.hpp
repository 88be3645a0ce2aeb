// SPDX-License-Identifier: MPL-2.0
// The grid in space: its steps, the frame of its rows, and the fold of atoms into a thin slab.
#pragma once

#include "density/grid_choice.hpp"
#include "density/slab_fold.hpp"
#include "polyform/crystal/crystal.hpp"

namespace polyform::density {

using kernels::Mat3;
using kernels::Vec3;

struct GridGeometry {
  GridGeometry(const crystal::Crystal& crystal, const GridChoice& choice);

  GridChoice choice;
  Mat3 steps;     ///< of the grid, slab, middle, fast as columns [A]
  Mat3 to_steps;  ///< its inverse
  GridFrame frame;
  Mat3 fractionalise;
  SlabFold fold;
};

}  // namespace polyform::density
