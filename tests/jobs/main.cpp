// SPDX-License-Identifier: MPL-2.0
// Main of the job tests, which start the program and are no MPI program themselves.
#define CATCH_CONFIG_RUNNER
#include <filesystem>

#include "jobs/program.hpp"
#include "support/catch.hpp"

int main(int argc, char** argv) {
  const int result = Catch::Session().run(argc, argv);
  std::filesystem::remove_all(polyform::test::scratch());
  return result;
}
