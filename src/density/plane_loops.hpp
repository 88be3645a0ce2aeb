// SPDX-License-Identifier: MPL-2.0
// Atoms added to planes of the grid, and their moments of planes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "density/grid_shape.hpp"

namespace polyform::density {

/// One plane of the grid in memory. Rows have `stride` places, of which the first n_fast are the
/// grid and at least n_lanes more follow, a margin that continues the row.
template <class Real>
struct PlaneView {
  Real* data;
  int n_middle;
  int n_fast;
  int stride;
};

/// Which moments are wanted: the sum and the first moments, or all.
enum class MomentOrder { first, second };

/// Where the tabulated factors of an atom are. An atom is upright when its density is a product of
/// a function of the plane and one within the plane (sf = sm = 0); only then are there tables.
struct TableLayout {
  bool upright = false;
  bool slanted = false;  ///< mf != 0
  int terms = 0;         ///< that the loops are made for, >= the shape's
  int column_begin = 0, chunks = 0;
  int row_begin = 0, rows = 0, row_middle = 0;
  int plane_begin = 0, planes = 0;
  std::size_t at = 0;  ///< columns, then (slanted) their steps up and down, then rows, planes
};

/// Atoms, with the factors of their Gaussians tabulated where these are the same on every plane.
template <class Real>
class PlaneAtoms {
 public:
  PlaneAtoms(std::vector<GridShape> shapes, const GridFrame& frame);

  const GridShape& shape(std::size_t atom) const { return shapes_[atom]; }

  /// Adds the atom's density at plane `plane` (any integer: the atom's image at that height). The
  /// margin must be folded back onto the rows' beginnings afterwards.
  void add(std::size_t atom, int plane, const PlaneView<Real>& view) const;

  /// Adds the atom's moments of that plane to moment_sets(shape) sets of `moments`; exactly the
  /// grid points of add(). The margin must hold copies of the rows' beginnings.
  void gather(std::size_t atom, int plane, const PlaneView<Real>& view, MomentOrder order,
              Moments* moments) const;

 private:
  GridFrame frame_;
  std::vector<GridShape> shapes_;
  std::vector<TableLayout> layouts_;
  std::vector<Real> tables_;
};

/// Instruction set that the loops use here ("avx2" or "plain").
std::string instruction_set();

}  // namespace polyform::density
