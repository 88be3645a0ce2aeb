// SPDX-License-Identifier: MPL-2.0
// What every rank does when the coordinator calls: the teams' forms, and the sums over all ranks.
#pragma once

#include "refine/form.hpp"

namespace polyform::refine {

struct Ensemble::Impl {
  Impl(parallel::Communicator everyone, std::vector<FormInput> all, const RefineOptions& given);

  const parallel::Communicator& world() const { return teams.world; }

  // Not collective.
  std::size_t n_values(Parameters which) const { return first_value(inputs.size(), which); }
  std::vector<double> values(Parameters which) const;
  void set_values(Parameters which, std::span<const double> x);
  /// The part of one form in a row of values of all forms.
  template <class T>
  std::span<T> slice(std::span<T> x, std::size_t form, Parameters which) const {
    return x.subspan(first_value(form, which), count_values(inputs[form].atoms, which));
  }

  // Collective over world. Arguments count on the coordinator, which alone gets the results.
  void set_hydrogens(std::size_t form, restraints::RidingHydrogens hydrogens);
  void set_tensors(std::size_t form, std::vector<kernels::Sym3> u_aniso);
  std::vector<FormStatus> renew(OverallB overall_b);
  void renew_maps();
  std::vector<double> shift_overall_b();
  Evaluation evaluate(Parameters which, Parts parts, std::vector<double> weights,
                      std::vector<double> x, std::vector<double> on_b);
  std::vector<std::vector<TrialOutcome>> try_weights(int cycle);
  FormMaps maps(std::size_t form);
  std::vector<RankReport> rank_reports();
  parallel::TrafficReport take_traffic();

  const RefineOptions options;
  const std::vector<double> cost;  ///< of an evaluation of each form, in one unit
  parallel::Teams teams;
  std::vector<FormInput> inputs;  ///< whole on the coordinator; elsewhere atoms, weight and name
  std::vector<std::unique_ptr<Form>> served;           ///< in the order of teams.served
  std::vector<crystal::Crystal> crystals;              ///< coordinator: of every form
  std::vector<restraints::Chemistry> whole_chemistry;  ///< likewise
  std::vector<restraints::NcsRestraint> ncs;           ///< likewise
  std::vector<std::vector<Vec3>> given_at;             ///< likewise: positions as given [A]
  std::vector<std::vector<Vec3>> renewed_at;           ///< and when all was last renewed

 private:
  std::size_t form_served(std::size_t k) const { return static_cast<std::size_t>(teams.served[k]); }
  void receive(std::vector<FormInput> all);
  double load_of(int rank) const;
  bool leads(std::size_t k) const { return teams.form[k].is_root(); }
  int leader(std::size_t form) const { return teams.plan[form].first; }
  std::size_t first_value(std::size_t form, Parameters which) const;
  void spread(Parameters which, std::vector<double>& x);
  void spread_atoms();
  void spread_b_of_teams();
  template <class T>
  std::vector<T> collect(std::vector<T>& found) const;
};

}  // namespace polyform::refine
