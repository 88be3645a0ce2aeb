// SPDX-License-Identifier: MPL-2.0
// Rewriting columns 21, 22 and 73 to 80.
#include "crystal/pdb_dialects.hpp"

#include <cctype>
#include <map>
#include <set>

#include "crystal/listing.hpp"
#include "crystal/pdb_lines.hpp"

namespace polyform::crystal {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// "1NSF2067", "1NSF  67": a digit stands last, and no element before it.
bool ends_in_line_number(std::string_view line) {
  return line.size() >= 80 && is_digit(line[79]) && is_digit(line[78]) && !is_letter(line[76]) &&
         !is_letter(line[77]);
}

std::string trimmed(std::string_view field) {
  const auto first = field.find_first_not_of(' '), last = field.find_last_not_of(' ');
  return first == std::string_view::npos ? "" : std::string(field.substr(first, last - first + 1));
}

// Where chains have names, or nothing has a segment, there is nothing to do.
std::vector<std::string> segments_without_chains(const std::string& text) {
  std::vector<std::string> segments;
  std::set<std::string> known;
  bool has_chains = false;
  for_each_line(text, [&](const PdbLine& place) {
    const std::string_view line = place.in(text);
    if (!is_atom_record(line) || line.size() < 54) return;
    has_chains = has_chains || !is_blank(line.substr(20, 2));
    const std::string segment = line.size() > 72 ? trimmed(line.substr(72, 4)) : "";
    if (!segment.empty() && known.insert(segment).second) segments.push_back(segment);
  });
  return has_chains ? std::vector<std::string>{} : segments;
}

std::map<std::string, std::string> chain_names(const std::vector<std::string>& segments) {
  const bool short_enough = std::all_of(segments.begin(), segments.end(),
                                        [](const std::string& s) { return s.size() <= 2; });
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string second(1, letters[i % letters.size()]);
    const std::string first =
        i < letters.size() ? ""
                           : std::string(1, letters[(i / letters.size() - 1) % letters.size()]);
    names[segments[i]] = short_enough ? segments[i] : first + second;
  }
  return names;
}

}  // namespace

std::string without_line_numbers(std::string text, const std::string& name, base::Log& log) {
  std::size_t n = 0;
  for_each_line(text, [&](const PdbLine& place) {
    const std::string_view line = place.in(text);
    if (!is_atom_record(line) || !ends_in_line_number(line)) return;
    text.replace(place.begin + 72, 8, "        ");
    ++n;
  });
  if (n)
    log.info(name + ": entry code and line number in columns 73 to 80 of " + counted(n, "atom") +
             " are not read as element and charge");
  return text;
}

std::string with_chains_of_segments(std::string text, const std::string& name, base::Log& log) {
  const std::vector<std::string> segments = segments_without_chains(text);
  if (segments.empty()) return text;
  const auto names = chain_names(segments);
  for_each_line(text, [&](const PdbLine& place) {
    const std::string_view line = place.in(text);
    if (!is_atom_record(line) || line.size() < 73) return;
    const auto found = names.find(trimmed(line.substr(72, 4)));
    if (found == names.end()) return;
    const std::string chain = found->second.size() == 1 ? " " + found->second : found->second;
    text.replace(place.begin + 20, 2, chain);
  });
  std::vector<std::string> pairs;
  for (const std::string& segment : segments) pairs.push_back(segment + " is " + names.at(segment));
  log.info(name +
           ": no chain identifiers; chains are named after the segments: " + listed(pairs, 20));
  return text;
}

}  // namespace polyform::crystal
