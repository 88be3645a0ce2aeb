// SPDX-License-Identifier: MPL-2.0
// The files a run leaves: models and map coefficients of each form, summary.json, report.html.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/crystal/model.hpp"
#include "polyform/crystal/read_reflections.hpp"
#include "polyform/refine/ensemble.hpp"
#include "polyform/refine/protocol.hpp"
#include "polyform/run/form_details.hpp"

namespace polyform::run {

/// What the coordinator knows of a form besides what the ensemble holds.
struct FormSource {
  std::string name;
  crystal::Model model;
  crystal::Data data;  ///< without its reflections, which are the ensemble's
};

/// Names of a form's files, relative to the run directory.
struct FormFiles {
  std::string model;  ///< PDB, or mmCIF where the model does not fit the PDB format
  std::string mmcif;
  std::string mtz;
};

/// Writes NAME.pdb, NAME.cif and NAME.mtz (FP SIGFP FREE FC PHIC FC_ALL PHIC_ALL FWT PHWT DELFWT
/// PHDELWT FOM; without a test set no FREE and FOM, and the maps are 2Fo - Fc and Fo - Fc). Takes
/// the refined atoms into source.model. Coordinator only, while the other ranks serve. Throws
/// OutputError.
FormFiles write_form(refine::Ensemble& ensemble, std::size_t form, FormSource& source,
                     const refine::FormStatus& status, const refine::RefineOptions& options,
                     const std::filesystem::path& directory, base::Log& log);

/// What summary.json says of the run as a whole.
struct RunFacts {
  std::string status;  ///< finished, stopped, failed
  std::string stopped_because;
  int ranks = 1;
  double seconds = 0;
  int seed = 0;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, std::string>> options;  ///< not at their defaults, with values
};

/// What was looked up in a form's atoms.
struct FormFindings {
  std::vector<restraints::BStatistics> b_start, b_final;
  Violations violations;  ///< at the end
  std::vector<CycleFigures> history;
};

/// summary.json of a run that came to its end. files, sources, findings: one a form. Coordinator
/// only.
std::string summary_json(const RunFacts& facts, const refine::Outcome& outcome,
                         const refine::Ensemble& ensemble, const std::vector<FormSource>& sources,
                         const std::vector<FormFiles>& files,
                         const std::vector<FormFindings>& findings,
                         const std::vector<NcsState>& ncs);

/// summary.json of a run that failed on the way.
std::string failed_summary_json(const RunFacts& facts);

/// report.html: one page with all it needs inside, the tables of `summary` (summary.json) in it.
std::string report_page(const std::string& summary);

}  // namespace polyform::run
