// SPDX-License-Identifier: MPL-2.0
// Options that a job sets and that nothing in it reads.
#include "polyform/job/idle_options.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "polyform/base/text.hpp"
#include "polyform/job/write_job.hpp"

namespace polyform::job {
namespace {

using refine::RefineOptions;

// The refinements that an option is about: those of all forms, or of one.
using Refinements = std::vector<const RefineOptions*>;

std::set<std::string> targets_of(const Refinements& refinements) {
  std::set<std::string> targets;
  for (const RefineOptions* one : refinements) {
    targets.insert(one->target);
    for (const bool has_test_set : {false, true}) targets.insert(one->b_target(has_test_set));
  }
  return targets;
}

// Options whose name begins with `prefix` have no effect where `reason` gives one.
struct Rule {
  std::string prefix;
  std::function<std::string(const Job&, const Refinements&)> reason;
};

Rule without_target(const std::string& prefix, const std::string& target) {
  return {prefix, [=](const Job&, const Refinements& refinements) -> std::string {
            return targets_of(refinements).contains(target) ? "" : "no target is " + target;
          }};
}

Rule unless(const std::string& prefix, const std::string& reason,
            const std::function<bool(const RefineOptions&)>& used) {
  return {prefix, [=](const Job&, const Refinements& refinements) -> std::string {
            const bool any = std::any_of(refinements.begin(), refinements.end(),
                                         [&](const RefineOptions* one) { return used(*one); });
            return any ? "" : reason;
          }};
}

std::string reason_of_map(const Job& job, const Refinements& refinements) {
  const std::set<std::string> targets = targets_of(refinements);
  if (!targets.contains("MAP")) return "no target is MAP";
  const bool all_have_maps =
      std::all_of(job.forms.begin(), job.forms.end(),
                  [](const FormOptions& form) { return !form.maps.empty(); });
  return all_have_maps && !job.forms.empty() ? "every form names maps of its own" : "";
}

bool in_maps(const RefineOptions& o) { return o.in_map(); }
bool solvent(const RefineOptions& o) { return o.scaling.bulk_solvent; }
bool occupancies(const RefineOptions& o) { return o.occupancies.steps > 0; }
bool tried(const RefineOptions& o) { return o.positions.auto_weight; }
bool grouped(const RefineOptions& o) { return o.b_factors.define != "SINGLE"; }
bool several_cycles(const RefineOptions& o) { return o.cycles > 1; }
bool kicked(const RefineOptions& o) {
  const refine::KickOptions& k = o.kick;
  return std::max({k.first, k.last, k.b_first, k.b_last}) > 0;
}

const std::vector<Rule>& rules() {
  const std::string no_solvent = "scaling.bulk_solvent is off";
  const std::string no_trials = "positions.auto_weight is off";
  const std::string no_steps = "occupancies.steps is 0";
  const std::string one_cycle = "there is one cycle, before which the first amplitude counts";
  static const std::vector<Rule> all = {
      without_target("lsq.", "LSQ"),
      without_target("missing_atoms.", "ML_EST"),
      without_target("free_kick.", "ML_FK"),
      without_target("diff.", "DIFF"),
      unless("map.atoms", "no target is MAP or DIFF", in_maps),
      unless("map.scale", "no target is MAP or DIFF", in_maps),
      {"map.", reason_of_map},
      unless("mask.", no_solvent, solvent),
      unless("scaling.shell_mask", no_solvent, solvent),
      unless("scaling.refine_solvent", no_solvent, solvent),
      unless("scaling.k_sol", no_solvent, solvent),
      unless("scaling.b_sol", no_solvent, solvent),
      unless("occupancies.conformers", no_steps, occupancies),
      unless("occupancies.atoms", no_steps, occupancies),
      unless("occupancies.minimal", no_steps, occupancies),
      unless("positions.trials", no_trials, tried),
      unless("positions.validation", no_trials, tried),
      unless("positions.largest_z", no_trials, tried),
      unless("positions.ratio", "the weight is given or found by trial",
             [](const RefineOptions& o) { return !tried(o) && o.positions.weight == 0; }),
      unless("positions.weight", "positions.auto_weight finds it by trial",
             [](const RefineOptions& o) { return !tried(o); }),
      unless("b_factors.group", "b_factors.define is SINGLE: each atom is a group by itself",
             grouped),
      unless("kick.last", one_cycle, several_cycles),
      unless("kick.b_last", one_cycle, several_cycles),
      unless("kick.atoms", "kick has no amplitude", kicked),
      unless("kick.cycles", "kick has no amplitude", kicked),
      {"anisotropic.", [](const Job& job, const Refinements&) -> std::string {
         const bool refined = job.model.anisotropic == "refine" || job.model.anisotropic == "auto";
         return refined ? "" : "model.anisotropic is " + job.model.anisotropic;
       }}};
  return all;
}

// "b_factors.group" is a name by itself, "lsq." the start of one.
bool is_about(const Rule& rule, const std::string& option) {
  return rule.prefix.ends_with('.') ? option.starts_with(rule.prefix) : option == rule.prefix;
}

void judge(const Job& job, const std::string& option, const std::string& shown,
           const Refinements& refinements, std::vector<std::string>& found) {
  for (const Rule& rule : rules()) {
    if (!is_about(rule, option)) continue;
    const std::string reason = rule.reason(job, refinements);
    if (!reason.empty()) found.push_back(shown + " has no effect: " + reason);
    return;
  }
}

void judge_cooling(const RefineOptions& o, const refine::KickOptions& kick, const std::string& name,
                   std::vector<std::string>& found) {
  if (kick.cycles > o.cycles)
    found.push_back(base::format("%s.cycles: %d cooling cycles of %d; the amplitude falls over %d",
                                 name.c_str(), kick.cycles, o.cycles, o.cycles));
}

}  // namespace

std::vector<std::string> idle_options(const Job& job) {
  Refinements all;
  for (std::size_t f = 0; f < std::max<std::size_t>(1, job.forms.size()); ++f)
    all.push_back(&job.refine.of(f));
  std::vector<std::string> found;
  for (const NamedValue& option : differences_from_default(job))
    judge(job, option.option, option.option, all, found);
  for (std::size_t f = 0; f < job.forms.size(); ++f)
    for (const base::Overrides::Entry& own : job.forms[f].own.entries)
      judge(job, own.option, "forms." + job.forms[f].name + ".own: " + own.option,
            {&job.refine.of(f)}, found);
  judge_cooling(job.refine, job.refine.kick, "kick", found);
  for (const refine::NamedKickOptions& kick : job.refine.kicks) {
    judge_cooling(job.refine, kick, "kicks." + kick.name, found);
    if (std::max({kick.first, kick.last, kick.b_first, kick.b_last}) <= 0)
      found.push_back("kicks." + kick.name + " has no amplitude");
  }
  return found;
}

}  // namespace polyform::job
