// SPDX-License-Identifier: MPL-2.0
// The errors of one form and its targets: one for each kind of parameter.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "polyform/density/structure_factors.hpp"
#include "polyform/refine/ensemble.hpp"
#include "polyform/refine/options.hpp"
#include "polyform/restraints/energies.hpp"
#include "polyform/restraints/riding.hpp"

namespace polyform::refine {

using density::Complex;

/// A form as its targets are made from it.
struct ModelNow {
  density::StructureFactors& engine;
  const crystal::Atoms& atoms;
  const restraints::RidingHydrogens& hydrogens;
  const restraints::Chemistry& chemistry;
  const targets::Scaling& scaling;
  std::span<const Complex> f_mask, f_model;  ///< at the owned reflections
  const targets::ShellAgreement& agreement;  ///< of F_model with all data
  bool refine_u;                             ///< as FormInput::refine_u
};

/// Targets of reciprocal space by their names in the options. Errors are estimated once for each
/// source that the targets need: the test set (ML, ML_APR where it is large enough; also for maps
/// beside LSQ where there is a test set), missing atoms (ML_EST), kicked models (ML_FK, ML and
/// ML_APR with a small test set).
class FormTargets {
 public:
  /// References must outlive this.
  FormTargets(const RefineOptions& options, const targets::Share& share);

  /// Makes errors and targets anew; they hold until the next call. Throws InputError for ML, ML_EST
  /// and ML_APR without a test set. Collective over team.
  void renew(const ModelNow& model);

  /// After renew().
  const targets::Target& of(Parameters which) const { return *made_.at(name(which)); }
  /// Of the target for positions: what maps are weighted with. Null where there are none.
  const targets::ErrorModel* errors() const;
  /// Says in `status` what errors were found.
  void describe(FormStatus& status) const;

 private:
  enum class Source { test_set, missing_atoms, free_kick, none };
  Source source(const std::string& target) const;
  bool has_test_set() const;
  /// Of the target of reciprocal space: beside a map, that for B values.
  std::string name(Parameters which) const;
  const targets::ErrorModel& errors_for(const std::string& target, const ModelNow& model);
  double shift_of_overfitting(const ModelNow& model) const;
  targets::ErrorModel from_missing_atoms(const ModelNow& model);
  targets::ErrorModel from_kicked_models(const ModelNow& model);
  std::unique_ptr<targets::Target> make(const std::string& target, const ModelNow& model);

  const RefineOptions& options_;
  const targets::Share& share_;
  std::map<Source, targets::ErrorModel> errors_;
  std::map<std::string, std::unique_ptr<targets::Target>> made_;  // by name
  double coordinate_error_ = 0, largest_shift_ = 0;               // [A] as last used
};

}  // namespace polyform::refine
