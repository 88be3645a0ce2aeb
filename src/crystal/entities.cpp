// SPDX-License-Identifier: MPL-2.0
// Entities of chains that their files do not describe.
#include "crystal/entities.hpp"

#include <gemmi/polyheur.hpp>

namespace polyform::crystal {
namespace {

using gemmi::Chain;
using gemmi::EntityType;
using gemmi::PolymerType;
using gemmi::Residue;

bool is_typed(const Chain& chain) {
  for (const Residue& residue : chain.residues)
    if (residue.entity_type == EntityType::Unknown) return false;
  return true;
}

// gemmi asks for more than half of ALL residues; waters and ligands have no say here.
PolymerType kind_of(const Chain& chain) {
  Chain polymer(chain.name);
  for (const Residue& residue : chain.residues) {
    const gemmi::ResidueInfo info = gemmi::find_tabulated_residue(residue.name);
    const bool counts = info.is_amino_acid() || info.is_nucleic_acid() || residue.het_flag == 'A';
    if (residue.is_water() || !counts) continue;
    polymer.residues.push_back(residue);
    polymer.residues.back().entity_type = EntityType::Unknown;
  }
  return gemmi::check_polymer_type(polymer.whole());
}

// [begin, end) of the polymer in the chain.
struct Run {
  std::size_t begin = 0, end = 0;
};

Run polymer_run(const Chain& chain, PolymerType kind) {
  const auto& r = chain.residues;
  Run run;
  while (run.begin < r.size() && !gemmi::is_polymer_residue(r[run.begin], kind)) ++run.begin;
  if (run.begin == r.size()) return {};
  run.end = run.begin + 1;
  while (run.begin > 0 && gemmi::are_connected(r[run.begin - 1], r[run.begin], kind)) --run.begin;
  while (run.end < r.size() && !r[run.end].is_water() &&
         (gemmi::is_polymer_residue(r[run.end], kind) ||
          gemmi::are_connected(r[run.end - 1], r[run.end], kind)))
    ++run.end;
  return run;
}

void set_types(Chain& chain) {
  const PolymerType kind = kind_of(chain);
  const Run run = kind == PolymerType::Unknown ? Run{} : polymer_run(chain, kind);
  for (std::size_t i = 0; i < chain.residues.size(); ++i) {
    Residue& residue = chain.residues[i];
    residue.entity_type = i >= run.begin && i < run.end ? EntityType::Polymer
                          : residue.is_water()          ? EntityType::Water
                                                        : EntityType::NonPolymer;
  }
}

// A TER after the waters makes gemmi take the whole chain for a polymer.
bool has_polymer_water(const Chain& chain) {
  for (const Residue& residue : chain.residues)
    if (residue.entity_type == EntityType::Polymer && residue.is_water()) return true;
  return false;
}

// Many programs write mmCIF without _entity.
bool lacks_entities(const gemmi::Structure& structure) {
  for (const Chain& chain : structure.models[0].chains)
    for (const gemmi::ConstResidueSpan& part : chain.subchains())
      if (!structure.get_entity_of(part)) return true;
  return false;
}

}  // namespace

void set_up_entities(gemmi::Structure& structure) {
  structure.merge_chain_parts();
  structure.remove_empty_chains();
  const bool from_pdb = structure.input_format == gemmi::CoorFormat::Pdb;
  const bool undescribed = !from_pdb && lacks_entities(structure);
  if (undescribed) structure.entities.clear();
  if (from_pdb || undescribed) {
    for (Chain& chain : structure.models[0].chains)
      if (undescribed || !is_typed(chain) || has_polymer_water(chain)) set_types(chain);
    gemmi::assign_subchains(structure, true);
  }
  gemmi::setup_entities(structure);
}

}  // namespace polyform::crystal
