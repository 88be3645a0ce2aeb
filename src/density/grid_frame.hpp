// SPDX-License-Identifier: MPL-2.0
// The steps of the grid as the loops over rows see them.
#pragma once

#include "polyform/kernels/vector.hpp"

namespace polyform::density {

/// The steps of the grid in a Cartesian frame whose x axis lies along the rows and whose xy plane
/// is the plane of the slab:
///
///      y ^        row step f_x along x
///        |   /m   next row: (m_x, m_y, 0)
///        |  /     next plane: (s_x, s_y, s_z)
///        | /
///        +------> f = x
///
/// It is left-handed where slab, middle and fast axis are.
struct GridFrame {
  double f_x = 0, m_x = 0, m_y = 0, s_x = 0, s_y = 0, s_z = 0;  ///< [A]
  double f_per_length = 0, rows_per_length = 0;                 ///< 1/f_x, 1/m_y [1/A]
  /// Columns and rows that a sphere reaches to either side of its middle [1/A].
  double columns_per_length = 0, rows_reached_per_length = 0;
  double row_shift = 0;  ///< rows by which the middle of a sphere's disc moves from plane to plane
  kernels::Mat3 axes;    ///< its x, y, z axes, as columns, in the crystal's Cartesian frame
};

}  // namespace polyform::density
