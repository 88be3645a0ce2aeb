// SPDX-License-Identifier: MPL-2.0
// The flat bulk solvent mask of a model, on slabs, and its structure factors.
#pragma once

#include <memory>
#include <span>

#include "polyform/density/structure_factors.hpp"

namespace polyform::density {

struct MaskOptions {
  double probe_radius = 1.1;
  double shrink_radius = 0.9;
  double grid_spacing = 0.6;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("probe_radius", probe_radius,
          {.sentence = "Added to atomic radii to find where solvent centres cannot be",
           .unit = "A",
           .range = {0, 5}});
    visit("shrink_radius", shrink_radius,
          {.sentence = "By which the excluded region shrinks again", .unit = "A", .range = {0, 5}});
    visit("grid_spacing", grid_spacing,
          {.sentence = "Distance between neighbouring points of the mask along a cell edge",
           .unit = "A",
           .range = {0.1, 2}});
  }
};

/// Mask 1 in the solvent, 0 in the molecule: points farther than radius + probe from every atom and
/// its symmetry mates, grown back by the shrink radius (Jiang & Bruenger 1994). Hydrogens and atoms
/// of zero occupancy are ignored, every alternate conformer counts. Radii and the default spacing
/// are those of cctbx; on a finer grid the shrinking reaches deeper, by some 0.15 of the spacing
/// saved, so that radii and spacing belong together.
class SolventMask {
 public:
  /// Collective over team; hkl as for StructureFactors, owned by the same partition of the team.
  SolventMask(const Crystal& crystal, std::span<const Hkl> hkl, const MaskOptions& options,
              const parallel::Communicator& team);
  ~SolventMask();
  SolventMask(SolventMask&&) noexcept;

  /// Makes the mask anew and its structure factors [e per e/A^3, that is volumes in A^3] at the
  /// owned reflections. Collective over team.
  void calculate(const Atoms& atoms, std::span<Complex> f_mask);

  double solvent_fraction() const;  ///< of the last mask; the same on every rank

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace polyform::density
