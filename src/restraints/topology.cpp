// SPDX-License-Identifier: MPL-2.0
// Which dictionary restraints hold in a model, step by step.
#include "topology.hpp"

#include <sstream>

#include "atom_names.hpp"
#include "link_records.hpp"
#include "polyform/base/error.hpp"
#include "polymer_links.hpp"
#include "working_copy.hpp"

namespace polyform::restraints {

Topology::Topology(const crystal::Model& model, crystal::Dictionary& dictionary,
                   const crystal::Crystal& crystal, base::Log& log)
    : copy_(working_copy(model)) {
  gemmi::MonLib& library = dictionary.library;
  std::ostringstream remarks;
  topo_.warnings = &remarks;
  topo_.initialize_refmac_topology(copy_, copy_.models[0], library);

  link_neighbours(topo_, library, log);
  const auto records = find_recorded_links(model, copy_, topo_, library, crystal, log);
  std::vector<char> bonded(model.atoms.size(), 0);
  for (const RecordedLink& record : records)
    for (const gemmi::Atom* atom : {record.a1, record.a2})
      bonded[static_cast<std::size_t>(atom->serial)] = 1;
  settle_chain_ends(topo_, library, bonded);

  adopt_hydrogen_names(topo_);
  refuse_unknown_atoms(topo_, library, model.source);
  topo_.finalize_refmac_topology(library);
  restrain_recorded_links(records, topo_, library, links_, log);
  restrain_leftovers(topo_, library, links_, log);

  topo_.warnings = nullptr;
  std::istringstream lines(remarks.str());
  for (std::string line; std::getline(lines, line);) log.warning(line);
}

}  // namespace polyform::restraints
