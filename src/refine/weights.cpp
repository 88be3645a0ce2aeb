// SPDX-License-Identifier: MPL-2.0
// The weight of the data against the chemistry.
#include "refine/weights.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/minimise/lbfgs.hpp"
#include "refine/curvature.hpp"
#include "refine/kick.hpp"
#include "refine/map_targets.hpp"

namespace polyform::refine {
namespace {

constexpr double reference_kick = 0.10;  // [A]
constexpr int reference_steps = 6;
// The ratio's weight stays within these multiples of the likelihood's own.
constexpr double floor_of_natural = 0.5;
constexpr double ceiling_of_natural = 1.0;
// The restraints on B differences are meant for a mean B like this [A^2]; differences grow with B.
constexpr double b_of_restraints = 20;

// The chemistry alone, as the minimiser sees it.
class ChemistryAlone : public minimise::Objective {
 public:
  explicit ChemistryAlone(Ensemble& ensemble) : ensemble_(ensemble) {}
  double evaluate(std::span<const double> x, std::span<double> gradient) override {
    return ensemble_.chemistry(x, gradient);
  }

 private:
  Ensemble& ensemble_;
};

// Of the coordinates of active atoms.
double norm(std::span<const double> v, const std::vector<std::uint8_t>& active) {
  double sum = 0;
  for (std::size_t i = 0; i < v.size(); ++i)
    if (active[i / 3]) sum += v[i] * v[i];
  return std::sqrt(sum);
}

// Of the atoms that are not hydrogens, occupancy counted.
double mean_b(const crystal::Atoms& atoms) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (atoms.is_hydrogen(i)) continue;
    sum += atoms.occupancy[i] * atoms.b[i];
    count += atoms.occupancy[i];
  }
  return count > 0 ? sum / count : b_of_restraints;
}

bool any_target(const Ensemble& ensemble, const RefineOptions& options, const std::string& name) {
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form)
    if (options.of(form).target == name) return true;
  return false;
}

// The target of reciprocal space; beside a map, that for B.
std::string target_of(const Ensemble& ensemble, const RefineOptions& options, Parameters which,
                      std::size_t form) {
  const RefineOptions& own = options.of(form);
  if (which == Parameters::positions && !own.in_map()) return own.target;
  return own.b_target(ensemble.reflections(form).count(crystal::Use::test) > 0);
}

// Restraints are sums of (deviation / sigma)^2, that is -2 ln p. So is 2 n_work T where T is the
// mean of -ln p; and n_work T / T_now where T is a sum of squares whose mean now is taken for the
// variance.
double natural_weight(const Ensemble& ensemble, const std::string& target, std::size_t form,
                      double target_now) {
  const auto n = static_cast<double>(ensemble.n_work(form));
  if (target != "LSQ") return 2.0 * n;
  return target_now > 0 ? n / target_now : n;
}

// With this factor a map's pull on an atom of mean B is as strong as that of the data's own target.
double of_map(const Ensemble& ensemble, const FormStatus& status, std::size_t form) {
  const double b = mean_b(ensemble.atoms(form));
  const double held_by_data = response_of_data(status.b_curvature, Parameters::positions, b);
  return held_by_data / curvature_of_density(b, ensemble.reflections(form).d_min());
}

std::vector<double> reference_state(Ensemble& ensemble, const RefineOptions& options, int cycle) {
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f)
    kick_positions(ensemble.atoms(f), ensemble.input(f).atoms_in_or_all(options.positions.active),
                   reference_kick, {options.seed, KickPurpose::reference_state, cycle, 0}, f);
  std::vector<double> x = ensemble.values(Parameters::positions);
  ChemistryAlone chemistry(ensemble);
  minimise::LbfgsOptions few;
  few.max_steps = reference_steps;
  minimise::lbfgs(chemistry, x, {}, {}, {}, few);
  return x;
}

// Chemistry's and the data's gradients there. A difference map is that of the state, too.
Evaluation forces_at_reference(Ensemble& ensemble, const RefineOptions& options, int cycle) {
  const std::vector<double> here = ensemble.values(Parameters::positions);
  const std::vector<double> x = reference_state(ensemble, options, cycle);
  const std::vector<double> ones(ensemble.n_forms(), 1.0);
  const bool remade = any_target(ensemble, options, "DIFF");
  if (remade) {
    ensemble.set_values(Parameters::positions, x);
    ensemble.renew_maps();
  }
  Evaluation both = ensemble.evaluate(Parameters::positions, Parts::separate, ones, x);
  ensemble.set_values(Parameters::positions, here);
  if (remade) ensemble.renew_maps();
  return both;
}

// T of each form now, of its target of reciprocal space; only LSQ needs it. A form that is refined
// in a map is scored by its target for B.
std::vector<double> targets_now(Ensemble& ensemble, const RefineOptions& options,
                                Parameters which) {
  std::vector<double> now(ensemble.n_forms(), 0.0);
  const auto in_map = [&](std::size_t form) {
    return which == Parameters::positions && options.of(form).in_map();
  };
  for (bool of_maps : {false, true}) {
    std::vector<std::size_t> asked;
    for (std::size_t form = 0; form < now.size(); ++form)
      if (in_map(form) == of_maps && target_of(ensemble, options, which, form) == "LSQ")
        asked.push_back(form);
    if (asked.empty()) continue;
    const Parameters scored = of_maps ? Parameters::b_factors : which;
    const Evaluation found = ensemble.evaluate(
        scored, Parts::sum, std::vector<double>(now.size(), 1.0), ensemble.values(scored));
    for (std::size_t form : asked) now[form] = found.forms[form].target;
  }
  return now;
}

}  // namespace

std::vector<double> natural_weights(Ensemble& ensemble, const RefineOptions& options,
                                    const std::vector<FormStatus>& status, Parameters which) {
  const std::vector<double> now = targets_now(ensemble, options, which);
  std::vector<double> weights;
  for (std::size_t form = 0; form < now.size(); ++form) {
    const bool in_map = which == Parameters::positions && options.of(form).in_map();
    const std::string target = target_of(ensemble, options, which, form);
    weights.push_back(natural_weight(ensemble, target, form, now[form]) *
                      (in_map ? of_map(ensemble, status[form], form) : 1.0));
  }
  return weights;
}

std::vector<double> position_weights(Ensemble& ensemble, const RefineOptions& options,
                                     const std::vector<FormStatus>& status, int cycle,
                                     const std::vector<double>& previous) {
  std::vector<double> weights = natural_weights(ensemble, options, status, Parameters::positions);
  const auto is_given = [&](std::size_t form) { return options.of(form).positions.weight > 0; };
  bool all_given = true;
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form) {
    if (is_given(form)) weights[form] *= options.of(form).positions.weight;
    all_given = all_given && is_given(form);
  }
  if (all_given) return weights;
  const Evaluation both = forces_at_reference(ensemble, options, cycle);
  std::size_t at = 0;
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form) {
    const auto active = ensemble.input(form).atoms_in_or_all(options.positions.active);
    const std::size_t n = 3 * active.size();
    const double chemistry = norm(std::span(both.gradient).subspan(at, n), active);
    const double target = norm(std::span(both.of_target).subspan(at, n), active);
    at += n;
    if (is_given(form)) continue;
    double w = target > 0 ? chemistry / (options.of(form).positions.ratio * target) : 0.0;
    if (!previous.empty()) w = std::sqrt(w * previous[form]);
    const double natural = weights[form];
    weights[form] = std::clamp(w, floor_of_natural * natural, ceiling_of_natural * natural);
  }
  return weights;
}

double b_weight_over_natural(const crystal::Atoms& atoms) {
  const double spread = mean_b(atoms) / b_of_restraints;
  return spread * spread;
}

std::vector<double> b_weights(Ensemble& ensemble, const RefineOptions& options,
                              const std::vector<FormStatus>& status) {
  std::vector<double> weights = natural_weights(ensemble, options, status, Parameters::b_factors);
  for (std::size_t form = 0; form < weights.size(); ++form) {
    const double given = options.of(form).b_factors.scale;
    weights[form] = given > 0 ? given : weights[form] * b_weight_over_natural(ensemble.atoms(form));
  }
  return weights;
}

}  // namespace polyform::refine
