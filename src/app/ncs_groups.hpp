// SPDX-License-Identifier: MPL-2.0
// NCS groups of a job in the models of its forms.
#pragma once

#include "app/read_forms.hpp"

namespace polyform::app {

/// Pairs the copies of every group of the job, or where it has none of chains that are alike within
/// a form (ncs.find), says in the log what was paired, and puts the groups
/// into forms.ncs. Throws InputError for what cannot be alike: a copy of no form or without atoms,
/// sequences too unlike, copies farther apart than ncs.largest_rms.
void read_ncs(const job::Job& job, Forms& forms, base::Log& log);

/// Every pair of atoms, a line each, with their distance when superposed.
std::string pair_listing(const Forms& forms);

}  // namespace polyform::app
