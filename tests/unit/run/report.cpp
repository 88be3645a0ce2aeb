// SPDX-License-Identifier: MPL-2.0
// report.html carries the whole of summary.json, whatever names the user gave.
#include <nlohmann/json.hpp>

#include "polyform/run/outputs.hpp"
#include "support/catch.hpp"

using namespace polyform;
using nlohmann::json;

namespace {

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

json data_of(const std::string& page) {
  const std::string opening = R"(<script type="application/json" id="data">)";
  const std::size_t begin = page.find(opening) + opening.size();
  return json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

}  // namespace

TEST_CASE("the report has the summary inside and needs no other file") {
  const json summary = {{"status", "finished"}, {"forms", {{{"name", "1cbs"}, {"r", 0.1923}}}}};
  const std::string page = run::report_page(summary.dump(2));
  CHECK(data_of(page) == summary);
  CHECK(count(page, "src=") == 0);
  CHECK(count(page, "http") == 0);
}

TEST_CASE("a name in the report cannot become a part of the page") {
  const json plain = {{"warnings", {"as usual"}}};
  const json summary = {
      {"warnings", {"</script><script>alert(1)</script><!-- \"@data@\" \\u003c"}}};
  const std::string page = run::report_page(summary.dump());
  CHECK(count(page, "<") == count(run::report_page(plain.dump()), "<"));
  CHECK(data_of(page) == summary);
}
