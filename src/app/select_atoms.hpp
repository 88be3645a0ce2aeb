// SPDX-License-Identifier: MPL-2.0
// The sets and selections of a job, found in its models.
#pragma once

#include <string>
#include <vector>

#include "app/read_forms.hpp"

namespace polyform::app {

/// Finds the atoms of every set and selection of the job in every form: fills forms.selected, and
/// `selected` of every input. Throws UsageError for one that has no atom in any form; only `none`
/// may. Not collective.
void select_atoms(const job::Job& job, Forms& forms);

/// A line for each set or selection and form: atoms, residues, first and last atom; "" without any.
std::string selection_table(const std::vector<SelectedAtoms>& selected,
                            const std::vector<run::FormSource>& sources);

}  // namespace polyform::app
