// SPDX-License-Identifier: MPL-2.0
// The innermost loops: an atom's Gaussians added to one plane of the grid, and its moments of one.
#pragma once

#include <array>
#include <string>

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

/// Which moments are wanted: the sum and the first moments, or all ten.
enum class MomentOrder { first, second };

/// Adds the atom's density at plane `plane` (any integer: the atom's image at that height). The
/// margin must be folded back onto the rows' beginnings afterwards.
template <class Real>
void add_to_plane(const GridShape& atom, int plane, const GridFrame& frame,
                  const PlaneView<Real>& view);

/// Adds the atom's moments of that plane to `moments`, one a Gaussian; exactly the grid points of
/// add_to_plane. The margin must hold copies of the rows' beginnings.
template <class Real>
void moments_of_plane(const GridShape& atom, int plane, const GridFrame& frame,
                      const PlaneView<Real>& view, MomentOrder order,
                      std::array<Moments, kernels::FormFactor::max_terms>& moments);

/// Instruction set that the loops use here ("avx2" or "plain").
std::string instruction_set();

}  // namespace polyform::density
