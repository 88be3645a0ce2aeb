// SPDX-License-Identifier: MPL-2.0
// From a job to crystal forms ready for refinement: models, data and restraints read and checked.
#pragma once

#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/crystal/pair_copies.hpp"
#include "polyform/crystal/selection.hpp"
#include "polyform/job/job.hpp"
#include "polyform/refine/form_input.hpp"
#include "polyform/restraints/ncs.hpp"
#include "polyform/run/outputs.hpp"

namespace polyform::app {

/// A named set of the job, or the selection of one of its options, and what it means.
struct SelectedAtoms {
  std::string name;                       ///< "set loop", or "positions.active"
  std::string text;                       ///< the expression
  std::vector<crystal::AtomFlags> forms;  ///< one a form
};

/// An NCS group of the job in the models.
struct NcsPart {
  restraints::NcsGroup group;      ///< atoms counted through all forms
  crystal::Pairing pairing;        ///< atoms counted in the models
  std::vector<std::size_t> forms;  ///< of each copy
};

struct Forms {
  std::vector<run::FormSource> sources;
  std::vector<refine::FormInput> inputs;
  std::vector<crystal::Dictionary> dictionaries;  ///< one a form
  std::vector<SelectedAtoms> selected;            ///< sets in their order, then options
  std::vector<NcsPart> ncs;
  std::vector<std::string> objections;  ///< why refinement would be refused, where that was allowed
};

/// What becomes of forms without the test set that their target needs.
enum class WithoutTestSet { refused, noted };

/// Reads every form of the job, says in the log what was decided, and refuses what the target
/// cannot use, or notes it in `objections`. Throws InputError. Not collective.
Forms read_forms(const job::Job& job, base::Log& log,
                 WithoutTestSet without = WithoutTestSet::refused);

}  // namespace polyform::app
