// SPDX-License-Identifier: MPL-2.0
// The planes of a cell from which symmetry makes all others.
#pragma once

#include <vector>

#include "polyform/crystal/crystal.hpp"

namespace polyform::density {

/// How the operators that act on one axis alone, z' = sign z + t, move the planes of that axis: on
/// an axis of P212121, for instance, a quarter of the cell is enough,
///
///     z    0       1/4      1/2      3/4       1        z' = z, z + 1/2, -z, -z + 1/2
///          |========|........|........|........|
///         1/2      1/2                                  weight of planes that mirror themselves
///
/// A map that obeys the symmetry has, for any h,
///     sum over the cell = (images / n_operators) sum_s exp(2 pi i h.t_s) S(h R_s),
/// with S the weighted sum over planes [first, first + count) and s over all operators.
struct PlaneFold {
  int axis = 2;    ///< 0, 1, 2: a, b, c
  int images = 1;  ///< how many different motions the planes have
};

/// The axis with most images; among equals the longest.
PlaneFold best_fold(const crystal::Crystal& crystal);

/// A run of planes that has at least one of each orbit, as short as can be, and the weight of each.
struct FoldedPlanes {
  int first = 0;
  std::vector<float>
      weight;  ///< 1 / (motions that keep the plane x planes of its orbit in the run)
  int count() const { return static_cast<int>(weight.size()); }
};

/// n: planes along the fold's axis, as slab_grid_size gives.
FoldedPlanes fold_planes(const crystal::Crystal& crystal, const PlaneFold& fold, int n);

}  // namespace polyform::density
