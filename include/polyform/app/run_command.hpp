// SPDX-License-Identifier: MPL-2.0
// The program: a command line, on every rank, to an exit code.
#pragma once

#include <string>
#include <vector>

#include "polyform/parallel/session.hpp"

namespace polyform::app {

/// Runs one command; arguments without the program's name, the same on every rank. Errors that all
/// ranks agree on are printed once, by rank 0; any other ends the whole job. Collective over the
/// session's world.
int run_command(const parallel::Session& session, const std::vector<std::string>& arguments);

}  // namespace polyform::app
