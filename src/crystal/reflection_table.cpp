// SPDX-License-Identifier: MPL-2.0
// Looking up columns of a reflection table.
#include "crystal/reflection_table.hpp"

namespace polyform::crystal {

int ReflectionTable::find(const std::string& label) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].label == label) return static_cast<int>(i);
  return -1;
}

std::string ReflectionTable::described() const {
  std::string text;
  for (const TableColumn& column : columns)
    text += (text.empty() ? "" : ", ") + column.label + " (" + column.type + ")";
  return text.empty() ? "none" : text;
}

}  // namespace polyform::crystal
