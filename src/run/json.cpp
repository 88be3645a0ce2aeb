// SPDX-License-Identifier: MPL-2.0
// Records to JSON.
#include "run/json.hpp"

#include "polyform/base/units.hpp"

namespace polyform::run {

Json json_of(const refine::FormTerms& t) {
  const restraints::Energies& e = t.energies;
  return {{"bond", e.bond},     {"angl", e.angl},
          {"dihe", e.dihe},     {"impr", e.impr},
          {"vdw", e.vdw},       {"elec", e.elec},
          {"hold", e.hold},     {"b_restraints", t.b_restraints},
          {"on_b", t.on_b},     {"target", t.target},
          {"weight", t.weight}, {"r_work", t.r_work}};
}

Json json_of(const targets::ShellAgreement& s) {
  return {{"d_low", s.d_low},
          {"d_high", s.d_high},
          {"n_work", s.n_work},
          {"n_test", s.n_test},
          {"n_unobserved", s.n_unobserved},
          {"r_work", s.r_work},
          {"r_free", s.r_free},
          {"cc_work", s.cc_work},
          {"cc_free", s.cc_free},
          {"completeness", s.completeness},
          {"scale", s.scale}};
}

Json json_of(const targets::ScaleParameters& p) {
  Json scales = {{"overall", p.k_overall},
                 {"b_cart", p.b_cart},
                 {"k_sol", p.k_sol},
                 {"b_sol", p.b_sol},
                 {"shells", p.shell_scale}};
  if (!p.shell_mask.empty())
    scales["shell_mask"] = {{"s2", p.mask_s2}, {"k_mask", p.shell_mask}, {"b", p.mask_b}};
  return scales;
}

Json json_of(const restraints::Fit& fit) {
  return {{"rmsd", fit.rmsd}, {"rmsz", fit.rmsz}, {"count", fit.count}};
}

Json json_of(const restraints::GeometryReport& g) {
  return {{"bond", json_of(g.bond)},       {"angle", json_of(g.angle)},
          {"torsion", json_of(g.torsion)}, {"chirality", json_of(g.chirality)},
          {"plane", json_of(g.plane)},     {"close_contacts", g.contacts}};
}

Json json_of(const refine::ErrorShell& s) {
  return {{"d_low", s.d_low},     {"d_high", s.d_high}, {"n_work", s.n_work}, {"n_test", s.n_test},
          {"sigma_a", s.sigma_a}, {"alpha", s.alpha},   {"beta", s.beta},     {"fom", s.fom}};
}

Json json_of(const restraints::AnisotropicReport& a) {
  return {{"atoms", a.n_atoms},
          {"bonded_pairs", a.n_bonded},
          {"angle_related_pairs", a.n_13},
          {"rms_difference", a.similarity},
          {"rms_along_bond", a.along_bond},
          {"rms_along_angle", a.along_13},
          {"mean_anisotropy", a.anisotropy},
          {"smallest_principal", a.smallest}};
}

Json json_of(const refine::FormStatus& status) {
  Json shells = Json::array();
  for (const auto& shell : status.agreement.shells) shells.push_back(json_of(shell));
  Json error_shells = Json::array();
  for (const auto& shell : status.error_shells) error_shells.push_back(json_of(shell));
  return {{"overall", json_of(status.agreement.overall)},
          {"shells", shells},
          {"scales", json_of(status.scales)},
          {"solvent_fraction", status.solvent_fraction},
          {"alpha", status.shell_alpha},
          {"beta", status.shell_beta},
          {"error_shells", error_shells},
          {"fom", status.fom},
          {"coordinate_error", status.coordinate_error},
          {"free_kick", status.free_kick},
          {"geometry", json_of(status.geometry)},
          {"anisotropic", json_of(status.anisotropic)},
          {"b",
           {{"mean", status.b_mean},
            {"min", status.b_min},
            {"max", status.b_max},
            {"at_limit", status.at_b_limit.size()}}}};
}

Json json_of(const refine::StepRecord& record, const std::vector<std::string>& names) {
  Json forms = Json::array();
  for (std::size_t f = 0; f < record.forms.size(); ++f) {
    Json form = {{"name", names[f]}};
    form.update(json_of(record.forms[f]));
    forms.push_back(form);
  }
  return {{"kind", "step"},
          {"stage", record.stage},
          {"cycle", record.cycle},
          {"step", record.step.number},
          {"steps_planned", record.steps_planned},
          {"evaluations", record.step.evaluations},
          {"stepsize", record.step.size},
          {"value", record.step.value},
          {"gradient_rms", record.step.gradient_rms},
          {"ncs", record.ncs},
          {"forms", forms}};
}

Json json_of(const refine::CycleRecord& record, const std::vector<std::string>& names) {
  Json forms = Json::array();
  for (std::size_t f = 0; f < record.forms.size(); ++f) {
    Json form = {{"name", names[f]}};
    form.update(json_of(record.forms[f]));
    forms.push_back(form);
  }
  return {{"kind", "cycle"},
          {"cycle", record.cycle},
          {"cycles_planned", record.cycles_planned},
          {"evaluations", record.evaluations},
          {"forms", forms}};
}

Json json_of(const refine::TrialRecord& record, const std::vector<std::string>& names) {
  Json forms = Json::array();
  for (std::size_t f = 0; f < record.forms.size(); ++f) {
    Json trials = Json::array();
    for (std::size_t t = 0; t < record.factors.size(); ++t) {
      const refine::TriedForm& tried = record.forms[f][t];
      trials.push_back({{"factor", record.factors[t]},
                        {"held_out", tried.held_out},
                        {"behind", tried.behind},
                        {"behind_sigma", tried.behind_sigma},
                        {"r_work", tried.r_work},
                        {"z_bond", tried.z_bond},
                        {"z_angle", tried.z_angle},
                        {"strained", tried.strained}});
    }
    forms.push_back({{"name", names[f]},
                     {"n_held_out", record.n_held_out[f]},
                     {"trials", trials},
                     {"chosen", record.chosen[f]}});
  }
  return {{"kind", "weight_trials"},
          {"cycle", record.cycle},
          {"groups", record.groups},
          {"forms", forms}};
}

Json json_of(const restraints::Outlier& outlier, const std::vector<std::string>& label) {
  Json atoms = Json::array();
  for (int atom : outlier.atoms) atoms.push_back(label[static_cast<std::size_t>(atom)]);
  Json object = {{"kind", outlier.kind},
                 {"atoms", atoms},
                 {"value", outlier.value},
                 {"ideal", outlier.ideal},
                 {"z", outlier.z}};
  if (!outlier.mate.empty()) object["mate"] = outlier.mate;
  return object;
}

Json json_of(const NcsState& state) {
  Json copies = Json::array();
  for (std::size_t c = 0; c < state.group->copies.size(); ++c) {
    const kernels::PolarMotion polar = kernels::polar_of(state.report.operators[c]);
    const kernels::Vec3 turn = kernels::angles_in_degrees(polar);
    copies.push_back({{"name", state.group->copies[c].name},
                      {"rms", state.report.copy_rms[c]},
                      {"weight", state.group->copies[c].weight},
                      {"omega", turn[0]},
                      {"phi", turn[1]},
                      {"kappa", turn[2]},
                      {"shift", {polar.shift[0], polar.shift[1], polar.shift[2]}}});
  }
  Json object = {{"group", state.group->name},
                 {"sites", state.group->copies.front().atoms.size()},
                 {"rms", state.report.rms},
                 {"b_rms", state.report.b_rms},
                 {"copies", copies}};
  for (const ResidueDifference& one : state.residues)
    object["residues"].push_back({{"residue", one.residue}, {"rms", one.rms}});
  return object;
}

Json json_of(const std::vector<CycleFigures>& history) {
  Json cycles = Json::array();
  for (const CycleFigures& c : history)
    cycles.push_back({{"cycle", c.cycle},
                      {"r_work", c.r_work},
                      {"r_free", c.r_free},
                      {"bond", c.bond},
                      {"angle", c.angle},
                      {"b_mean", c.b_mean},
                      {"violations", c.violations}});
  return cycles;
}

Json json_of(const Violations& violations, const std::vector<std::string>& label) {
  Json worst = Json::array();
  for (const restraints::Outlier& outlier : violations.worst)
    worst.push_back(json_of(outlier, label));
  return {{"beyond_z", violations.beyond_z}, {"count", violations.count}, {"worst", worst}};
}

Json json_of(const std::vector<restraints::BStatistics>& statistics) {
  const auto difference = [](const restraints::BDifference& d) {
    return Json{{"rms", d.rms}, {"count", d.count}};
  };
  Json groups = Json::array();
  for (const restraints::BStatistics& s : statistics)
    groups.push_back({{"group", s.group},
                      {"count", s.count},
                      {"mean", s.mean},
                      {"sigma", s.sigma},
                      {"lowest", s.lowest},
                      {"highest", s.highest},
                      {"bonded", difference(s.bonded)},
                      {"angle_related", difference(s.angle_related)}});
  return groups;
}

}  // namespace polyform::run
