// SPDX-License-Identifier: MPL-2.0
// The standard refinement, cycle after cycle.
#include "polyform/refine/protocol.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "refine/cycle_watch.hpp"
#include "refine/delayed_tensors.hpp"
#include "refine/kick.hpp"
#include "refine/minimisation.hpp"
#include "refine/position_refinement.hpp"
#include "refine/weight_trials.hpp"
#include "refine/weights.hpp"

namespace polyform::refine {
namespace {

constexpr double told_b_shift = 0.05;      // [A^2]
constexpr double hydrogens_follow = 0.02;  // [A] that atoms move before theirs are placed anew

bool any_farther(const std::vector<Vec3>& here, const std::vector<Vec3>& from, double distance) {
  if (here.size() != from.size()) return true;
  for (std::size_t i = 0; i < here.size(); ++i)
    if ((here[i] - from[i]).squaredNorm() > distance * distance) return true;
  return false;
}

class Protocol {
 public:
  Protocol(Ensemble& ensemble, const RefineOptions& options, Journal& journal,
           const std::function<bool()>& stop_asked, const HydrogenPlacer& place_hydrogens)
      : ensemble_(ensemble),
        options_(options),
        journal_(journal),
        stop_asked_(stop_asked),
        place_hydrogens_(place_hydrogens),
        tensors_(ensemble, options),
        watch_(ensemble, options, tensors_.first_cycle()) {}

  Outcome run() {
    tensors_.before_cycle(0);
    outcome_.start = outcome_.final = ensemble_.renew(OverallB::kept_in_scale);
    report(0);
    refine_overall_b();
    for (const std::string& line : tensors_.told()) journal_.note(line);
    outcome_.stopped_because = run_cycles();
    const bool stopped = stop_asked_();
    outcome_.status = stopped ? "stopped" : "finished";
    if (stopped) outcome_.stopped_because = "asked to stop";
    if (tensors_.give_back_all()) outcome_.final = ensemble_.renew(OverallB::kept_in_scale);
    outcome_.last = outcome_.final;
    outcome_.best_cycle = outcome_.cycles;
    if (!stopped && watch_.best() != outcome_.cycles) keep_best();
    return outcome_;
  }

 private:
  // Why they ended.
  std::string run_cycles() {
    watch_.see(0, outcome_.final);
    for (int cycle = 1; cycle <= options_.cycles && !stop_asked_(); ++cycle) {
      run_cycle(cycle);
      outcome_.cycles = cycle;
      report(cycle);
      watch_.see(cycle, outcome_.final);
      if (watch_.settled()) return watch_.why_settled();
    }
    return "cycles done";
  }

  void keep_best() {
    journal_.note(watch_.why_best());
    outcome_.best_cycle = watch_.best();
    watch_.go_back_to_best(ensemble_);
    place_hydrogens();
    outcome_.final = ensemble_.renew(OverallB::kept_in_scale);
  }

  void run_cycle(int cycle) {
    tensors_.before_cycle(cycle);
    for (const std::string& line : kick_for_cycle(ensemble_, options_, cycle)) journal_.note(line);
    place_hydrogens();
    now_ = ensemble_.renew(OverallB::into_atoms);
    tell_b_shifts(cycle);
    if (are_together()) {
      refine_together(cycle);
      place_hydrogens();
    } else {
      refine_positions(cycle);
      place_hydrogens();
      if (!stop_asked_()) refine_b_factors(cycle);
    }
    if (!stop_asked_()) refine_occupancies(cycle);
    outcome_.final = ensemble_.renew(OverallB::kept_in_scale);
  }

  void tell_b_shifts(int cycle) {
    for (std::size_t form = 0; form < now_.size(); ++form)
      if (std::abs(now_[form].b_shift) >= told_b_shift)
        journal_.note(
            base::format("cycle %d, %s: B of all atoms changed by %+.2f A^2, the isotropic "
                         "part of the overall scale",
                         cycle, ensemble_.name(form).c_str(), now_[form].b_shift));
  }

  void refine_overall_b() {
    for (int step = 1; step <= options_.b_factors.overall && !stop_asked_(); ++step) {
      const std::vector<double> shifts = ensemble_.shift_overall_b();
      for (std::size_t form = 0; form < shifts.size(); ++form)
        journal_.note(base::format("overall B, step %d, %s: all B changed by %+.2f A^2", step,
                                   ensemble_.name(form).c_str(), shifts[form]));
      outcome_.final = ensemble_.renew(OverallB::kept_in_scale);
    }
  }

  // Where atoms of a form have moved since. Hydrogens shift with their parents in any case.
  void place_hydrogens() {
    if (!place_hydrogens_) return;
    placed_at_.resize(ensemble_.n_forms());
    for (std::size_t form = 0; form < ensemble_.n_forms(); ++form) {
      const std::vector<Vec3>& here = ensemble_.atoms(form).xyz;
      if (!any_farther(here, placed_at_[form], hydrogens_follow)) continue;
      ensemble_.set_hydrogens(form, place_hydrogens_(form, ensemble_.atoms(form)));
      placed_at_[form] = here;
    }
  }

  void refine_positions(int cycle) {
    if (options_.positions.steps == 0 ||
        free_positions(ensemble_, options_.positions).map.n_free() == 0)
      return;
    weights_ = choose_weights(cycle);
    ++outcome_.evaluations;
    outcome_.evaluations +=
        minimise_positions(ensemble_, options_, now_, weights_, cycle, journal_, stop_asked_);
  }

  // One minimisation of positions and B serves both.
  bool are_together() const {
    if (!options_.minimiser.together || options_.minimiser.method != "newton" ||
        options_.positions.steps == 0 || options_.b_factors.steps == 0)
      return false;
    for (std::size_t form = 0; form < ensemble_.n_forms(); ++form) {
      const RefineOptions& own = options_.of(form);
      const bool has_test_set = ensemble_.reflections(form).count(crystal::Use::test) > 0;
      if (own.in_map() || own.b_target(has_test_set) != own.target) return false;
    }
    for (const restraints::NcsRestraint& restraint : ensemble_.ncs())
      if (restraint.group().exact) return false;
    return true;
  }

  // w T + chemistry + (w / w_b) restraints on B or U: the least of this in B is that of w_b T and
  // these.
  void refine_together(int cycle) {
    weights_ = choose_weights(cycle);
    ++outcome_.evaluations;
    const bool of_u = any_free_tensors();
    Minimisation what{.which = of_u ? Parameters::positions_and_u : Parameters::positions_and_b,
                      .stage = of_u ? "positions_and_u" : "positions_and_b",
                      .cycle = cycle};
    what.weights = weights_;
    const std::vector<double> of_b = b_weights(ensemble_, options_, now_);
    for (std::size_t form = 0; form < of_b.size(); ++form)
      what.on_b.push_back(weights_[form] / of_b[form]);
    what.how.first_step = 0.02;
    what.how.largest_step = 0.5;
    what.how.max_steps = what.steps_planned = options_.positions.steps;
    minimise_over(
        free_together(ensemble_, what.which, options_.positions, options_.b_factors, what.on_b),
        what);
  }

  std::vector<double> choose_weights(int cycle) {
    const PositionsOptions& how = options_.positions;
    if (!how.auto_weight) return position_weights(ensemble_, options_, now_, cycle, weights_);
    if (factors_.empty() || (cycle - 1) % how.trials_every == 0) {
      const TrialRecord tried = try_weights(ensemble_, options_, cycle);
      factors_ = tried.chosen;
      journal_.trials(tried);
    }
    std::vector<double> weights = natural_weights(ensemble_, options_, now_, Parameters::positions);
    for (std::size_t form = 0; form < weights.size(); ++form) weights[form] *= factors_[form];
    return weights;
  }

  void refine_b_factors(int cycle) {
    if (options_.b_factors.steps == 0) return;
    if (any_free_tensors()) return refine_tensors(cycle);
    Minimisation what{.which = Parameters::b_factors, .stage = "b_factors", .cycle = cycle};
    what.weights = b_weights(ensemble_, options_, now_);
    what.how.first_step = 2.0;
    what.how.largest_step = 20.0;
    what.how.max_steps = what.steps_planned = options_.b_factors.steps;
    minimise_over(free_b_factors(ensemble_, options_.b_factors), what);
  }

  bool any_free_tensors() const {
    for (std::size_t form = 0; form < ensemble_.n_forms(); ++form)
      if (has_free_tensors(ensemble_.input(form))) return true;
    return false;
  }

  // U of anisotropic atoms and B of the others together.
  void refine_tensors(int cycle) {
    Minimisation what{.which = Parameters::u_aniso, .stage = "u_aniso", .cycle = cycle};
    what.weights = b_weights(ensemble_, options_, now_);
    what.how.first_step = base::u_of_b(2.0);
    what.how.largest_step = base::u_of_b(20.0);
    what.how.max_steps = what.steps_planned = options_.b_factors.steps;
    minimise_over(free_tensors(ensemble_, options_.b_factors), what);
  }

  void refine_occupancies(int cycle) {
    if (options_.occupancies.steps == 0) return;
    Minimisation what{.which = Parameters::occupancies, .stage = "occupancies", .cycle = cycle};
    what.weights = b_weights(ensemble_, options_, now_);
    what.how.first_step = 0.02;
    what.how.largest_step = 0.2;
    what.how.max_steps = what.steps_planned = options_.occupancies.steps;
    const FreeParameters free = free_occupancies(ensemble_, options_.occupancies);
    if (free.map.n_free() == 0 && cycle == 1)
      journal_.note(
          "occupancies: none to refine; the models have no alternate conformers, and "
          "occupancies.atoms names no others");
    if (free.map.n_free() > 0) minimise_over(free, what);
  }

  void minimise_over(const FreeParameters& free, const Minimisation& what) {
    outcome_.evaluations +=
        minimise_sum(ensemble_, options_, now_, free, what, journal_, stop_asked_).evaluations;
  }

  void report(int cycle) {
    journal_.cycle({cycle, options_.cycles, outcome_.evaluations, outcome_.final});
  }

  Ensemble& ensemble_;
  const RefineOptions& options_;
  Journal& journal_;
  const std::function<bool()>& stop_asked_;
  const HydrogenPlacer& place_hydrogens_;
  std::vector<FormStatus> now_;               // as last renewed
  std::vector<double> weights_;               // w of positions, from the cycle before
  std::vector<double> factors_;               // chosen on the natural weights, where trials choose
  std::vector<std::vector<Vec3>> placed_at_;  // positions for which hydrogens were placed last
  DelayedTensors tensors_;
  CycleWatch watch_;
  Outcome outcome_;
};

}  // namespace

Outcome run_protocol(Ensemble& ensemble, const RefineOptions& options, Journal& journal,
                     const std::function<bool()>& stop_asked,
                     const HydrogenPlacer& place_hydrogens) {
  return Protocol(ensemble, options, journal, stop_asked, place_hydrogens).run();
}

}  // namespace polyform::refine
