// SPDX-License-Identifier: MPL-2.0
// Lines of a PDB file in place.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace polyform::crystal {

/// A line without its end; [begin, end) in the text.
struct PdbLine {
  std::size_t begin, end;
  int number;       ///< from 1
  bool terminated;  ///< false for a last line without an end

  std::string_view in(const std::string& text) const {
    return std::string_view(text).substr(begin, end - begin);
  }
};

/// visit may change characters of the text, not its length.
template <class Visit>
void for_each_line(const std::string& text, Visit visit) {
  std::size_t begin = 0;
  for (int number = 1; begin < text.size(); ++number) {
    const std::size_t newline = text.find('\n', begin);
    const bool terminated = newline != std::string::npos;
    std::size_t end = terminated ? newline : text.size();
    const std::size_t next = end + 1;
    if (end > begin && text[end - 1] == '\r') --end;
    visit(PdbLine{begin, end, number, terminated});
    begin = next;
  }
}

/// Whether the line starts with the record's name, in capitals or small letters.
inline bool is_record(std::string_view line, std::string_view record) {
  return line.size() >= record.size() &&
         std::equal(record.begin(), record.end(), line.begin(), [](char r, char l) {
           return r == (l >= 'a' && l <= 'z' ? static_cast<char>(l - 32) : l);
         });
}

inline bool is_atom_record(std::string_view line) {
  return is_record(line, "ATOM  ") || is_record(line, "HETATM");
}

inline bool is_blank(std::string_view field) {
  return field.find_first_not_of(' ') == std::string_view::npos;
}

}  // namespace polyform::crystal
