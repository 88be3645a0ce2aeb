// SPDX-License-Identifier: MPL-2.0
// LINK, SSBOND and struct_conn records: by a link of the dictionary, else as a bond alone.
#pragma once

#include <vector>

#include "polyform/base/log.hpp"
#include "topology.hpp"
#include "working_copy.hpp"

namespace polyform::restraints {

/// A record whose atoms were found, with what is known of it.
struct RecordedLink {
  ResInfo *r1, *r2;
  gemmi::Atom *a1, *a2;
  char altloc;                  ///< '*' where the record names none
  const gemmi::ChemLink* link;  ///< null: no dictionary knows it. r1 is the link's side 1
  bool crosses;                 ///< to a symmetry mate of a2
  Image image;                  ///< applied to a2 where it crosses
  double distance;              ///< [A] as found
};

/// Finds the atoms of every record and the link of the dictionary that it means, and makes the
/// modifications of these links. Records that repeat a link along the chain are passed over; those
/// whose atoms are missing, or too far apart, are logged and left out.
std::vector<RecordedLink> find_recorded_links(const crystal::Model& model, gemmi::Topo& topo,
                                              const gemmi::MonLib& library,
                                              const crystal::Crystal& crystal, base::Log& log);

/// Adds their restraints: through the topology inside the model, to `out` across symmetry and where
/// no dictionary knows the link. After the monomers' restraints are in place.
void restrain_recorded_links(const std::vector<RecordedLink>& links, gemmi::Topo& topo,
                             const gemmi::MonLib& library, LinkRestraints& out, base::Log& log);

/// Length [A] and sigma of a bond between elements where no dictionary has it; ideal 0 when
/// unknown.
struct BondGuess {
  double ideal, sigma;
};
BondGuess usual_bond(gemmi::Element a, gemmi::Element b);

}  // namespace polyform::restraints
