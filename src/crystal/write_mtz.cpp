// SPDX-License-Identifier: MPL-2.0
// Reflections and map coefficients as MTZ files.
#include <gemmi/mtz.hpp>

#include "polyform/base/atomic_file.hpp"
#include "polyform/base/error.hpp"
#include "polyform/crystal/write_files.hpp"

namespace polyform::crystal {
namespace {

gemmi::Mtz empty_mtz(const Crystal& crystal, double wavelength, const std::string& title) {
  gemmi::Mtz mtz;
  mtz.cell = crystal.cell;
  mtz.spacegroup = crystal.space_group;
  mtz.add_base();
  mtz.title = title.substr(0, 70);
  mtz.history = {"Written by Polyform"};
  mtz.sort_order = {{1, 2, 3, 0, 0}};
  gemmi::Mtz::Dataset& dataset = mtz.add_dataset("polyform");
  dataset.wavelength = wavelength;
  return mtz;
}

void check(const Reflections& reflections, const std::vector<Column>& columns) {
  for (const Column& column : columns) {
    if (column.value.size() != reflections.size())
      throw base::Error("MTZ column " + column.label + " has " +
                        std::to_string(column.value.size()) + " values for " +
                        std::to_string(reflections.size()) + " reflections");
    if (column.label.empty() || column.label.size() > 30)
      throw base::Error("MTZ column '" + column.label + "' needs a label of 1 to 30 characters");
  }
}

}  // namespace

void write_mtz(const Crystal& crystal, const Reflections& reflections, double wavelength,
               const std::vector<Column>& columns, const std::string& title,
               const std::filesystem::path& path) {
  check(reflections, columns);
  gemmi::Mtz mtz = empty_mtz(crystal, wavelength, title);
  for (const Column& column : columns) mtz.add_column(column.label, column.type, -1, -1, false);
  mtz.nreflections = static_cast<int>(reflections.size());
  mtz.data.reserve(reflections.size() * mtz.columns.size());
  for (std::size_t i = 0; i < reflections.size(); ++i) {
    for (const int index : reflections.hkl[i]) mtz.data.push_back(static_cast<float>(index));
    for (const Column& column : columns) mtz.data.push_back(static_cast<float>(column.value[i]));
  }
  std::string content;
  mtz.write_to_string(content);
  base::write_atomically(path, content);
}

}  // namespace polyform::crystal
