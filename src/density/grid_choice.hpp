// SPDX-License-Identifier: MPL-2.0
// The grid of structure factors and the blur that goes with it, chosen together for the accuracy.
#pragma once

#include <array>
#include <vector>

#include "density/grid_frame.hpp"
#include "polyform/crystal/crystal.hpp"
#include "polyform/kernels/form_factor.hpp"

namespace polyform::density {

struct GridChoice {
  std::array<int, 3> n{};     ///< points along a, b, c
  std::array<int, 3> axis{};  ///< which cell axis is the slab, the middle and the fast axis
  double blur = 0;            ///< [A^2] with which Gaussian atoms fit the grid

  int slab() const { return n[static_cast<std::size_t>(axis[0])]; }
  int middle() const { return n[static_cast<std::size_t>(axis[1])]; }
  int fast() const { return n[static_cast<std::size_t>(axis[2])]; }
};

/// The shortest vectors of the reciprocal lattice of the grid with steps a/n, b/n, c/n, one of each
/// pair +-G, as lengths [1/A].
std::vector<double> grid_vector_lengths(const crystal::Crystal& crystal,
                                        const std::array<int, 3>& n);

/// Relative r.m.s. error, over the sphere to d_min [A], of an atom with this f and B [A^2] on the
/// grid with steps a/n, b/n, c/n: the aliases K(s + G), G the shortest vectors of the grid's
/// reciprocal lattice, with the blur taken off.
double alias_error(const crystal::Crystal& crystal, const std::array<int, 3>& n,
                   const kernels::FormFactor& f, double b, double blur, double d_min);

/// The grid for reflections to d_min and atoms of B >= b_min.
GridChoice choose_grid(const crystal::Crystal& crystal, double d_min, double b_min,
                       const kernels::FormFactor& f);

/// Cartesian steps (columns: slab, middle, fast) [A] of the grid in the crystal's axes, and the
/// same in the frame of its rows.
kernels::Mat3 grid_steps(const crystal::Crystal& crystal, const GridChoice& choice);
GridFrame frame_of(const kernels::Mat3& steps);

}  // namespace polyform::density
