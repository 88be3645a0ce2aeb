// SPDX-License-Identifier: MPL-2.0
// Making bad files from good ones.
#include "jobs/inputs.hpp"

#include <gemmi/mtz.hpp>
#include <sstream>

#include "polyform/crystal/model.hpp"
#include "polyform/crystal/write_files.hpp"

namespace polyform::test {

const std::string& pdb_text() {
  static const std::string text = [] {
    base::Log silent;
    const crystal::Model model = crystal::read_model(example_model, {}, silent);
    const fs::path path = scratch() / "1cbs.pdb";
    crystal::write_pdb(model, crystal::crystal_of(model), {}, path);
    return content(path);
  }();
  return text;
}

std::string pdb_with(std::size_t column, const std::string& text) {
  std::string lines = pdb_text();
  const std::size_t atom = lines.find("\nATOM  ") + 1;
  return lines.replace(atom + column, text.size(), text);
}

std::string pdb_without(const std::string& record) {
  std::istringstream lines(pdb_text());
  std::string kept;
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with(record)) kept += line + "\n";
  return kept;
}

void write_mtz(const fs::path& path, const std::function<void(gemmi::Mtz&)>& bend) {
  gemmi::Mtz mtz = gemmi::read_mtz_file(example_data);
  bend(mtz);
  mtz.write_to_file(path);
}

}  // namespace polyform::test
