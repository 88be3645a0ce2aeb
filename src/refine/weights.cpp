// SPDX-License-Identifier: MPL-2.0
// The weight of the data against the chemistry.
#include "refine/weights.hpp"

#include <cmath>

#include "polyform/minimise/lbfgs.hpp"
#include "refine/kick.hpp"

namespace polyform::refine {
namespace {

constexpr double reference_kick = 0.10;  // [A]
constexpr int reference_steps = 6;

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
    weights.push_back(w);
    at += n;
  }
  return weights;
}

std::vector<double> b_weights(const Ensemble& ensemble, const RefineOptions& options) {
  std::vector<double> weights;
  for (std::size_t form = 0; form < ensemble.n_forms(); ++form)
    weights.push_back(options.b_factors.scale > 0 ? options.b_factors.scale
                                                  : 2.0 * static_cast<double>(ensemble.n_work(form)));
  return weights;
}

}  // namespace polyform::refine
