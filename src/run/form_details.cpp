// SPDX-License-Identifier: MPL-2.0
// Violations and B values looked up in the coordinator's atoms.
#include "polyform/run/form_details.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "polyform/crystal/selection.hpp"

namespace polyform::run {

std::vector<restraints::AtomGroup> report_groups(const crystal::Model& model) {
  std::vector<restraints::AtomGroup> groups;
  const crystal::AtomFlags heavy = crystal::select_atoms(model, "heavy");
  const auto add = [&](const std::string& name, crystal::AtomFlags flags) {
    for (std::size_t i = 0; i < flags.size(); ++i) flags[i] &= heavy[i];
    if (std::find(flags.begin(), flags.end(), 1) != flags.end())
      groups.push_back({name, std::move(flags)});
  };
  add("all", heavy);
  add("main chain", crystal::select_atoms(model, "main_chain"));
  add("side chains", crystal::select_atoms(model, "side_chain"));
  add("waters", crystal::select_atoms(model, "water"));
  add("ligands", crystal::select_atoms(model, "ligand"));
  for (const gemmi::Chain& of : model.structure.models.front().chains) {
    crystal::AtomFlags flags;
    for (const gemmi::Chain& chain : model.structure.models.front().chains)
      for (const gemmi::Residue& residue : chain.residues)
        flags.insert(flags.end(), residue.atoms.size(), chain.name == of.name ? 1 : 0);
    add("chain " + of.name, std::move(flags));
  }
  return groups;
}

Violations violations_of(const refine::Ensemble& ensemble, std::size_t form,
                         const ReportOptions& options) {
  Violations found;
  found.beyond_z = options.violations_z;
  found.worst =
      ensemble.outliers(form, std::numeric_limits<std::size_t>::max(), options.violations_z);
  found.count = static_cast<long>(found.worst.size());
  found.worst.resize(std::min(found.worst.size(), static_cast<std::size_t>(options.violations)));
  return found;
}

std::vector<NcsState> ncs_states(const refine::Ensemble& ensemble) {
  std::vector<NcsState> states;
  const std::vector<double> x = ensemble.values(refine::Parameters::positions);
  const std::vector<double> b = ensemble.values(refine::Parameters::b_factors);
  for (const restraints::NcsRestraint& restraint : ensemble.ncs())
    states.push_back({&restraint.group(), restraint.report(x, b)});
  return states;
}

}  // namespace polyform::run
