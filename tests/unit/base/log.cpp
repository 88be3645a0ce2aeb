// SPDX-License-Identifier: MPL-2.0
// The log of a run.
#include "polyform/base/log.hpp"

#include <fstream>
#include <sstream>

#include "polyform/base/error.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;

namespace {
std::string content(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}
}  // namespace

TEST_CASE("A log without a sink keeps its warnings and says nothing") {
  base::Log log;
  log.info("not heard");
  log.warning("kept");
  CHECK(log.warnings() == std::vector<std::string>{"kept"});
}

TEST_CASE("Lines reach the file at once and as they are") {
  const auto file = test::scratch() / "run.log";
  base::Log log;
  log.to_file(file);
  log.info("R-work {} 0.1576 %s 50 %");
  CHECK(content(file) == "R-work {} 0.1576 %s 50 %\n");
  log.warning("no sigma");
  CHECK(content(file) == "R-work {} 0.1576 %s 50 %\nwarning: no sigma\n");
  base::Log moved = std::move(log);
  moved.info("after a move");
  CHECK(content(file).ends_with("after a move\n"));
  CHECK(moved.warnings().size() == 1);
}

TEST_CASE("A log that cannot be opened is an output error that names it") {
  const auto file = test::scratch() / "plain";
  std::ofstream(file) << "x";
  base::Log log;
  try {
    log.to_file(file / "run.log");
    FAIL("it was opened");
  } catch (const base::OutputError& error) {
    CHECK(std::string(error.what()).find((file / "run.log").string()) != std::string::npos);
  }
  log.info("still works");
}
