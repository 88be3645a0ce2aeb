// SPDX-License-Identifier: MPL-2.0
// The commands. Each is collective over world and throws AgreedError when it fails.
#pragma once

#include "app/command_line.hpp"
#include "polyform/parallel/communicator.hpp"

namespace polyform::app {

/// Refines and writes the run directory.
void refine(const parallel::Communicator& world, const Request& request);

/// Reads everything and prints what was decided and how the models stand, to standard output; with
/// an output directory, into it as well.
void check(const parallel::Communicator& world, const Request& request);

/// Writes the job file of models and data: forms, NCS groups found by sequence, test sets, every
/// option.
void config(const parallel::Communicator& world, const Request& request);

/// Times the parts of an evaluation and prints one JSON object.
void bench(const parallel::Communicator& world, const Request& request);

/// Makes a crystal form of a model: amplitudes with errors, free flags, the true model and one to
/// start from, into a fresh directory.
void simulate(const parallel::Communicator& world, const Request& request);

}  // namespace polyform::app
