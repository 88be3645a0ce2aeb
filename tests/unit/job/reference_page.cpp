// SPDX-License-Identifier: MPL-2.0
// The reference page of options is the one the program prints.
#include <fstream>
#include <sstream>

#include "polyform/job/write_job.hpp"
#include "support/catch.hpp"

using namespace polyform;

TEST_CASE(
    "docs/reference/options.md is up to date (else: build/polyform options > "
    "docs/reference/options.md)") {
  std::ifstream page(POLYFORM_SOURCE_DIR "/docs/reference/options.md");
  std::ostringstream text;
  text << page.rdbuf();
  CHECK(text.str() == job::reference_page());
}

TEST_CASE("every option has a sentence on the reference page") {
  const std::string page = job::reference_page();
  job::Job job;
  job.forms.emplace_back();
  for (const job::NamedValue& option : job::values_of(job)) {
    const std::size_t row = page.find("| `" + option.option + "` |");
    REQUIRE(row != std::string::npos);
    const std::string line = page.substr(row, page.find('\n', row) - row);
    CHECK(line.find("|  |\n") == std::string::npos);
    CHECK(line.size() - line.rfind("| ", line.size() - 3) > 10);
  }
}
