// SPDX-License-Identifier: MPL-2.0
// How an option is described: once, as a field of a struct with its sentence, unit and range.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace polyform::base {

/// Closed interval of allowed values; the default allows everything.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool contains(double value) const { return value >= low && value <= high; }
};

/// What is said about an option besides its name, its type and its default (which is the value the
/// field has in a default-constructed struct).
struct About {
  std::string_view sentence;              ///< one sentence for the help and the reference page
  std::string_view unit = "";             ///< "A", "A^2", "" when it has none
  Range range = {};                       ///< for numbers
  std::vector<std::string> choices = {};  ///< for words: what may be said, empty for any
};

/// An expression that says which atoms ("chain A and not water"); empty where nothing is said.
/// What it means is found out where the atoms are (crystal/selection.hpp).
struct Selection {
  std::string text;
  bool empty() const { return text.empty(); }
  friend bool operator==(const Selection&, const Selection&) = default;
};

/// Options that a part of a job has for itself in place of the general ones: by their full names
/// ("scaling.shells"), as text.
struct Overrides {
  struct Entry {
    std::string option, value;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries;
  friend bool operator==(const Overrides&, const Overrides&) = default;
};

// An options struct describes itself to a visitor:
//
//     struct KickOptions {
//       double first = 0.0;
//       template <class Visitor>
//       void describe(Visitor& visit) {
//         visit("first", first, {.sentence = "Largest shift in the first cycle", .unit = "A",
//                                .range = {0, 5}});
//       }
//     };
//
// Visitors accept bool, int, double, std::string, std::vector<std::string>, std::vector<double>,
// Selection, Overrides, nested option structs (`visit.group("kick", kick, "sentence")`) and lists
// of them
// (`visit.list("forms", forms, "sentence")`). Reading, writing, help, the reference page and the
// schema are one visitor each (job/).

}  // namespace polyform::base
