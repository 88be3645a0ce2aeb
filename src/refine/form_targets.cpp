// SPDX-License-Identifier: MPL-2.0
// The errors of one form and its targets.
#include "refine/form_targets.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/units.hpp"
#include "refine/expected_power.hpp"
#include "refine/kick.hpp"
#include "refine/overfitting.hpp"
#include "refine/values.hpp"

namespace polyform::refine {
namespace {

constexpr double first_shift = 0.3;  // [A], from which the search for the largest shift starts
constexpr double least_shift = 0.01, most_shift = 2.0;  // [A]
constexpr int n_corrections = 4;
constexpr double near_enough = 0.02;  // of the shift: beta, which it makes, is to 4 %

// Of one kicked model: its mask, solvent and scales are those of the model as it stands.
std::vector<Complex> kicked_model(const ModelNow& model, double largest_shift, int seed,
                                  int number) {
  crystal::Atoms kicked = model.atoms;
  const std::vector<std::uint8_t> all(kicked.size(), 1);
  kick_positions(kicked, all, largest_shift, {seed, KickPurpose::free_kick, 0, number}, 0);
  std::vector<Complex> f_calc(model.f_model.size()), f_model(model.f_model.size());
  model.engine.calculate(with_hydrogens(kicked, model.hydrogens), f_calc);
  model.scaling.apply(f_calc, model.f_mask, f_model);
  return f_model;
}

}  // namespace

FormTargets::FormTargets(const RefineOptions& options, const targets::Share& share)
    : options_(options), share_(share) {}

void FormTargets::renew(const ModelNow& model) {
  errors_.clear();
  made_.clear();
  for (Parameters which : {Parameters::positions, Parameters::b_factors})
    if (!made_.contains(name(which))) made_[name(which)] = make(name(which), model);
  const std::string shown = name(Parameters::positions);
  if (source(shown) != Source::none) errors_for(shown, model);
}

const targets::ErrorModel* FormTargets::errors() const {
  const auto found = errors_.find(source(name(Parameters::positions)));
  return found == errors_.end() ? nullptr : &found->second;
}

void FormTargets::describe(FormStatus& status) const {
  if (const targets::ErrorModel* errors = this->errors()) {
    status.shell_alpha = errors->shell_alpha;
    status.shell_beta = errors->shell_beta;
  }
  if (errors_.contains(Source::missing_atoms)) status.coordinate_error = coordinate_error_;
  if (errors_.contains(Source::free_kick)) status.free_kick = largest_shift_;
}

bool FormTargets::has_test_set() const { return share_.all.count(crystal::Use::test) > 0; }

std::string FormTargets::name(Parameters which) const {
  const bool own = has_positions(which) && !options_.in_map();
  return own ? options_.target : options_.b_target(has_test_set());
}

FormTargets::Source FormTargets::source(const std::string& target) const {
  if (target == "ML_EST") return Source::missing_atoms;
  if (target == "ML_FK") return Source::free_kick;
  const auto n_test = static_cast<long>(share_.all.count(crystal::Use::test));
  const bool by_test_set = target == "ML" || target == "ML_APR";
  if (by_test_set && n_test > 0 && n_test < options_.errors.kicked_below) return Source::free_kick;
  return has_test_set() ? Source::test_set : Source::none;
}

std::unique_ptr<targets::Target> FormTargets::make(const std::string& target,
                                                   const ModelNow& model) {
  if (needs_test_set(target) && !has_test_set())
    throw base::InputError(
        "the target " + target +
        " needs a test set, and the data have none. Give the column and value of the free flags "
        "(--labels, --free-value), set reflections aside (--make-free 5), or use --target ML_FK, "
        "which estimates its errors without one (or LSQ)");
  if (target == "LSQ") return targets::make_lsq(share_, model.f_model, options_.lsq);
  const targets::ErrorModel& errors = errors_for(target, model);
  return target == "ML_APR" ? targets::make_ml_apr(share_, errors)
                            : targets::make_ml(share_, errors);
}

const targets::ErrorModel& FormTargets::errors_for(const std::string& target,
                                                   const ModelNow& model) {
  const Source from = source(target);
  if (const auto found = errors_.find(from); found != errors_.end()) return found->second;
  switch (from) {
    case Source::missing_atoms:
      return errors_[from] = from_missing_atoms(model);
    case Source::free_kick:
      return errors_[from] = from_kicked_models(model);
    default:
      return errors_[from] = targets::estimate_errors(share_, model.f_model, options_.errors);
  }
}

// The largest shift with which kicked models fit the work set as data that were not fitted would be
// fitted by the model as it stands: the mean square residual, by shell, has grown as expected. It
// grows with the square of small shifts, so that a few corrections by that rule suffice.
double FormTargets::shift_of_overfitting(const ModelNow& model) const {
  const auto n_work = static_cast<double>(share_.all.count(crystal::Use::work));
  const auto& r = model.agreement;
  const restraints::GeometryReport geometry = model.chemistry.report(model.atoms.xyz);
  const FittedModel fitted{
      model.atoms,
      model.chemistry.lists(),
      geometry,
      unrestrained_sigma(model.atoms, r.r_work, share_.all.d_min(), r.completeness, n_work),
      n_work,
      model.refine_u};
  const double growth = expected_growth(n_work, determined_parameters(fitted, options_));

  targets::LsqOptions by_shell;
  by_shell.weights = "shell";
  const auto residual = targets::make_lsq(share_, model.f_model, by_shell);
  std::vector<Complex> unused(model.f_model.size());
  const auto sum = [&](std::span<const Complex> f) {
    return share_.team.sum(residual->evaluate(f, unused));
  };
  const double now = sum(model.f_model);
  double shift = first_shift;
  for (int step = 0; step < n_corrections && now > 0; ++step) {
    const double gained = sum(kicked_model(model, shift, options_.seed, 0)) / now - 1;
    const double before = shift;
    shift *= std::sqrt((growth - 1) / std::max(gained, 1e-3));
    shift = std::clamp(shift, least_shift, most_shift);
    if (std::abs(shift - before) < near_enough * before) break;
  }
  return shift;
}

// The likelihood of the work set sees the errors that the fit has not taken up; those it has are
// added (docs/methods/likelihood.md). A sphere filled evenly gives 1/sqrt(5) of its radius along an
// axis, and the mean distance is sqrt(8/pi) times the error along an axis.
targets::ErrorModel FormTargets::from_missing_atoms(const ModelNow& model) {
  const targets::ExpectedPower power = expected_power(
      share_, model.atoms, model.hydrogens, options_.missing_atoms, options_.form_factors);
  const std::span<const double> k_total = model.scaling.k_total();
  coordinate_error_ = options_.missing_atoms.error;
  if (coordinate_error_ <= 0) {
    const double seen =
        targets::most_likely_coordinate_error(share_, power, k_total, model.f_model);
    const double shift = shift_of_overfitting(model);
    coordinate_error_ = std::sqrt(seen * seen + 8.0 / base::pi * shift * shift / 5.0);
  }
  return targets::errors_of_missing_atoms(share_, power, k_total, coordinate_error_);
}

targets::ErrorModel FormTargets::from_kicked_models(const ModelNow& model) {
  largest_shift_ = options_.free_kick.largest_shift;
  if (largest_shift_ <= 0) largest_shift_ = shift_of_overfitting(model);
  std::vector<std::vector<Complex>> kicked;
  for (int number = 0; number < options_.free_kick.models; ++number)
    kicked.push_back(kicked_model(model, largest_shift_, options_.seed, number));
  return targets::estimate_errors_free_kick(share_, model.f_model, kicked);
}

}  // namespace polyform::refine
