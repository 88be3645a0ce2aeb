// SPDX-License-Identifier: MPL-2.0
// Restraint lists of a model from the dictionary, through gemmi's topology.
#pragma once

#include "polyform/base/log.hpp"
#include "polyform/crystal/dictionary.hpp"
#include "polyform/crystal/model.hpp"
#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

/// Builds the lists. LINK / SSBOND / struct_conn records are honoured: by a link of the dictionary,
/// else by a bond alone (ideal from the atoms' types, or as found; sigma 0.02), angles where
/// their ideals are known, and a line in the log; metals get distances only. Atoms missing from the
/// model give fewer restraints and a line in the log. Atoms that the dictionary does not know (name
/// not in its residue) throw InputError with their place. Conformers never see each other. Not
/// collective.
Lists build_lists(crystal::Model& model, crystal::Dictionary& dictionary,
                  const crystal::Crystal& crystal, base::Log& log);

}  // namespace polyform::restraints
