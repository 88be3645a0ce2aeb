// SPDX-License-Identifier: MPL-2.0
// Hydrogens placed residue by residue.
#include "restraints/place_hydrogens.hpp"

#include <algorithm>
#include <gemmi/placeh.hpp>
#include <unordered_map>

namespace polyform::restraints {
namespace {

using ResidueOf = std::unordered_map<const gemmi::Atom*, std::size_t>;

struct Residues {
  ResidueOf of_atom;
  std::size_t n = 0;
};

Residues residues_of(gemmi::Topo& topo) {
  Residues residues;
  for (gemmi::Topo::ChainInfo& chain : topo.chain_infos)
    for (gemmi::Topo::ResInfo& info : chain.res_infos) {
      for (const gemmi::Atom& atom : info.res->atoms) residues.of_atom[&atom] = residues.n;
      ++residues.n;
    }
  return residues;
}

// The rules that touch each residue, in their order.
template <class Rule>
std::vector<std::vector<Rule>> by_residue(const std::vector<Rule>& rules,
                                          const Residues& residues) {
  std::vector<std::vector<Rule>> sorted(residues.n);
  for (const Rule& rule : rules) {
    std::vector<std::size_t> touched;
    for (const gemmi::Atom* atom : rule.atoms) {
      const std::size_t residue = residues.of_atom.at(atom);
      if (std::find(touched.begin(), touched.end(), residue) != touched.end()) continue;
      touched.push_back(residue);
      sorted[residue].push_back(rule);
    }
  }
  return sorted;
}

// As gemmi does it, and tells of it.
void place_on(gemmi::Atom& atom, const gemmi::Topo& seen, const gemmi::Topo::ChainInfo& chain,
              const gemmi::Residue& residue, const gemmi::Topo& topo) {
  try {
    gemmi::place_hydrogens(seen, atom);
  } catch (const std::runtime_error& e) {
    topo.err("Placing of hydrogen bonded to " + gemmi::atom_str(chain.chain_ref, residue, atom) +
             " failed:\n  " + e.what());
  }
}

}  // namespace

void place_hydrogens_by_residue(gemmi::Topo& topo) {
  const Residues residues = residues_of(topo);
  const auto planes = by_residue(topo.planes, residues);
  const auto torsions = by_residue(topo.torsions, residues);
  const auto chiralities = by_residue(topo.chirs, residues);
  gemmi::Topo seen;
  seen.bond_index.swap(topo.bond_index);
  seen.angle_index.swap(topo.angle_index);
  std::size_t residue = 0;
  for (gemmi::Topo::ChainInfo& chain : topo.chain_infos)
    for (gemmi::Topo::ResInfo& info : chain.res_infos) {
      seen.planes = planes[residue];
      seen.torsions = torsions[residue];
      seen.chirs = chiralities[residue];
      ++residue;
      for (gemmi::Atom& atom : info.res->atoms)
        if (!atom.is_hydrogen()) place_on(atom, seen, chain, *info.res, topo);
    }
  seen.bond_index.swap(topo.bond_index);
  seen.angle_index.swap(topo.angle_index);
}

}  // namespace polyform::restraints
