// SPDX-License-Identifier: MPL-2.0
// From a model file to a true structure in its crystal and a model to start from.
#pragma once

#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/job/job.hpp"
#include "polyform/simulate/placement.hpp"
#include "polyform/simulate/true_factors.hpp"

namespace polyform::app {

/// A crystal form to be simulated. The models differ in coordinates alone.
struct MadeForm {
  crystal::Crystal crystal;
  crystal::Model truth, start;
  restraints::RidingHydrogens true_hydrogens, start_hydrogens;  ///< none unless they ride
  std::vector<simulate::Motion> motions;  ///< of the copies; one without motion where none moved
  simulate::Contacts contacts;            ///< of the placed molecules nearer than simulate.contact
  double solvent_content = 0;             ///< from the mass of the molecule

  simulate::Sample true_sample() const;
  simulate::Sample start_sample() const;
};

/// Reads the model of the job's only form, places it and makes it true, as the options ask. Says in
/// the log what was decided. Throws UsageError and InputError. Not collective.
MadeForm make_form(const job::Job& job, base::Log& log);

}  // namespace polyform::app
