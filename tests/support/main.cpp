// SPDX-License-Identifier: MPL-2.0
// Main of every test program: an MPI session, agreement over ranks after each test case, and 77
// (skipped) when only [shared] tests are asked for and the shared data are absent.
#define CATCH_CONFIG_RUNNER
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "polyform/parallel/session.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

namespace polyform::test {
namespace {
parallel::Communicator* everyone = nullptr;
bool failed_elsewhere = false;

struct Agreement : Catch::TestEventListenerBase {
  using TestEventListenerBase::TestEventListenerBase;
  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    const bool here = !stats.totals.assertions.allOk();
    const bool anywhere = everyone->any(here);
    if (anywhere && !here) {
      failed_elsewhere = true;
      std::cerr << "'" << stats.testInfo.name << "' failed on another rank\n";
    }
  }
};
CATCH_REGISTER_LISTENER(Agreement)
}  // namespace

const parallel::Communicator& world() { return *everyone; }

std::filesystem::path shared() {
  if (const char* named = std::getenv("POLYFORM_SHARED")) return named;
  return std::filesystem::path(POLYFORM_SOURCE_DIR) / ".." / "shared";
}

std::filesystem::path shared_case(const std::string& name, const std::string& file) {
  return shared() / "data" / name / file;
}

std::filesystem::path scratch() {
  static const std::filesystem::path directory = [] {
    const long id = everyone->broadcast_value(static_cast<long>(getpid()));
    auto path = std::filesystem::temp_directory_path() / ("polyform-test-" + std::to_string(id));
    std::filesystem::create_directories(path);
    everyone->barrier();
    return path;
  }();
  return directory;
}

}  // namespace polyform::test

int main(int argc, char** argv) {
  using namespace polyform;
  parallel::Session session(argc, argv);
  parallel::Communicator world = session.world();
  test::everyone = &world;
  for (int i = 1; i < argc; ++i)
    if (std::string(argv[i]) == "[shared]" && !std::filesystem::is_directory(test::shared() / "data")) {
      if (world.is_root()) std::cout << "skipped: no shared data at " << test::shared() << "\n";
      return 77;
    }
  const int result = Catch::Session().run(argc, argv);
  world.barrier();
  if (world.is_root()) std::filesystem::remove_all(std::filesystem::temp_directory_path() /
                                                   ("polyform-test-" + std::to_string(getpid())));
  return result != 0 || test::failed_elsewhere ? 1 : 0;
}
