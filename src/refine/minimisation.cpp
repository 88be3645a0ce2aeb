// SPDX-License-Identifier: MPL-2.0
// One minimisation of a refinement.
#include "refine/minimisation.hpp"

#include <optional>

#include "polyform/base/text.hpp"
#include "polyform/parallel/traffic.hpp"
#include "refine/curvature.hpp"
#include "refine/expected_hessian.hpp"

namespace polyform::refine {
namespace {

// From what parameters spread to, to what the atoms have, in place.
void to_values(std::vector<double>& row, const FreeParameters& free, const ExactCopies& copies) {
  free.tensors.within(row);
  copies.follow(row);
  row.resize(row.size() - copies.n_operator_values());
}

constexpr double told_shift = 0.005;  // [A]

// The ensemble as the minimiser sees it: free parameters of one kind, weights fixed.
class WeightedSum : public minimise::Objective {
 public:
  WeightedSum(Ensemble& ensemble, const FreeParameters& free, const ExactCopies& copies,
              const Minimisation& what, std::vector<double> row, Journal& journal,
              const std::function<bool()>& stop_asked)
      : ensemble_(ensemble),
        free_(free),
        copies_(copies),
        what_(what),
        journal_(journal),
        stop_asked_(stop_asked),
        row_(std::move(row)) {
    record_.stage = what.stage;
    record_.cycle = what.cycle;
    record_.steps_planned = what.steps_planned;
  }

  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    free_.map.spread(x, row_);
    values_ = row_;
    to_values(values_, free_, copies_);
    Evaluation found =
        ensemble_.evaluate(what_.which, Parts::sum, what_.weights, values_, what_.on_b);
    const double soft = soft_group_energy(free_.soft, values_, found.gradient);
    found.forms.front().b_restraints += soft / found.forms.front().on_b;
    double sum = 0;
    for (const FormTerms& form : found.forms) sum += form.sum();
    record_.ncs = ensemble_.ncs_energy(what_.which, values_, found.gradient, mean_on_b());
    sum += record_.ncs;
    free_.tensors.slopes(row_, found.gradient);
    copies_.slopes(row_, found.gradient);
    free_.map.gather(found.gradient, x, gradient);
    record_.forms = std::move(found.forms);
    if (!start_) start_ = sum;
    return sum;
  }

  bool accepted(const minimise::Step& step) override {
    record_.step = step;
    record_.step.number += what_.steps_before;
    journal_.step(record_);
    if (what_.gain > 0 && start_ && *start_ - step.value >= what_.gain) return false;
    return !stop_asked_();
  }

 private:
  double mean_on_b() const {
    double sum = 0;
    for (double factor : what_.on_b) sum += factor / static_cast<double>(what_.on_b.size());
    return what_.on_b.empty() ? 1 : sum;
  }

  Ensemble& ensemble_;
  const FreeParameters& free_;
  const ExactCopies& copies_;
  const Minimisation& what_;
  Journal& journal_;
  const std::function<bool()>& stop_asked_;
  std::vector<double> row_;     // as the parameters spread: before limits and copies
  std::vector<double> values_;  // of the atoms, as last evaluated
  StepRecord record_;
  std::optional<double> start_;  // the sum at first
};

// Work reflections of all forms, each as much as its form counts.
double reflections_of(const Ensemble& ensemble) {
  double sum = 0;
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form)
    sum += ensemble.input(form).weight * static_cast<double>(ensemble.n_work(form));
  return sum;
}

}  // namespace

minimise::LbfgsResult minimise_sum(Ensemble& ensemble, const RefineOptions& options,
                                   const std::vector<FormStatus>& status,
                                   const FreeParameters& free, const Minimisation& what,
                                   Journal& journal, const std::function<bool()>& stop_asked) {
  if (free.map.n_free() == 0) return {};
  const parallel::Phase phase("minimiser");
  ensemble.settle_ncs(status, what.weights);
  std::vector<double> row = ensemble.values(what.which);
  free.tensors.before(row);
  ExactCopies copies = free.copies;
  if (const double shift = copies.begin(row); shift > told_shift)
    journal.note(base::format("cycle %d, %s: NCS copies made exact, moved by %.3f A (r.m.s.)",
                              what.cycle, what.stage.c_str(), shift));
  std::vector<double> x = free.map.free_values(row);
  WeightedSum sum(ensemble, free, copies, what, row, journal, stop_asked);
  minimise::LbfgsResult result;
  if (options.minimiser.method == "newton" && ExpectedHessian::fits(free, what)) {
    ExpectedHessian start(ensemble, options, status, free, what, row);
    minimise::LbfgsOptions how = what.how;
    how.renew_every = 1;
    how.value_tolerance = 0;
    how.gain_tolerance = options.minimiser.steady * reflections_of(ensemble);
    if (what.cycle < options.cycles) how.gain_share = options.minimiser.steady_share;
    how.steady_steps = 1;
    how.units = free.units;
    result = minimise::lbfgs(sum, x, free.lower, free.upper, start, how);
  } else {
    std::vector<double> by_value =
        expected_curvature(ensemble, options, status, what.which, what.weights);
    copies.curvature(row, by_value);
    const std::vector<double> curvature = free.map.sums(by_value);
    result = minimise::lbfgs(sum, x, free.lower, free.upper, curvature, what.how);
  }
  free.map.spread(x, row);
  to_values(row, free, copies);
  ensemble.set_values(what.which, row);
  journal.note(base::format("cycle %d, %s: %d steps, %d evaluations, %s", what.cycle,
                            what.stage.c_str(), result.steps, result.evaluations,
                            name_of(result.why).c_str()));
  return result;
}

}  // namespace polyform::refine
