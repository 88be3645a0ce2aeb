// SPDX-License-Identifier: MPL-2.0
// One crystal form at work on one rank of its team.
#include "refine/form.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "polyform/base/units.hpp"
#include "polyform/kernels/magnitude.hpp"
#include "polyform/parallel/traffic.hpp"
#include "polyform/targets/map_coefficients.hpp"
#include "polyform/targets/overall_b.hpp"
#include "refine/curvature.hpp"
#include "refine/error_shells.hpp"

namespace polyform::refine {
namespace {

void copy_vectors(std::span<const Vec3> vectors, std::span<double> row) {
  for (std::size_t i = 0; i < vectors.size(); ++i)
    for (std::size_t k = 0; k < 3; ++k) row[3 * i + k] = vectors[i][static_cast<int>(k)];
}

// The smallest B any atom has or may get: what the grid must be fine enough for.
double smallest_b(const crystal::Atoms& atoms, const RefineOptions& options) {
  double least = options.b_factors.steps > 0 && options.cycles > 0
                     ? options.b_factors.minimal
                     : std::numeric_limits<double>::infinity();
  least = std::min(least, smallest_principal_b(atoms));
  return std::isfinite(least) ? least : options.b_factors.minimal;
}

// One flag an atom; none where the data pull all.
std::vector<std::uint8_t> pulled_atoms(const FormInput& input, const PositionsOptions& options) {
  if (options.data_atoms.empty()) return {};
  return input.atoms_in_or_all(options.data_atoms);
}

void take_sides(const FormInput& input,
                const std::vector<restraints::InteractionOptions>& interactions,
                restraints::TermFactors& factors) {
  if (interactions.empty()) return;
  factors.first_side.assign(input.atoms.size(), 0);
  factors.second_side.assign(input.atoms.size(), 0);
  for (std::size_t k = 0; k < interactions.size(); ++k) {
    const auto first = input.atoms_in_or_all(interactions[k].first);
    const auto second = input.atoms_in_or_all(interactions[k].second);
    for (std::size_t i = 0; i < first.size(); ++i) {
      factors.first_side[i] |= static_cast<std::uint64_t>(first[i] != 0) << k;
      factors.second_side[i] |= static_cast<std::uint64_t>(second[i] != 0) << k;
    }
  }
}

}  // namespace

restraints::TermFactors term_factors(const FormInput& input,
                                     const restraints::ChemistryOptions& options) {
  restraints::TermFactors factors;
  const std::size_t n = input.atoms.size();
  for (const restraints::TermScaleOptions& entry : options.scales) {
    const auto flags = input.atoms_in_or_all(entry.atoms);
    const auto scale = [&](std::vector<float>& of_atom, double factor) {
      if (factor == 1) return;
      of_atom.resize(n, 1.0F);
      for (std::size_t i = 0; i < n; ++i)
        if (flags[i]) of_atom[i] = static_cast<float>(factor);
    };
    scale(factors.bond, entry.bond);
    scale(factors.angl, entry.angl);
    scale(factors.dihe, entry.dihe);
    scale(factors.impr, entry.impr);
    scale(factors.vdw, entry.vdw);
    scale(factors.elec, entry.elec);
  }
  take_sides(input, options.interactions, factors);
  return factors;
}

Form::Form(const FormInput& input, const RefineOptions& options, const parallel::Communicator& team)
    : options_(options),
      crystal_(crystal::make_crystal(input.cell, input.space_group)),
      reflections_(input.reflections),
      atoms_(input.atoms),
      refine_u_(input.refine_u),
      hydrogens_(input.hydrogens),
      scatterers_(with_hydrogens(atoms_, hydrogens_)),
      team_(team),
      engine_(crystal_, reflections_.hkl, smallest_b(atoms_, options), options.form_factors, team_),
      share_{reflections_, crystal_, engine_.owned(), team_},
      scaling_(share_, options.scaling),
      chemistry_(input.lists, crystal_, atoms_, options.chemistry, team_.rank(), team_.size(),
                 term_factors(input, options.chemistry)),
      pulled_(pulled_atoms(input, options.positions)),
      seen_at_(atoms_.xyz),
      targets_(options, share_),
      maps_(input.maps, share_, options.target == "DIFF" && options.diff.own_density),
      f_calc_(share_.size()),
      f_mask_(options.scaling.bulk_solvent ? share_.size() : 0),
      f_model_(share_.size()),
      slope_(share_.size()) {
  if (options.scaling.bulk_solvent) mask_.emplace(crystal_, reflections_.hkl, options.mask, team_);
  chemistry_.set_hydrogens(hydrogens_);
}

FormStatus Form::renew(OverallB overall_b) {
  const bool known_here = renewed_ && same_values(renewed_->atoms, atoms_);
  const bool known = team_.sum(known_here ? 0.0 : 1.0) == 0;
  seen_at_ = atoms_.xyz;
  if (!known && mask_) mask_->calculate(atoms_, f_mask_);
  calculate_f();
  if (!known) fit_scales();
  const double shift = overall_b == OverallB::into_atoms ? move_overall_b_into_atoms() : 0.0;
  scaling_.apply(f_calc_, f_mask_, f_model_);
  FormStatus status = known ? renewed_->status : renew_rest();
  status.b_shift = shift;
  status.scales = scaling_.parameters();
  status_of_b(status);
  renewed_ = {atoms_, status};
  return status;
}

// All that follows from F_model.
FormStatus Form::renew_rest() {
  FormStatus status;
  status.agreement = targets::agreement(share_, scaling_.shells(), f_model_);
  renew_targets(status.agreement.overall);
  if (!maps_.empty()) renew_maps();
  status.solvent_fraction = mask_ ? mask_->solvent_fraction() : 0;
  targets_.describe(status);
  if (targets_.errors()) describe_errors(share_, *targets_.errors(), f_model_, status);
  const auto curvature = [&](Parameters which) {
    const parallel::Phase phase("curvature");
    return measure_curvature(share_, targets_.of(which), f_model_, scaling_.k_total());
  };
  status.curvature = curvature(Parameters::positions);
  status.b_curvature = curvature(Parameters::b_factors);
  status.grid = engine_.report().grid;
  return status;
}

void Form::renew_targets(const targets::ShellAgreement& overall) {
  const parallel::Phase phase("errors");
  targets_.renew(
      {engine_, atoms_, hydrogens_, chemistry_, scaling_, f_mask_, f_model_, overall, refine_u_});
}

void Form::fit_scales() {
  const parallel::Phase phase("scaling");
  parallel::count_work(static_cast<double>(share_.size()));
  scaling_.fit(f_calc_, f_mask_);
}

// The isotropic part of the overall B becomes part of every atom's B, as far as the limits of B
// allow; F_model is the same afterwards. How much it was.
double Form::move_overall_b_into_atoms() {
  const double lowest = std::min(0.0, options_.b_factors.minimal - smallest_principal_b(atoms_));
  const double shift = scaling_.release_isotropic_b({.low = lowest});
  add_b_to_all(shift);
  calculate_f();
  return shift;
}

// No atom beyond the upper limit of B.
void Form::add_b_to_all(double shift) {
  for (std::size_t i = 0; i < atoms_.size(); ++i)
    add_b(atoms_, i, std::min(shift, std::max(0.0, options_.b_factors.maximal - atoms_.b[i])));
}

double Form::shift_overall_b() {
  refresh_model();
  // F_model without its scale: the solvent's part stays.
  std::vector<Complex> unscaled = f_model_;
  for (std::size_t k = 0; k < unscaled.size(); ++k) unscaled[k] /= scaling_.k_total()[k];
  const double least = smallest_principal_b(atoms_);
  const double shift = std::max(targets::wilson_b_shift(share_, scaling_.shells(), unscaled),
                                std::min(0.0, options_.b_factors.minimal - least));
  add_b_to_all(shift);
  return shift;
}

void Form::renew_maps() {
  refresh_model();
  at_maps_ = {};
  sum_differences(at_maps_);
  maps_.renew({f_model_, scaling_.k_total(), targets_.errors()}, atoms_);
}

void Form::set_hydrogens(const restraints::RidingHydrogens& hydrogens) {
  hydrogens_ = hydrogens;
  scatterers_ = with_hydrogens(atoms_, hydrogens_);
  chemistry_.set_hydrogens(hydrogens_);
  renewed_.reset();
}

void Form::set_tensors(const std::vector<kernels::Sym3>& u_aniso) {
  atoms_.u_aniso = u_aniso;
  scatterers_ = with_hydrogens(atoms_, hydrogens_);
  renewed_.reset();
}

void Form::calculate_f() {
  place_scatterers();
  engine_.calculate(scatterers_, f_calc_);
}

void Form::place_scatterers() {
  const parallel::Phase phase("hydrogens");
  parallel::count_work(static_cast<double>(scatterers_.size()));
  follow_parents(atoms_, hydrogens_, scatterers_);
}

void Form::refresh_model() {
  calculate_f();
  const parallel::Phase phase("target");
  scaling_.apply(f_calc_, f_mask_, f_model_);
}

// Atoms that the data do not pull scatter from where they were when all was renewed: T is a
// function of the others alone.
void Form::refresh_model_of_pulled() {
  const std::vector<Vec3> here = atoms_.xyz;
  for (std::size_t i = 0; i < here.size(); ++i)
    if (!pulled_[i]) atoms_.xyz[i] = seen_at_[i];
  refresh_model();
  atoms_.xyz = here;
}

PartialTerms Form::evaluate(Parameters which, PartialGradient gradient) {
  PartialTerms part;
  if (which == Parameters::positions && !maps_.empty())
    score_in_maps(gradient, part);
  else
    score_reflections(which, gradient, part);
  add_restraints(which, gradient.chemistry, part);
  project_onto_sites(atoms_, position_part(gradient.target, which, atoms_));
  return part;
}

// No structure factors are needed: R is that of the model the maps were made from.
void Form::score_in_maps(PartialGradient gradient, PartialTerms& part) {
  part = at_maps_;
  std::vector<Vec3> by_atom(atoms_.size(), Vec3::Zero());
  part.terms.target = maps_.score(atoms_, by_atom);
  copy_vectors(by_atom, gradient.target);
}

void Form::score_reflections(Parameters which, PartialGradient gradient, PartialTerms& part) {
  const std::span<double> by_position = position_part(gradient.target, which, atoms_);
  const bool some_only = !by_position.empty() && !pulled_.empty();
  some_only ? refresh_model_of_pulled() : refresh_model();
  slope_of_target(which, part);
  const bool of_u = beside_positions(which) == Parameters::u_aniso;
  engine_.gradient(scatterers_, slope_,
                   {.xyz = !by_position.empty(),
                    .b = beside_positions(which) == Parameters::b_factors || of_u,
                    .u_aniso = of_u,
                    .occupancy = which == Parameters::occupancies},
                   atom_gradient_);
  fold_hydrogens(hydrogens_, atom_gradient_);
  copy_gradient(atom_gradient_, atoms_, which, gradient.target);
  if (!some_only) return;
  for (std::size_t i = 0; i < by_position.size(); ++i)
    if (!pulled_[i / 3]) by_position[i] = 0;
}

// Value and slope of T by F_calc.
void Form::slope_of_target(Parameters which, PartialTerms& part) {
  const parallel::Phase phase("target");
  parallel::count_work(static_cast<double>(share_.size()));
  part.terms.target = targets_.of(which).evaluate(f_model_, slope_);
  sum_differences(part);
  // dT/dF_calc = K dT/dF_model
  const std::span<const double> k_total = scaling_.k_total();
  for (std::size_t k = 0; k < slope_.size(); ++k) slope_[k] *= k_total[k];
}

// The sums that make R of the work set.
void Form::sum_differences(PartialTerms& part) const {
  for (std::size_t k = 0; k < share_.size(); ++k) {
    const std::size_t h = share_.global(k);
    if (reflections_.use[h] != crystal::Use::work) continue;
    part.r_numerator += std::abs(reflections_.f_obs[h] - kernels::magnitude(f_model_[k]));
    part.r_denominator += reflections_.f_obs[h];
  }
}

// The terms that hold this kind of parameter; occupancies have none.
void Form::add_restraints(Parameters which, std::span<double> gradient, PartialTerms& part) {
  std::fill(gradient.begin(), gradient.end(), 0.0);
  if (const std::span<double> by_b = b_part(gradient, which, atoms_); !by_b.empty())
    part.terms.b_restraints =
        chemistry_.b_energy(atoms_.b, options_.b_factors.bond, options_.b_factors.angle, by_b);
  if (const std::span<double> by_u = u_part(gradient, which, atoms_); !by_u.empty())
    restrain_tensors(by_u, part);
  const std::span<double> by_position = position_part(gradient, which, atoms_);
  if (by_position.empty()) return;
  std::vector<Vec3> by_atom(atoms_.size(), Vec3::Zero());
  part.terms.energies = chemistry_.evaluate(atoms_.xyz, by_atom);
  copy_vectors(by_atom, by_position);
  project_onto_sites(atoms_, by_position);
}

// Bonds point where they did when all was last renewed, so that U does not pull at positions.
void Form::restrain_tensors(std::span<double> gradient, PartialTerms& part) {
  std::vector<kernels::Sym3> by_atom(atoms_.size(), kernels::Sym3{});
  part.terms.b_restraints =
      chemistry_.u_energy(atoms_, options_.tensor_forces(), by_atom, seen_at_);
  for (std::size_t i = 0; i < by_atom.size(); ++i)
    std::copy(by_atom[i].begin(), by_atom[i].end(),
              gradient.begin() + static_cast<std::ptrdiff_t>(6 * i));
}

void Form::status_of_b(FormStatus& status) const {
  double sum = 0;
  long n = 0;
  status.b_mean = status.b_max = 0;
  status.b_min = std::numeric_limits<double>::infinity();
  status.at_b_limit.clear();
  for (std::size_t i = 0; i < atoms_.size(); ++i) {
    if (atoms_.is_hydrogen(i)) continue;
    const double b = atoms_.b[i];
    sum += b;
    ++n;
    status.b_min = std::min(status.b_min, b);
    status.b_max = std::max(status.b_max, b);
    // Tensors come near their limits and never reach them.
    const double near = atoms_.is_anisotropic(i) ? 0.1 : 1e-9;
    if (smallest_principal_b(atoms_, i) <= options_.b_factors.minimal + near ||
        b >= options_.b_factors.maximal - near)
      status.at_b_limit.push_back(static_cast<int>(i));
  }
  if (n > 0) status.b_mean = sum / static_cast<double>(n);
}

FormMaps Form::maps() {
  refresh_model();
  const parallel::Partition& parts = engine_.ownership();
  const auto whole = [&]<class T>(const std::vector<T>& mine) {
    std::vector<T> all(reflections_.size());
    team_.all_gather(std::span<const T>(mine), std::span<T>(all), parts);
    return all;
  };
  FormMaps maps;
  maps.f_calc = whole(f_calc_);
  maps.f_model = whole(f_model_);
  if (!targets_.errors()) return maps;
  const targets::MapCoefficients shown =
      targets::map_coefficients(share_, *targets_.errors(), f_model_);
  maps.two_mfo_dfc = whole(shown.two_mfo_dfc);
  maps.mfo_dfc = whole(shown.mfo_dfc);
  maps.fom = whole(shown.fom);
  return maps;
}

double Form::bytes_exchanged() const {
  return static_cast<double>(engine_.report().bytes_exchanged);
}

}  // namespace polyform::refine
