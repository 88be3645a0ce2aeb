// SPDX-License-Identifier: MPL-2.0
// summary.json: what a run came to, for scripts.
#include "polyform/run/outputs.hpp"
#include "run/json.hpp"

namespace polyform::run {
namespace {

constexpr std::size_t outliers_told = 20;

Json head_of(const RunFacts& facts) {
  Json options = Json::object();
  for (const auto& [name, value] : facts.options) options[name] = value;
  return {{"schema", 1},
          {"program", "Polyform"},
          {"version", POLYFORM_VERSION},
          {"status", facts.status},
          {"stopped_because", facts.stopped_because},
          {"ranks", facts.ranks},
          {"seconds", facts.seconds},
          {"seed", facts.seed},
          {"options", options}};
}

Json r_of(const refine::FormStatus& status) {
  return {{"r_work", status.agreement.overall.r_work}, {"r_free", status.agreement.overall.r_free}};
}

Json data_of(const crystal::Data& data) {
  return {{"source", data.source},
          {"amplitude", data.amplitude_label},
          {"sigma", data.sigma_label},
          {"free_flag", data.free_label},
          {"free_value", data.free_value},
          {"free_convention", data.free_convention},
          {"from_intensities", data.from_intensities},
          {"wavelength", data.wavelength}};
}

Json form_of(const refine::Outcome& outcome, const refine::Ensemble& ensemble, std::size_t f,
             const FormSource& source, const FormFiles& files, const FormFindings& findings) {
  const crystal::Reflections& reflections = ensemble.reflections(f);
  const refine::FormStatus& final = outcome.final[f];
  const restraints::GeometryReport& g = final.geometry;
  Json worst = Json::array();
  for (const auto& outlier : ensemble.outliers(f, outliers_told))
    worst.push_back(json_of(outlier, source.model.label));
  return {{"name", source.name},
          {"space_group", ensemble.crystal(f).space_group->xhm()},
          {"d_min", reflections.d_min()},
          {"d_max", reflections.d_max()},
          {"n_work", reflections.count(crystal::Use::work)},
          {"n_test", reflections.count(crystal::Use::test)},
          {"n_atoms", source.model.atoms.size()},
          {"start", r_of(outcome.start[f])},
          {"final", r_of(final)},
          {"last", r_of(outcome.last[f])},
          {"rmsd", {{"bond", g.bond.rmsd}, {"angle", g.angle.rmsd}}},
          {"rmsz", {{"bond", g.bond.rmsz}, {"angle", g.angle.rmsz}}},
          {"model", files.model},
          {"mmcif", files.mmcif},
          {"mtz", files.mtz},
          {"data", data_of(source.data)},
          {"at_start", json_of(outcome.start[f])},
          {"at_end", json_of(final)},
          {"worst_geometry", worst},
          {"violations", json_of(findings.violations, source.model.label)},
          {"history", json_of(findings.history)},
          {"b_statistics",
           {{"start", json_of(findings.b_start)}, {"final", json_of(findings.b_final)}}}};
}

}  // namespace

std::string summary_json(const RunFacts& facts, const refine::Outcome& outcome,
                         const refine::Ensemble& ensemble, const std::vector<FormSource>& sources,
                         const std::vector<FormFiles>& files,
                         const std::vector<FormFindings>& findings,
                         const std::vector<NcsState>& ncs) {
  Json summary = head_of(facts);
  summary["evaluations"] = outcome.evaluations;
  summary["cycles"] = outcome.cycles;
  summary["best_cycle"] = outcome.best_cycle;
  summary["forms"] = Json::array();
  for (std::size_t f = 0; f < sources.size(); ++f)
    summary["forms"].push_back(form_of(outcome, ensemble, f, sources[f], files[f], findings[f]));
  summary["ncs"] = Json::array();
  for (const NcsState& state : ncs) summary["ncs"].push_back(json_of(state));
  summary["warnings"] = facts.warnings;
  return summary.dump(2) + "\n";
}

std::string failed_summary_json(const RunFacts& facts) {
  Json summary = head_of(facts);
  summary["forms"] = Json::array();
  summary["warnings"] = facts.warnings;
  return summary.dump(2) + "\n";
}

}  // namespace polyform::run
