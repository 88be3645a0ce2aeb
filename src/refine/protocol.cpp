// SPDX-License-Identifier: MPL-2.0
// The standard refinement, cycle after cycle.
#include "polyform/refine/protocol.hpp"

#include <algorithm>

#include "polyform/base/text.hpp"
#include "polyform/minimise/lbfgs.hpp"
#include "refine/curvature.hpp"
#include "refine/kick.hpp"
#include "refine/weights.hpp"

namespace polyform::refine {
namespace {

// The ensemble as the minimiser sees it: one kind of parameter, weights fixed.
class WeightedSum : public minimise::Objective {
 public:
  WeightedSum(Ensemble& ensemble, Parameters which, std::vector<double> weights, StepRecord record,
              Journal& journal, const std::function<bool()>& stop_asked)
      : ensemble_(ensemble),
        which_(which),
        weights_(std::move(weights)),
        record_(std::move(record)),
        journal_(journal),
        stop_asked_(stop_asked) {}

  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    const Evaluation found = ensemble_.evaluate(which_, Parts::sum, weights_, x);
    std::copy(found.gradient.begin(), found.gradient.end(), gradient.begin());
    record_.forms = found.forms;
    double sum = 0;
    for (const FormTerms& form : found.forms) sum += form.sum();
    return sum;
  }

  bool accepted(const minimise::Step& step) override {
    record_.step = step;
    journal_.step(record_);
    return !stop_asked_();
  }

 private:
  Ensemble& ensemble_;
  Parameters which_;
  std::vector<double> weights_;
  StepRecord record_;
  Journal& journal_;
  const std::function<bool()>& stop_asked_;
};

class Protocol {
 public:
  Protocol(Ensemble& ensemble, const RefineOptions& options, Journal& journal,
           const std::function<bool()>& stop_asked, const HydrogenPlacer& place_hydrogens)
      : ensemble_(ensemble),
        options_(options),
        journal_(journal),
        stop_asked_(stop_asked),
        place_hydrogens_(place_hydrogens) {}

  Outcome run() {
    outcome_.start = outcome_.final = ensemble_.renew(OverallB::kept_in_scale);
    report(0);
    for (int cycle = 1; cycle <= options_.cycles && !stop_asked_(); ++cycle) {
      run_cycle(cycle);
      outcome_.cycles = cycle;
      report(cycle);
    }
    const bool stopped = stop_asked_();
    outcome_.status = stopped ? "stopped" : "finished";
    outcome_.stopped_because = stopped ? "asked to stop" : "cycles done";
    return outcome_;
  }

 private:
  void run_cycle(int cycle) {
    kick(ensemble_, kick_amplitude(options_.kick, cycle, options_.cycles), options_.seed,
         KickPurpose::start_of_cycle, cycle);
    place_hydrogens();
    now_ = ensemble_.renew(OverallB::into_atoms);
    refine_positions(cycle);
    place_hydrogens();
    if (!stop_asked_()) refine_b_factors(cycle);
    outcome_.final = ensemble_.renew(OverallB::kept_in_scale);
  }

  void place_hydrogens() {
    if (!place_hydrogens_) return;
    for (std::size_t form = 0; form < ensemble_.n_forms(); ++form)
      ensemble_.set_hydrogens(form, place_hydrogens_(form, ensemble_.atoms(form)));
  }

  void refine_positions(int cycle) {
    if (options_.positions.steps == 0) return;
    weights_ = position_weights(ensemble_, options_, cycle, weights_);
    ++outcome_.evaluations;
    minimise::LbfgsOptions how;
    how.max_steps = options_.positions.steps;
    how.first_step = 0.02;
    how.largest_step = 0.5;
    minimise_over(Parameters::positions, "positions", cycle, weights_, {}, {}, how);
  }

  void refine_b_factors(int cycle) {
    if (options_.b_factors.steps == 0) return;
    const std::size_t n = ensemble_.n_values(Parameters::b_factors);
    const std::vector<double> lower(n, options_.b_factors.minimal);
    const std::vector<double> upper(n, options_.b_factors.maximal);
    minimise::LbfgsOptions how;
    how.max_steps = options_.b_factors.steps;
    how.first_step = 2.0;
    how.largest_step = 20.0;
    minimise_over(Parameters::b_factors, "b_factors", cycle, b_weights(ensemble_, options_), lower,
                  upper, how);
  }

  void minimise_over(Parameters which, const std::string& stage, int cycle,
                     const std::vector<double>& weights, std::span<const double> lower,
                     std::span<const double> upper, const minimise::LbfgsOptions& how) {
    WeightedSum sum(ensemble_, which, weights, {stage, cycle, how.max_steps, {}, {}}, journal_,
                    stop_asked_);
    std::vector<double> x = ensemble_.values(which);
    const std::vector<double> curvature =
        expected_curvature(ensemble_, options_, now_, which, weights);
    const minimise::LbfgsResult result = minimise::lbfgs(sum, x, lower, upper, curvature, how);
    ensemble_.set_values(which, x);
    outcome_.evaluations += result.evaluations;
    journal_.note(base::format("cycle %d, %s: %d steps, %d evaluations, %s", cycle, stage.c_str(),
                               result.steps, result.evaluations, name_of(result.why).c_str()));
  }

  void report(int cycle) {
    journal_.cycle({cycle, options_.cycles, outcome_.evaluations, outcome_.final});
  }

  Ensemble& ensemble_;
  const RefineOptions& options_;
  Journal& journal_;
  const std::function<bool()>& stop_asked_;
  const HydrogenPlacer& place_hydrogens_;
  std::vector<FormStatus> now_;  // as last renewed
  std::vector<double> weights_;  // w of positions, from the cycle before
  Outcome outcome_;
};

}  // namespace

Outcome run_protocol(Ensemble& ensemble, const RefineOptions& options, Journal& journal,
                     const std::function<bool()>& stop_asked,
                     const HydrogenPlacer& place_hydrogens) {
  return Protocol(ensemble, options, journal, stop_asked, place_hydrogens).run();
}

}  // namespace polyform::refine
