// SPDX-License-Identifier: MPL-2.0
// Line by line through a PDB file.
#include "crystal/pdb_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <string_view>

#include "crystal/listing.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;

// A line without its end; [begin, end) in the text.
struct Line {
  std::size_t begin, end;
  int number;
  bool terminated;
};

void for_each_line(const std::string& text, const std::function<void(const Line&)>& visit) {
  std::size_t begin = 0;
  for (int number = 1; begin < text.size(); ++number) {
    const std::size_t newline = text.find('\n', begin);
    const bool terminated = newline != std::string::npos;
    std::size_t end = terminated ? newline : text.size();
    const std::size_t next = end + 1;
    if (end > begin && text[end - 1] == '\r') --end;
    visit({begin, end, number, terminated});
    begin = next;
  }
}

bool starts_with(std::string_view line, std::string_view record) {
  return line.size() >= record.size() &&
         std::equal(record.begin(), record.end(), line.begin(), [](char r, char l) {
           return r == (l >= 'a' && l <= 'z' ? static_cast<char>(l - 32) : l);
         });
}

bool is_atom(std::string_view line) {
  return starts_with(line, "ATOM  ") || starts_with(line, "HETATM");
}

bool is_blank(std::string_view field) {
  return field.find_first_not_of(' ') == std::string_view::npos;
}

struct Field {
  const char* name;
  std::size_t begin, width;
};
constexpr std::array<Field, 3> coordinates = {{{"x", 30, 8}, {"y", 38, 8}, {"z", 46, 8}}};
constexpr Field occupancy = {"occupancy", 54, 6};
constexpr Field b_factor = {"B", 60, 6};

void check_number(std::string_view line, const Field& field, const Line& place,
                  const std::string& name) {
  const std::string value(line.substr(field.begin, field.width));
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  const bool whole = end != value.c_str() && is_blank(end);
  if (!whole || !std::isfinite(number))
    throw InputError(base::format(
        "%s:%d: %s '%s' of atom '%s' is not a number (columns %zu to %zu); "
        "correct or remove the atom",
        name.c_str(), place.number, field.name, value.c_str(),
        std::string(line.substr(12, 14)).c_str(), field.begin + 1, field.begin + field.width));
}

}  // namespace

std::string checked_pdb_text(std::string text, const std::string& name, base::Log& log) {
  std::size_t no_occupancy = 0, no_b = 0, previous_length = 0;
  for_each_line(text, [&](const Line& place) {
    const std::string_view line(text.data() + place.begin, place.end - place.begin);
    if (!is_atom(line)) return;
    const bool cut = !place.terminated && line.size() < 66 && previous_length > line.size();
    if (line.size() < 54 || cut)
      throw InputError(base::format(
          "%s:%d: the atom's line ends after %zu characters; the file is cut off or damaged",
          name.c_str(), place.number, line.size()));
    for (const Field& field : coordinates) check_number(line, field, place, name);
    // Missing at the line's end is gemmi's case; blank inside the line would be read as 0.
    const auto complete = [&](const Field& field, const char* value, std::size_t& count) {
      if (line.size() <= field.begin || is_blank(line.substr(field.begin, field.width))) {
        ++count;
        if (line.size() >= field.begin + field.width)
          text.replace(place.begin + field.begin, field.width, value);
      } else {
        check_number(line, field, place, name);
      }
    };
    complete(occupancy, "  1.00", no_occupancy);
    complete(b_factor, " 20.00", no_b);
    previous_length = line.size();
  });
  if (no_occupancy)
    log.warning(name + ": " + counted(no_occupancy, "atom") + " without an occupancy; 1 is taken");
  if (no_b) log.warning(name + ": " + counted(no_b, "atom") + " without a B; 20 A^2 is taken");
  return text;
}

std::vector<std::string> records_beside_gemmi(const std::string& text) {
  constexpr std::array<std::string_view, 17> kept = {
      "OBSLTE", "SPLIT ", "CAVEAT", "COMPND", "SOURCE", "AUTHOR", "REVDAT", "SPRSDE", "JRNL  ",
      "SEQADV", "MODRES", "HET   ", "HETNAM", "HETSYN", "FORMUL", "SITE  ", "CONECT"};
  std::vector<std::string> records;
  for_each_line(text, [&](const Line& place) {
    const std::string_view line(text.data() + place.begin, place.end - place.begin);
    for (const std::string_view record : kept)
      if (starts_with(line, record)) records.emplace_back(line);
  });
  return records;
}

bool has_atom_records(const std::string& text) {
  bool found = false;
  for_each_line(text, [&](const Line& place) {
    found = found || is_atom(std::string_view(text).substr(place.begin, place.end - place.begin));
  });
  return found;
}

}  // namespace polyform::crystal
