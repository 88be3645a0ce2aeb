// SPDX-License-Identifier: MPL-2.0
// main: the session and the command.
#include "polyform/app/run_command.hpp"

int main(int argc, char** argv) {
  const polyform::parallel::Session session(argc, argv);
  return polyform::app::run_command(session, {argv + 1, argv + argc});
}
