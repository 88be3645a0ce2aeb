// SPDX-License-Identifier: MPL-2.0
// Line by line through a PDB file.
#include "crystal/pdb_text.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "crystal/listing.hpp"
#include "crystal/pdb_dialects.hpp"
#include "crystal/pdb_lines.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;

bool is_end(std::string_view line) { return is_record(line, "END") && is_blank(line.substr(3)); }

struct Field {
  const char* name;
  std::size_t begin, width;
};
constexpr std::array<Field, 3> coordinates = {{{"x", 30, 8}, {"y", 38, 8}, {"z", 46, 8}}};
constexpr Field occupancy = {"occupancy", 54, 6};
constexpr Field b_factor = {"B", 60, 6};

void check_number(std::string_view line, const Field& field, const PdbLine& place,
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
  text = with_chains_of_segments(without_line_numbers(std::move(text), name, log), name, log);
  std::size_t no_occupancy = 0, no_b = 0, previous_length = 0, after_end = 0;
  bool ended = false;
  for_each_line(text, [&](const PdbLine& place) {
    const std::string_view line = place.in(text);
    if (is_end(line)) ended = true;
    if (!is_atom_record(line)) return;
    after_end += ended ? 1 : 0;
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
  if (after_end)
    log.warning(name + ": " + counted(after_end, "atom") +
                " after the END record, not read; remove that END if they belong to the model");
  return text;
}

std::vector<std::string> records_beside_gemmi(const std::string& text) {
  constexpr std::array<std::string_view, 17> kept = {
      "OBSLTE", "SPLIT ", "CAVEAT", "COMPND", "SOURCE", "AUTHOR", "REVDAT", "SPRSDE", "JRNL  ",
      "SEQADV", "MODRES", "HET   ", "HETNAM", "HETSYN", "FORMUL", "SITE  ", "CONECT"};
  std::vector<std::string> records;
  for_each_line(text, [&](const PdbLine& place) {
    const std::string_view line = place.in(text);
    for (const std::string_view record : kept)
      if (is_record(line, record)) records.emplace_back(line);
  });
  return records;
}

bool has_atom_records(const std::string& text) {
  bool found = false;
  for_each_line(text,
                [&](const PdbLine& place) { found = found || is_atom_record(place.in(text)); });
  return found;
}

}  // namespace polyform::crystal
