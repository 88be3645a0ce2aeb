// SPDX-License-Identifier: MPL-2.0
// The weight of the data chosen by trial.
#include "refine/weight_trials.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "polyform/base/text.hpp"
#include "polyform/refine/coordinate.hpp"
#include "polyform/targets/held_out.hpp"
#include "refine/position_refinement.hpp"
#include "refine/random.hpp"
#include "refine/weights.hpp"

namespace polyform::refine {
namespace {

constexpr std::uint64_t purpose_of_validation = 8;  // beside those of kicks
constexpr std::size_t least_held_out = 50;
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

struct Unheard : Journal {
  void note(const std::string&) override {}
  void step(const StepRecord&) override {}
  void cycle(const CycleRecord&) override {}
};

// One number for cycle, h, k and l.
std::uint64_t number_of(int cycle, const crystal::Hkl& hkl) {
  std::uint64_t number = static_cast<std::uint64_t>(cycle);
  for (int index : hkl) number = number * 8192 + static_cast<std::uint64_t>(index + 4096);
  return number;
}

// A form without the reflections that judge.
struct Validated {
  FormInput input;
  std::vector<std::size_t> held_out;
};
Validated without_validation(const FormInput& form, const RefineOptions& options, int cycle) {
  Validated part{form, {}};
  part.held_out =
      set_aside(part.input.reflections, options.positions.validation, options.seed, cycle);
  for (MapInput& map : part.input.maps)
    if (!map.coefficients.empty())
      for (std::size_t i : part.held_out) map.coefficients[i] = 0;
  return part;
}

// The trials of one group of ranks.
class GroupAtWork {
 public:
  GroupAtWork(const parallel::Communicator& group, const std::vector<TrialForm>& forms,
              const std::vector<restraints::NcsGroup>& ncs, const RefineOptions& options, int cycle)
      : group_(group), forms_(forms), ncs_(ncs), options_(options), cycle_(cycle) {}

  /// Outcomes of these trials, on the group's root. Collective over group.
  std::vector<std::vector<TrialOutcome>> run(const std::vector<double>& factors) {
    std::vector<FormInput> inputs;
    for (const TrialForm& form : forms_) {
      Validated part = without_validation(form.input, options_, cycle_);
      held_out_.push_back(std::move(part.held_out));
      inputs.push_back(std::move(part.input));
    }
    std::vector<std::vector<TrialOutcome>> found;
    Ensemble ensemble(group_, std::move(inputs), options_);
    coordinate(group_, ensemble, [&] {
      ensemble.set_ncs(ncs_);
      for (double factor : factors) found.push_back(minimise(ensemble, factor));
    });
    return found;
  }

 private:
  std::vector<TrialOutcome> minimise(Ensemble& ensemble, double factor) const {
    for (std::size_t f = 0; f < forms_.size(); ++f) ensemble.atoms(f).xyz = forms_[f].xyz;
    const std::vector<FormStatus> start = ensemble.renew(OverallB::kept_in_scale);
    std::vector<double> weights = natural_weights(ensemble, options_, start, Parameters::positions);
    for (double& w : weights) w *= factor;
    Unheard journal;
    minimise_positions(ensemble, options_, start, weights, cycle_, journal, [] { return false; });

    const std::vector<FormStatus> end = ensemble.renew(OverallB::kept_in_scale);
    std::vector<TrialOutcome> outcomes;
    for (std::size_t f = 0; f < forms_.size(); ++f)
      outcomes.push_back({targets::held_out_likelihood(forms_[f].input.reflections, held_out_[f],
                                                       ensemble.maps(f).f_model),
                          end[f].agreement.overall.r_work, end[f].geometry.bond.rmsz,
                          end[f].geometry.angle.rmsz});
    return outcomes;
  }

  const parallel::Communicator& group_;
  const std::vector<TrialForm>& forms_;
  const std::vector<restraints::NcsGroup>& ncs_;
  const RefineOptions& options_;
  int cycle_;
  std::vector<std::vector<std::size_t>> held_out_;  // one list a form
};

// What the leaders of the groups found, by trial, on the coordinator.
std::vector<std::vector<TrialOutcome>> gather_outcomes(
    const parallel::Communicator& world, const TrialGroups& groups,
    std::vector<std::vector<TrialOutcome>> mine) {
  const int group = groups.of_rank(world.rank());
  if (world.rank() == groups.leader(group) && !world.is_root()) {
    parallel::Packet packet;
    packet(mine);
    world.send(packet, 0);
  }
  std::vector<std::vector<TrialOutcome>> all;
  if (!world.is_root()) return all;
  std::vector<std::vector<std::vector<TrialOutcome>>> of_group(
      static_cast<std::size_t>(groups.count()));
  of_group[0] = std::move(mine);
  for (int g = 1; g < groups.count(); ++g) {
    parallel::Packet packet;
    world.receive(packet, groups.leader(g));
    packet(of_group[static_cast<std::size_t>(g)]);
  }
  for (int t = 0; t < groups.n_trials; ++t)
    all.push_back(of_group[static_cast<std::size_t>(groups.of_trial(t))]
                          [static_cast<std::size_t>(t / groups.count())]);
  return all;
}

double mean(std::span<const double> v) {
  double sum = 0;
  for (double x : v) sum += x;
  return v.empty() ? nothing : sum / static_cast<double>(v.size());
}

// Mean of a - b, and its standard error.
struct Difference {
  double mean, sigma;
};
Difference difference(std::span<const double> a, std::span<const double> b) {
  const auto n = static_cast<double>(a.size());
  double sum = 0, squares = 0;
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double d = a[j] - b[j];
    sum += d;
    squares += d * d;
  }
  const double variance = std::max(0.0, squares / n - sum * sum / (n * n));
  return {sum / n, std::sqrt(variance / n)};
}

double strain(const TrialOutcome& trial) { return std::max(trial.z_bond, trial.z_angle); }

// One form's trials compared. The limit of Z is widened to what the least strained trial has.
std::vector<TriedForm> compare(const std::vector<std::vector<TrialOutcome>>& outcomes,
                               std::size_t form, double largest_z) {
  double least = std::numeric_limits<double>::infinity();
  for (const auto& trial : outcomes) least = std::min(least, strain(trial[form]));
  const double limit = std::max(least, largest_z);
  std::vector<TriedForm> tried;
  std::size_t best = outcomes.size();
  for (const auto& trial : outcomes) {
    const TrialOutcome& one = trial[form];
    tried.push_back({.held_out = mean(one.held_out),
                     .r_work = one.r_work,
                     .z_bond = one.z_bond,
                     .z_angle = one.z_angle,
                     .strained = strain(one) > limit});
    if (tried.back().strained) continue;
    if (best == outcomes.size() || tried.back().held_out < tried[best].held_out)
      best = tried.size() - 1;
  }
  for (std::size_t t = 0; t < tried.size(); ++t) {
    const Difference d = difference(outcomes[t][form].held_out, outcomes[best][form].held_out);
    tried[t].behind = d.mean;
    tried[t].behind_sigma = d.sigma;
  }
  return tried;
}

void require_one_way(const PositionsOptions& how) {
  if (how.trials.empty())
    throw base::InputError(
        "positions.auto_weight: positions.trials names no weight to try; give some, as in [0.5, 1, "
        "2]");
  if (how.weight > 0)
    throw base::InputError(
        base::format("positions.weight is %g and positions.auto_weight is true: give the weight, "
                     "or let trials choose it",
                     how.weight));
}

void require_enough(const FormInput& form, const RefineOptions& options, int cycle) {
  crystal::Reflections copy = form.reflections;
  const std::size_t n = set_aside(copy, options.positions.validation, options.seed, cycle).size();
  if (n >= least_held_out) return;
  throw base::InputError(base::format(
      "positions.auto_weight: %g %% of the %zu work reflections of form %s are %zu, too few to "
      "judge a weight by (at least %zu); set more aside with positions.validation, or give the "
      "weight with positions.weight",
      options.positions.validation, form.reflections.count(crystal::Use::work), form.name.c_str(),
      n, least_held_out));
}

}  // namespace

std::vector<std::size_t> set_aside(crystal::Reflections& reflections, double per_cent, int seed,
                                   int cycle) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < reflections.size(); ++i) {
    if (reflections.use[i] != crystal::Use::work) continue;
    RandomStream stream(static_cast<std::uint64_t>(seed), purpose_of_validation,
                        number_of(cycle, reflections.hkl[i]));
    if (100 * stream.uniform() >= per_cent) continue;
    chosen.push_back(i);
    reflections.use[i] = crystal::Use::unobserved;
    reflections.f_obs[i] = reflections.sigma[i] = nothing;
  }
  return chosen;
}

std::vector<std::vector<TrialOutcome>> run_trials(const parallel::Communicator& world,
                                                  std::vector<TrialForm> forms,
                                                  std::vector<restraints::NcsGroup> ncs,
                                                  const RefineOptions& options, int cycle) {
  forms = world.broadcast_packed(std::move(forms));
  ncs = world.broadcast_packed(std::move(ncs));
  const std::vector<double>& factors = options.positions.trials;
  const TrialGroups groups{world.size(), static_cast<int>(factors.size())};
  const int mine = groups.of_rank(world.rank());
  std::vector<double> to_do;
  for (int t = 0; t < groups.n_trials; ++t)
    if (groups.of_trial(t) == mine) to_do.push_back(factors[static_cast<std::size_t>(t)]);
  const parallel::Communicator group = world.split(mine);
  std::vector<std::vector<TrialOutcome>> found;
  world.agree([&] { found = GroupAtWork(group, forms, ncs, options, cycle).run(to_do); });
  return gather_outcomes(world, groups, std::move(found));
}

std::size_t choose_trial(const std::vector<TriedForm>& tried, const std::vector<double>& factors) {
  const auto from_natural = [&](std::size_t t) { return std::abs(std::log(factors[t])); };
  std::size_t chosen = tried.size();
  for (std::size_t t = 0; t < tried.size(); ++t) {
    if (tried[t].strained || tried[t].behind > tried[t].behind_sigma) continue;
    if (chosen == tried.size() || from_natural(t) < from_natural(chosen) ||
        (from_natural(t) == from_natural(chosen) && tried[t].behind < tried[chosen].behind))
      chosen = t;
  }
  return chosen;
}

TrialRecord try_weights(Ensemble& ensemble, const RefineOptions& options, int cycle) {
  require_one_way(options.positions);
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f)
    require_enough(ensemble.input(f), options, cycle);
  const std::vector<std::vector<TrialOutcome>> outcomes = ensemble.try_weights(cycle);
  TrialRecord record;
  record.cycle = cycle;
  record.factors = options.positions.trials;
  record.groups = TrialGroups{ensemble.n_ranks(), static_cast<int>(record.factors.size())}.count();
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f) {
    record.n_held_out.push_back(static_cast<long>(outcomes[0][f].held_out.size()));
    record.forms.push_back(compare(outcomes, f, options.positions.largest_z));
    record.chosen.push_back(record.factors[choose_trial(record.forms[f], record.factors)]);
  }
  return record;
}

}  // namespace polyform::refine
