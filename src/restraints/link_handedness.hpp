// SPDX-License-Identifier: MPL-2.0
// The handedness that a link gives its carbon, alpha or beta, against the residue's name.
#pragma once

#include "link_records.hpp"
#include "polyform/base/log.hpp"

namespace polyform::restraints {

/// Links that differ in handedness alone are told apart by the coordinates. Where these leave it
/// open (a flattened or shaken carbon) the residue's own chirality decides, as its name says; where
/// they contradict the name clearly they are believed, and the log warns; `what` is the record in
/// words. Returns the link to use.
const gemmi::ChemLink* settle_handedness(const RecordedLink& record, const std::string& what,
                                         const gemmi::MonLib& library, base::Log& log);

}  // namespace polyform::restraints
