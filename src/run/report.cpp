// SPDX-License-Identifier: MPL-2.0
// report.html: summary.json in a page that shows it.
#include <string_view>

#include "polyform/run/outputs.hpp"
#include "run/report_template.hpp"

namespace polyform::run {
namespace {

// Within a script element only "<" could end it or begin another; in JSON it stands in strings
// alone.
std::string harmless(const std::string& json) {
  std::string text;
  for (char c : json)
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  return text;
}

}  // namespace

std::string report_page(const std::string& summary) {
  constexpr std::string_view mark = "@data@";
  std::string page = report_template;
  return page.replace(page.find(mark), mark.size(), harmless(summary));
}

}  // namespace polyform::run
