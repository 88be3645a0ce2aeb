// SPDX-License-Identifier: MPL-2.0
// Which dictionary restraints hold in a model, step by step.
#include "topology.hpp"

#include <gemmi/placeh.hpp>
#include <sstream>

#include "atom_names.hpp"
#include "link_records.hpp"
#include "place_hydrogens.hpp"
#include "polyform/base/error.hpp"
#include "polymer_links.hpp"
#include "working_copy.hpp"

namespace polyform::restraints {
namespace {

// Room for hydrogens, so that adding them leaves pointers to atoms as they are.
void make_room(gemmi::Structure& copy) {
  for (gemmi::Chain& chain : copy.models[0].chains)
    for (gemmi::Residue& residue : chain.residues)
      residue.atoms.reserve(5 * residue.atoms.size() + 10);
}

void add_hydrogens(gemmi::Topo& topo) {
  for (ResInfo* info : residues_of(topo)) {
    gemmi::Residue& residue = *info->res;
    const std::size_t n_given = residue.atoms.size();
    if (residue.is_water()) continue;
    gemmi::add_hydrogens_without_positions(info->chemcomp, residue);
    for (std::size_t i = n_given; i < residue.atoms.size(); ++i) {
      gemmi::Atom& atom = residue.atoms[i];
      atom.serial = Topology::no_id;
      if (residue.name == "HIS" && (atom.name == "HD1" || atom.name == "HE2")) atom.occ = 0;
    }
  }
}

}  // namespace

Topology::Topology(const crystal::Model& model, crystal::Dictionary& dictionary,
                   const crystal::Crystal& crystal, base::Log& log, Hydrogens hydrogens)
    : copy_(working_copy(model)) {
  if (hydrogens == Hydrogens::added) make_room(copy_);
  gemmi::MonLib& library = dictionary.library;
  std::ostringstream remarks;
  topo_.warnings = &remarks;
  topo_.initialize_refmac_topology(copy_, copy_.models[0], library);

  link_neighbours(topo_, library, log);
  const auto records = find_recorded_links(model, topo_, library, crystal, log);
  std::vector<char> bonded(model.atoms.size(), 0);
  for (const RecordedLink& record : records)
    for (const gemmi::Atom* atom : {record.a1, record.a2})
      bonded[static_cast<std::size_t>(atom->serial)] = 1;
  settle_chain_ends(topo_, library, bonded);

  adopt_hydrogen_names(topo_);
  refuse_unknown_atoms(topo_, library, model.source);
  if (hydrogens == Hydrogens::added) add_hydrogens(topo_);
  topo_.finalize_refmac_topology(library);
  if (hydrogens == Hydrogens::added) place_hydrogens_by_residue(topo_);
  if (hydrogens == Hydrogens::as_given) {
    restrain_recorded_links(records, topo_, library, links_, log);
    restrain_leftovers(topo_, library, links_, log);
  }

  topo_.warnings = nullptr;
  std::istringstream lines(remarks.str());
  for (std::string line; std::getline(lines, line);) log.warning(line);
}

}  // namespace polyform::restraints
