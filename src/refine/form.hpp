// SPDX-License-Identifier: MPL-2.0
// One crystal form at work on one rank of its team: F_calc, solvent, scales, target, chemistry.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "polyform/refine/ensemble.hpp"
#include "refine/form_targets.hpp"
#include "refine/map_targets.hpp"
#include "refine/values.hpp"

namespace polyform::refine {

/// Gradients of one form by one kind of parameter, this rank's part.
struct PartialGradient {
  std::span<double> chemistry;  ///< or of the B restraints
  std::span<double> target;     ///< of T, unweighted
};

/// This rank's part of a form's terms, and of the sums that make R.
struct PartialTerms {
  FormTerms terms;
  double r_numerator = 0, r_denominator = 0;
};

/// Members are collective over the team unless said otherwise.
class Form {
 public:
  Form(const FormInput& input, const RefineOptions& options, const parallel::Communicator& team);

  Form(const Form&) = delete;  // its parts refer to each other
  Form& operator=(const Form&) = delete;

  /// Not collective.
  void set_hydrogens(const restraints::RidingHydrogens& hydrogens);
  void set_tensors(const std::vector<kernels::Sym3>& u_aniso);
  crystal::Atoms& atoms() { return atoms_; }

  /// Solvent, scales, errors and curvatures for the atoms as they are. Where these are still those
  /// of the last renewal they stay, and only the overall B moves.
  FormStatus renew(OverallB overall_b);
  /// F_model and, of it, the maps of MAP and DIFF, with scales and errors as they are.
  void renew_maps();
  /// Changes all B, within their limits, by what a Wilson-type comparison says; returns it [A^2].
  double shift_overall_b();
  PartialTerms evaluate(Parameters which, PartialGradient gradient);
  /// Complete on every rank of the team.
  FormMaps maps();
  double bytes_exchanged() const;  ///< by this rank since the start

 private:
  FormStatus renew_rest();
  void place_scatterers();
  void fit_scales();
  void renew_targets(const targets::ShellAgreement& overall);
  void calculate_f();    // F_calc of the atoms as they are and the hydrogens that ride on them
  void refresh_model();  // F_calc, F_model of the atoms as they are
  void refresh_model_of_pulled();
  double move_overall_b_into_atoms();
  void add_b_to_all(double shift);
  void sum_differences(PartialTerms& part) const;
  void score_in_maps(PartialGradient gradient, PartialTerms& part);
  void score_reflections(Parameters which, PartialGradient gradient, PartialTerms& part);
  void slope_of_target(Parameters which, PartialTerms& part);
  void add_restraints(Parameters which, std::span<double> gradient, PartialTerms& part);
  void restrain_tensors(std::span<double> gradient, PartialTerms& part);
  void status_of_b(FormStatus& status) const;

  const RefineOptions& options_;
  crystal::Crystal crystal_;
  crystal::Reflections reflections_;
  crystal::Atoms atoms_;
  bool refine_u_;
  restraints::RidingHydrogens hydrogens_;
  crystal::Atoms scatterers_;  // atoms_, then the hydrogens
  parallel::Communicator team_;
  density::StructureFactors engine_;
  std::optional<density::SolventMask> mask_;
  targets::Share share_;
  targets::Scaling scaling_;
  restraints::Chemistry chemistry_;
  std::vector<std::uint8_t> pulled_;  // by the data, one flag an atom; empty: all
  std::vector<Vec3> seen_at_;         // positions when all was last renewed
  struct Renewed {
    crystal::Atoms atoms;
    FormStatus status;
  };
  std::optional<Renewed> renewed_;  // last; nothing when hydrogens have changed since
  FormTargets targets_;
  MapTargets maps_;
  PartialTerms at_maps_;  // sums that make R, when the maps were made
  std::vector<Complex> f_calc_, f_mask_, f_model_, slope_;
  density::AtomGradient atom_gradient_;
};

/// The factors of chemistry.scales for a form's atoms; of several for an atom the last counts.
restraints::TermFactors term_factors(const FormInput& input,
                                     const restraints::ChemistryOptions& options);

}  // namespace polyform::refine
