// SPDX-License-Identifier: MPL-2.0
// Signals to a flag.
#include "polyform/run/stop_request.hpp"

#include <array>
#include <csignal>

namespace polyform::run {
namespace {

volatile std::sig_atomic_t asked = 0;
void ask(int) { asked = 1; }

}  // namespace

void listen_for_stop() {
  struct sigaction action = {};
  action.sa_handler = ask;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (int signal : std::array{SIGTERM, SIGUSR1, SIGINT}) sigaction(signal, &action, nullptr);
}

bool stop_asked() { return asked != 0; }

}  // namespace polyform::run
