// SPDX-License-Identifier: MPL-2.0
// What is looked up in a form's atoms for the report: violations of its geometry and its B values.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "polyform/crystal/model.hpp"
#include "polyform/refine/ensemble.hpp"
#include "polyform/restraints/b_statistics.hpp"
#include "polyform/run/ncs_details.hpp"
#include "polyform/run/report_options.hpp"

namespace polyform::run {

/// Restraints far from their ideal.
struct Violations {
  double beyond_z = 0;                     ///< from this |Z| on
  long count = 0;                          ///< all of them
  std::vector<restraints::Outlier> worst;  ///< as many as asked for, the worst first
};

/// A form after a cycle, in short.
struct CycleFigures {
  int cycle;              ///< 0: the model as it stood
  double r_work, r_free;  ///< NaN: none
  double bond, angle;     ///< r.m.s.d. [A, degrees]
  double b_mean;          ///< [A^2]
  long violations = 0;
};

/// What a journal asks of a form (by its index) as its atoms are now.
struct FormLookUp {
  std::function<Violations(std::size_t)> violations;
  std::function<std::vector<restraints::BStatistics>(std::size_t)> b_statistics;
  std::function<const std::vector<std::string>&(std::size_t)> labels;  ///< of the atoms
  std::function<std::vector<NcsState>()> ncs{};                        ///< of all forms
  std::function<parallel::TrafficReport()> traffic{};  ///< of all ranks since the last call
};

/// All atoms, main chain, side chains, waters, ligands and each chain, hydrogens left out; groups
/// without an atom are left out. Not collective.
std::vector<restraints::AtomGroup> report_groups(const crystal::Model& model);

/// The NCS groups as the atoms are now. Coordinator only.
std::vector<NcsState> ncs_states(const refine::Ensemble& ensemble);

/// Of the coordinator's form as its atoms are now. Coordinator only.
Violations violations_of(const refine::Ensemble& ensemble, std::size_t form,
                         const ReportOptions& options);

}  // namespace polyform::run
