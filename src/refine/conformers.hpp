// SPDX-License-Identifier: MPL-2.0
// Alternate conformers that share an occupancy, and those that share a place.
#pragma once

#include <vector>

#include "polyform/refine/form_input.hpp"

namespace polyform::refine {

/// Alternate conformers of one place: each a list of atoms with one occupancy, all together 1.
using ConformerSet = std::vector<std::vector<std::size_t>>;

/// The places of a form with two or more conformers: residues, joined with those bonded to them
/// that have the same set of conformers (letters of altloc). bonds: of the form's restraints.
std::vector<ConformerSet> find_conformers(const FormInput& form,
                                          const std::vector<restraints::Bond>& bonds);

}  // namespace polyform::refine
