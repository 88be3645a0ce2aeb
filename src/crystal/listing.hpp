// SPDX-License-Identifier: MPL-2.0
// Names in a message: the first few of them, and how many more there are.
#pragma once

#include <string>
#include <vector>

namespace polyform::crystal {

inline std::string listed(const std::vector<std::string>& names, std::size_t most = 5) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < most; ++i) text += (i ? ", " : "") + names[i];
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

/// "1 atom", "2 atoms".
inline std::string counted(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

}  // namespace polyform::crystal
