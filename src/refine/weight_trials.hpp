// SPDX-License-Identifier: MPL-2.0
// The weight of the data chosen by trial, on groups of ranks side by side.
#pragma once

#include <vector>

#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// One form as a trial starts from it.
struct TrialForm {
  FormInput input;        ///< as given, with B, occupancies and hydrogens of now
  std::vector<Vec3> xyz;  ///< [A] positions of now (those of `input` are what atoms are held to)
  void travel(parallel::Packet& p) { p(input)(xyz); }
};

/// Takes some work reflections out of the work set: they become unobserved, without an amplitude.
/// Which ones depends on seed, cycle and index alone: the same for all trials, on any number of
/// ranks, and in isomorphous forms. Returns their places. Not collective.
std::vector<std::size_t> set_aside(crystal::Reflections& reflections, double per_cent, int seed,
                                   int cycle);

/// Which groups of ranks there are for trials, and what each has to do: rank r is in group
/// r n / size of n, and trial t belongs to group t modulo n.
struct TrialGroups {
  int n_ranks, n_trials;
  int count() const { return n_ranks < n_trials ? n_ranks : n_trials; }
  int of_rank(int rank) const { return rank * count() / n_ranks; }
  int of_trial(int trial) const { return trial % count(); }
  /// The lowest rank of a group.
  int leader(int group) const { return (group * n_ranks + count() - 1) / count(); }
};

/// Minimises positions from the same state with each factor of options.positions.trials on the
/// natural weights, every group of ranks its trials one after another. forms, ncs: the
/// coordinator's.
/// Returns outcomes[trial][form] on the coordinator. A trial that fails fails on every rank.
/// Collective over world.
std::vector<std::vector<TrialOutcome>> run_trials(const parallel::Communicator& world,
                                                  std::vector<TrialForm> forms,
                                                  std::vector<restraints::NcsGroup> ncs,
                                                  const RefineOptions& options, int cycle);

/// The factor to use, by its place among the trials of a form: of those that are not strained and
/// whose reflections set aside are as likely as with the best one, within one standard error of the
/// difference, the nearest to the natural weight.
std::size_t choose_trial(const std::vector<TriedForm>& tried, const std::vector<double>& factors);

/// Runs the trials and chooses for each form. Throws InputError where no weight is to be tried, the
/// weight is given as well, or a form has too few reflections to set aside. Coordinator only.
TrialRecord try_weights(Ensemble& ensemble, const RefineOptions& options, int cycle);

}  // namespace polyform::refine
