// SPDX-License-Identifier: MPL-2.0
// Riding hydrogens, by gemmi's placement.
#include "polyform/restraints/riding.hpp"

#include <gemmi/placeh.hpp>

#include "topology.hpp"

namespace polyform::restraints {
namespace {

// No hydrogen is farther from its parent; where heavy atoms are grossly distorted the placement
// fails and leaves it anywhere.
constexpr double longest_bond = 1.6;  // [A]

// Whose place follows from the heavy atoms.
bool has_known_place(const gemmi::Atom& hydrogen, const gemmi::Atom& parent) {
  const bool turns = parent.element == gemmi::El::O || parent.element == gemmi::El::S;
  return !turns && hydrogen.calc_flag == gemmi::CalcFlag::Calculated && hydrogen.occ > 0 &&
         hydrogen.pos.dist(parent.pos) < longest_bond;
}

}  // namespace

RidingHydrogens place_riding_hydrogens(const crystal::Model& model, crystal::Dictionary& dictionary,
                                       const crystal::Crystal& crystal) {
  base::Log silent;  // what the topology has to say was said when the restraints were built
  const Topology topology(model, dictionary, crystal, silent, Hydrogens::added);
  RidingHydrogens riding;
  for (const auto& bond : topology.topo().bonds) {
    const bool first = bond.atoms[0]->is_hydrogen();
    if (first == bond.atoms[1]->is_hydrogen()) continue;
    const gemmi::Atom& hydrogen = *bond.atoms[first ? 0 : 1];
    const gemmi::Atom& parent = *bond.atoms[first ? 1 : 0];
    if (Topology::id(&hydrogen) != Topology::no_id || !has_known_place(hydrogen, parent)) continue;
    const gemmi::Position offset = hydrogen.pos - parent.pos;
    riding.parent.push_back(Topology::id(&parent));
    riding.offset.emplace_back(offset.x, offset.y, offset.z);
  }
  return riding;
}

}  // namespace polyform::restraints
