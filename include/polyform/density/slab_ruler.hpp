// SPDX-License-Identifier: MPL-2.0
// The ruler of all timings: one bare real-to-complex transform of a crystal's grid.
#pragma once

#include <memory>

#include "polyform/density/slab_grid.hpp"
#include "polyform/parallel/communicator.hpp"

namespace polyform::density {

/// A float r2c transform by FFTW alone on a team's slabs, planned with FFTW_MEASURE (its time is
/// asked for, not its bits); on several ranks the output stays transposed.
class SlabRuler {
 public:
  /// Points of the smooth grid with N_i >= 3 / (d_min a*_i).
  static GridSize grid_size(const crystal::Crystal& crystal, double d_min);

  /// Plans. Collective over team.
  SlabRuler(const GridSize& size, const parallel::Communicator& team);
  ~SlabRuler();
  SlabRuler(const SlabRuler&) = delete;
  SlabRuler& operator=(const SlabRuler&) = delete;

  /// Transforms a map of zeros. Collective over team.
  void transform();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace polyform::density
