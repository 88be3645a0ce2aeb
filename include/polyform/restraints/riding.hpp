// SPDX-License-Identifier: MPL-2.0
// Hydrogens that ride on their parents: placed by the dictionary's geometry, in F_calc alone.
#pragma once

#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/crystal/dictionary.hpp"
#include "polyform/crystal/model.hpp"
#include "polyform/parallel/packet.hpp"

namespace polyform::restraints {

/// One entry a hydrogen. It has its parent's B and weight.
struct RidingHydrogens {
  std::vector<int> parent;            ///< atom id
  std::vector<kernels::Vec3> offset;  ///< [A] from the parent

  std::size_t size() const { return parent.size(); }
  void travel(parallel::Packet& p) { p(parent)(offset); }
};

/// Hydrogens of every residue that the dictionary describes, where its heavy atoms say they are, at
/// the dictionary's distances to the electron cloud. Left out: those on waters, those that turn
/// freely on O or S, and those on the side-chain nitrogens of histidine, whose places are not
/// known. The model must have none of its own. Not collective.
RidingHydrogens place_riding_hydrogens(const crystal::Model& model, crystal::Dictionary& dictionary,
                                       const crystal::Crystal& crystal);

}  // namespace polyform::restraints
