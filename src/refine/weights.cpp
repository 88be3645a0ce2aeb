// SPDX-License-Identifier: MPL-2.0
// The weight of the data against the chemistry.
#include "refine/weights.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/minimise/lbfgs.hpp"
#include "refine/kick.hpp"

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

double norm(std::span<const double> v) {
  double sum = 0;
  for (double value : v) sum += value * value;
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

const std::string& target_of(const RefineOptions& options, Parameters which) {
  return which == Parameters::positions ? options.target : options.b_target();
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

// Of every form, where the model is now.
std::vector<double> natural_weights(Ensemble& ensemble, const RefineOptions& options,
                                    Parameters which) {
  const std::string& target = target_of(options, which);
  std::vector<FormTerms> now(ensemble.n_forms());
  if (target == "LSQ")
    now = ensemble
              .evaluate(which, Parts::sum, std::vector<double>(now.size(), 1.0),
                        ensemble.values(which))
              .forms;
  std::vector<double> weights;
  for (std::size_t form = 0; form < now.size(); ++form)
    weights.push_back(natural_weight(ensemble, target, form, now[form].target));
  return weights;
}

std::vector<double> reference_state(Ensemble& ensemble, const RefineOptions& options, int cycle) {
  kick(ensemble, reference_kick, options.seed, KickPurpose::reference_state, cycle);
  std::vector<double> x = ensemble.values(Parameters::positions);
  ChemistryAlone chemistry(ensemble);
  minimise::LbfgsOptions few;
  few.max_steps = reference_steps;
  minimise::lbfgs(chemistry, x, {}, {}, {}, few);
  return x;
}

}  // namespace

std::vector<double> position_weights(Ensemble& ensemble, const RefineOptions& options, int cycle,
                                     const std::vector<double>& previous) {
  if (options.positions.weight > 0) {
    std::vector<double> asked = natural_weights(ensemble, options, Parameters::positions);
    for (double& w : asked) w *= options.positions.weight;
    return asked;
  }
  const std::vector<double> here = ensemble.values(Parameters::positions);
  const std::vector<double> x = reference_state(ensemble, options, cycle);
  const std::vector<double> ones(ensemble.n_forms(), 1.0);
  const Evaluation both = ensemble.evaluate(Parameters::positions, Parts::separate, ones, x);
  ensemble.set_values(Parameters::positions, here);

  std::vector<double> weights;
  std::size_t at = 0;
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form) {
    const std::size_t n = 3 * ensemble.atoms(form).size();
    const double chemistry = norm(std::span(both.gradient).subspan(at, n));
    const double target = norm(std::span(both.of_target).subspan(at, n));
    double w = target > 0 ? chemistry / (options.positions.ratio * target) : 0.0;
    if (!previous.empty()) w = std::sqrt(w * previous[form]);
    const double natural = natural_weight(ensemble, options.target, form, both.forms[form].target);
    weights.push_back(std::clamp(w, floor_of_natural * natural, ceiling_of_natural * natural));
    at += n;
  }
  return weights;
}

double b_weight_over_natural(const crystal::Atoms& atoms) {
  const double spread = mean_b(atoms) / b_of_restraints;
  return spread * spread;
}

std::vector<double> b_weights(Ensemble& ensemble, const RefineOptions& options) {
  if (options.b_factors.scale > 0)
    return std::vector<double>(ensemble.n_forms(), options.b_factors.scale);
  std::vector<double> weights = natural_weights(ensemble, options, Parameters::b_factors);
  for (std::size_t form = 0; form < weights.size(); ++form)
    weights[form] *= b_weight_over_natural(ensemble.atoms(form));
  return weights;
}

}  // namespace polyform::refine
