// SPDX-License-Identifier: MPL-2.0
// Test sets of forms that know of each other.
#pragma once

#include "app/read_forms.hpp"

namespace polyform::app {

/// Isomorphous forms that an NCS group ties must have the same test set: what one is refined
/// against would reach the other's test reflections. Throws InputError with the count of those that
/// contradict each other, unless the job says that its free_sets are independent, which is a
/// warning.
void check_free_sets(const job::Job& job, const Forms& forms, base::Log& log);

}  // namespace polyform::app
