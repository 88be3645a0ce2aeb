// SPDX-License-Identifier: MPL-2.0
// A request to stop after the current step, made by a signal.
#pragma once

namespace polyform::run {

/// From now on SIGTERM, SIGUSR1 and SIGINT ask for a stop instead of ending the process; the second
/// signal of a kind ends it as usual.
void listen_for_stop();

/// Whether a stop was asked for.
bool stop_asked();

}  // namespace polyform::run
