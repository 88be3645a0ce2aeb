// SPDX-License-Identifier: MPL-2.0
// Several copies of a molecule in one asymmetric unit.
#pragma once

#include <span>

#include "polyform/crystal/model.hpp"
#include "polyform/kernels/superposition.hpp"

namespace polyform::crystal {

using Motion = kernels::RigidMotion;

/// The molecule once for each motion, moved by it: copy after copy, each with the atoms in the
/// molecule's order. The first copy keeps the names of its chains, the others have free names of
/// one or two characters. U is turned; entities, helices, sheets and links go along, but links to
/// symmetry mates, which belong to the crystal that the molecule came from, are left out. Throws
/// InputError when there are more chains than such names. Not collective.
Model copies_of(const Model& molecule, std::span<const Motion> motions);

/// Takes away what the source's file says of its own experiment: crystal contacts and assemblies,
/// remarks, refinement and its TLS groups, the records that gemmi does not hold. Atoms, sequences,
/// secondary structure and links stay. Not collective.
void forget_experiment(Model& model);

}  // namespace polyform::crystal
