// SPDX-License-Identifier: MPL-2.0
// main: the session and the command.
#include <array>
#include <csignal>

#include "polyform/app/run_command.hpp"

int main(int argc, char** argv) {
  const polyform::parallel::Session session(argc, argv);
  // MPI's own handlers print a backtrace, and can hang where memory is in disorder.
  for (const int signal : std::array{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal, SIG_DFL);
  return polyform::app::run_command(session, {argv + 1, argv + argc});
}
