// SPDX-License-Identifier: MPL-2.0
// The handedness that a link gives its carbon, alpha or beta, against the residue's name.
#include "link_handedness.hpp"

#include <algorithm>
#include <cmath>
#include <gemmi/calculate.hpp>

namespace polyform::restraints {
namespace {

using ChiralityRule = gemmi::Restraints::Chirality;
using gemmi::ChiralityType;

constexpr double flat = 1.2;  // [A^3] half of a tetrahedral carbon's volume

const gemmi::Residue& residue_of(const RecordedLink& record, int side) {
  return *(side == 1 ? record.r1 : record.r2)->res;
}

double volume(const ChiralityRule& chirality, const RecordedLink& record) {
  const auto find = [&](const gemmi::Restraints::AtomId& id) {
    return residue_of(record, id.comp).find_atom(id.atom, record.altloc);
  };
  const gemmi::Atom *centre = find(chirality.id_ctr), *a = find(chirality.id1),
                    *b = find(chirality.id2), *c = find(chirality.id3);
  if (centre == nullptr || a == nullptr || b == nullptr || c == nullptr) return 0.0;
  return gemmi::calculate_chiral_volume(centre->pos, a->pos, b->pos, c->pos);
}

/// +1 or -1 of an even or odd reordering of three names, 0 where they are not the same names.
int parity(const std::array<std::string, 3>& from, const std::array<std::string, 3>& to) {
  for (int shift = 0; shift < 3; ++shift) {
    const auto at = [&](int k) { return from[static_cast<std::size_t>((k + shift) % 3)]; };
    if (at(0) == to[0] && at(1) == to[1] && at(2) == to[2]) return 1;
    if (at(0) == to[0] && at(2) == to[1] && at(1) == to[2]) return -1;
  }
  return 0;
}

/// What the residue's own chirality makes of the link's: +1 the same hand, -1 the other, 0 unknown.
/// The link's partner stands where the atom was that the bond replaces.
int agreement(const ChiralityRule& of_link, const RecordedLink& record,
              const gemmi::MonLib& library) {
  if (of_link.sign == ChiralityType::Both) return 0;
  const int side = of_link.id_ctr.comp;
  const gemmi::ChemComp& monomer = library.monomers.at(residue_of(record, side).name);
  for (const ChiralityRule& own : monomer.rt.chirs) {
    if (own.id_ctr.atom != of_link.id_ctr.atom || own.sign == ChiralityType::Both) continue;
    const std::array<std::string, 3> own_names = {own.id1.atom, own.id2.atom, own.id3.atom};
    std::array<std::string, 3> names;
    std::string replaced;
    const std::array ids = {&of_link.id1, &of_link.id2, &of_link.id3};
    for (const std::string& name : own_names)
      if (std::none_of(ids.begin(), ids.end(),
                       [&](const auto* id) { return id->comp == side && id->atom == name; }))
        replaced = name;
    for (std::size_t k = 0; k < 3; ++k) names[k] = ids[k]->comp == side ? ids[k]->atom : replaced;
    const int same = parity(own_names, names);
    return own.sign == of_link.sign ? same : -same;
  }
  return 0;
}

/// Same atoms and residues as `link`, the other hand.
const gemmi::ChemLink* other_hand(const gemmi::ChemLink& link, const RecordedLink& record,
                                  const gemmi::MonLib& library) {
  for (const auto& [id, other] : library.links) {
    if (other.rt.bonds.empty() || other.rt.chirs.empty() ||
        other.rt.bonds[0].id1 != link.rt.bonds[0].id1 ||
        other.rt.bonds[0].id2 != link.rt.bonds[0].id2 || other.side1.comp != link.side1.comp ||
        other.side2.comp != link.side2.comp ||
        !library.link_side_matches_residue(other.side1, residue_of(record, 1).name) ||
        !library.link_side_matches_residue(other.side2, residue_of(record, 2).name))
      continue;
    if (agreement(other.rt.chirs[0], record, library) > 0) return &other;
  }
  return nullptr;
}

}  // namespace

const gemmi::ChemLink* settle_handedness(const RecordedLink& record, const std::string& what,
                                         const gemmi::MonLib& library, base::Log& log) {
  const gemmi::ChemLink* link = record.link;
  if (link == nullptr || link->rt.bonds.empty() || link->rt.chirs.empty() || record.crosses)
    return link;
  const ChiralityRule& chirality = link->rt.chirs[0];
  if (agreement(chirality, record, library) >= 0) return link;
  const gemmi::ChemLink* other = other_hand(*link, record, library);
  if (other != nullptr && std::abs(volume(chirality, record)) < flat) return other;
  log.warning("link " + what + ": " + chirality.id_ctr.atom + " has the other hand than " +
              residue_of(record, chirality.id_ctr.comp).name + " says; it is kept as it is");
  return link;
}

}  // namespace polyform::restraints
