// SPDX-License-Identifier: MPL-2.0
// The forms of a run on their ranks: the coordinator calls, every rank works.
#pragma once

#include <complex>
#include <memory>
#include <span>
#include <vector>

#include "polyform/base/error.hpp"
#include "polyform/crystal/crystal.hpp"
#include "polyform/parallel/teams.hpp"
#include "polyform/parallel/traffic.hpp"
#include "polyform/refine/form_input.hpp"
#include "polyform/refine/journal.hpp"
#include "polyform/refine/options.hpp"
#include "polyform/restraints/energies.hpp"
#include "polyform/restraints/ncs.hpp"

namespace polyform::refine {

using kernels::Vec3;

/// What is refined in a minimisation.
enum class Parameters : int {
  positions,
  b_factors,
  occupancies,
  u_aniso,          ///< six entries of U an atom; isotropic atoms have U = u I
  positions_and_b,  ///< of each form all positions, then all B: one evaluation serves both
  positions_and_u,  ///< likewise all positions, then all U
};

/// What becomes of the isotropic part of the overall B when scales are renewed.
enum class OverallB : int { kept_in_scale, into_atoms };

/// Which gradients an evaluation returns.
enum class Parts : int {
  sum,       ///< of the weighted sum
  separate,  ///< chemistry (or B restraints) and T, unweighted, each for itself
};

struct Evaluation {
  std::vector<FormTerms> forms;
  std::vector<double> gradient;   ///< sum; or chemistry where separate
  std::vector<double> of_target;  ///< T's own where separate; empty otherwise
};

/// Reflections and coefficients of one form on the coordinator, in the order of the reflections.
struct FormMaps {
  std::vector<std::complex<double>> f_calc;   ///< of the atoms alone, as in F_model before scaling
  std::vector<std::complex<double>> f_model;  ///< scaled, with solvent: FC_ALL
  std::vector<std::complex<double>> two_mfo_dfc, mfo_dfc;
  std::vector<double> fom;
};

/// What a minimisation of positions that was tried made of one form.
struct TrialOutcome {
  std::vector<double> held_out;    ///< -ln p of each work reflection that was set aside
  double r_work = 0;               ///< of the others
  double z_bond = 0, z_angle = 0;  ///< r.m.s.
  void travel(parallel::Packet& p) { p(held_out)(r_work)(z_bond)(z_angle); }
};

struct RankReport {
  double load = 0;      ///< work expected of this rank, over the mean of all
  double peak_mib = 0;  ///< memory
  double bytes_exchanged = 0;
};

/// World rank 0 is the coordinator: it alone calls the members below serve(); all other ranks are
/// inside serve() and take part. A step that fails fails on every rank with one message.
class Ensemble {
 public:
  /// Collective over world; inputs are the coordinator's (ignored elsewhere).
  Ensemble(parallel::Communicator world, std::vector<FormInput> inputs,
           const RefineOptions& options);
  ~Ensemble();

  /// Answers the coordinator's calls until finish() (returns) or fail() (throws). Not on rank 0.
  void serve();

  std::size_t n_forms() const;
  const std::string& name(std::size_t form) const;
  /// The form as given, with its atoms as they are now; its lists are restraint_lists().
  const FormInput& input(std::size_t form) const;
  const crystal::Crystal& crystal(std::size_t form) const;
  const crystal::Reflections& reflections(std::size_t form) const;
  const std::vector<parallel::TeamPlan>& plan() const;
  int n_ranks() const;

  /// The atoms of a form; changing them here changes them everywhere at the next call.
  crystal::Atoms& atoms(std::size_t form);
  const crystal::Atoms& atoms(std::size_t form) const;
  /// Free parameters of one kind, all forms one after another, and back into the atoms.
  std::vector<double> values(Parameters which) const;
  void set_values(Parameters which, std::span<const double> x);
  std::size_t n_values(Parameters which) const;

  /// Hydrogens that ride on a form's atoms from now on.
  void set_hydrogens(std::size_t form, const restraints::RidingHydrogens& hydrogens);

  /// The tensors of a form's atoms from now on [A^2], one an atom, zero for isotropic ones; empty:
  /// all atoms isotropic. B stays as it is: the caller sees to it that it is that of the tensors.
  void set_tensors(std::size_t form, const std::vector<kernels::Sym3>& u_aniso);

  /// Groups of copies that minimisations hold alike from now on; their atoms are counted through
  /// all forms. Not collective, as is all that is about them.
  void set_ncs(std::vector<restraints::NcsGroup> groups);
  const std::vector<restraints::NcsRestraint>& ncs() const;
  /// Superposes the copies as they are, and weighs them by what data of these weights w know.
  void settle_ncs(const std::vector<FormStatus>& status, std::span<const double> weights);
  /// Their energy at `values`, which belongs to no form; the gradient is ADDED. on_b: factor on
  /// what holds B alike.
  double ncs_energy(Parameters which, std::span<const double> values, std::span<double> gradient,
                    double on_b = 1) const;

  /// Mask, solvent, scales, errors, target: all made anew from the atoms, whose B may change by the
  /// isotropic part of the overall B. Returns where each form stands.
  std::vector<FormStatus> renew(OverallB overall_b);

  /// Makes the maps of MAP and DIFF anew from the atoms; scales and errors stay.
  void renew_maps();
  /// One step of the overall B of every form: a Wilson-type comparison of F_obs and F_calc by shell
  /// tells by how much all B are to change, and they do, within their limits. Returns the changes
  /// [A^2]. After renew().
  std::vector<double> shift_overall_b();

  /// Value and gradient at x. weights: w of each form. on_b: factor on each form's restraints on B
  /// (none: 1).
  Evaluation evaluate(Parameters which, Parts parts, std::span<const double> weights,
                      std::span<const double> x, std::span<const double> on_b = {});
  /// Minimises positions from here with each weight of positions.trials, on groups of ranks,
  /// without some of the work reflections; cycle says which. The atoms stay. Returns
  /// outcomes[trial][form].
  std::vector<std::vector<TrialOutcome>> try_weights(int cycle);
  /// Chemistry of all forms at positions x, by this rank alone (no data): for reference states.
  double chemistry(std::span<const double> x, std::span<double> gradient);
  /// The Hessian of a form's chemistry at its positions xyz (restraints::Chemistry::curvature).
  /// Contacts are those that chemistry() has listed last. Coordinator only, not collective.
  void chemistry_curvature(std::size_t form, std::span<const Vec3> xyz,
                           const restraints::Chemistry::AddBlock& add) const;
  /// The Hessian of the restraints on a form's U and B, by values of Parameters::u_aniso
  /// (restraints::tensor_curvature). Coordinator only, not collective.
  void tensor_curvature(std::size_t form, const restraints::AddTensorBlock& add) const;
  /// Reflections of the work set of a form.
  std::size_t n_work(std::size_t form) const;

  /// Coefficients of one form, with error estimates of now.
  FormMaps maps(std::size_t form);
  const restraints::Lists& restraint_lists(std::size_t form) const;
  restraints::GeometryReport geometry(std::size_t form) const;
  std::vector<restraints::Outlier> outliers(std::size_t form, std::size_t n,
                                            double beyond = 0) const;
  std::vector<RankReport> rank_reports();
  /// What all ranks have computed and sent since the last call, by phase.
  parallel::TrafficReport take_traffic();

  /// Sends the other ranks home; fail() makes them throw the same error.
  void finish();
  void fail(const std::string& message, base::ExitCode code);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace polyform::refine
