// SPDX-License-Identifier: MPL-2.0
// A copy of the model that the topology may rename and mark, with ways back to the atoms' ids.
#pragma once

#include <gemmi/topo.hpp>
#include <string>
#include <vector>

#include "polyform/crystal/model.hpp"

namespace polyform::restraints {

using ResInfo = gemmi::Topo::ResInfo;

/// One chain a subchain, no entities, no connections; residues under their dictionary names, atoms
/// under today's names (OT1, OT2 ...), atom.serial is the atom's id.
gemmi::Structure working_copy(const crystal::Model& model);

/// All residues of the topology, in order of the model.
std::vector<ResInfo*> residues_of(gemmi::Topo& topo);

bool in_one_conformer(const gemmi::Atom& a, const gemmi::Atom& b);

/// Nearest pair of atoms of these names that can be in one conformer; null pointers when there is
/// none.
struct AtomPair {
  gemmi::Atom* first = nullptr;
  gemmi::Atom* second = nullptr;
  double distance = 1e9;  ///< [A]
};
AtomPair nearest_pair(gemmi::Residue& r1, const std::string& name1, gemmi::Residue& r2,
                      const std::string& name2);

/// Makes the modification once in this residue; unknown names do nothing.
void modify(ResInfo& residue, const std::string& modification, const gemmi::MonLib& library);

/// Backbone N-CA-C in the monomer, whatever group the library puts it in.
bool is_peptide_like(const gemmi::ChemComp& monomer);
bool has_atom(const gemmi::Residue& residue, const std::string& name);
/// Known to the monomer's list of atoms or to one of its bonds.
bool knows_atom(const gemmi::ChemComp& monomer, const std::string& name);

}  // namespace polyform::restraints
