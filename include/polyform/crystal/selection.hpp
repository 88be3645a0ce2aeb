// SPDX-License-Identifier: MPL-2.0
// Which atoms of a model an expression means (docs/reference/selections.md has the language).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/crystal/model.hpp"

namespace polyform::crystal {

/// One flag an atom of the model, in its order: 1 where the atom is selected.
using AtomFlags = std::vector<std::uint8_t>;

/// Named sets of atoms of one model.
using AtomSets = std::map<std::string, AtomFlags>;

/// A set of atoms with a name: those of `atoms` and `include`, without those of `exclude`.
struct SetOptions {
  std::string name;
  base::Selection atoms, include, exclude;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "name", name,
        {.sentence = "Name of the set, by which selections below it and everywhere else call it"});
    visit("atoms", atoms, {.sentence = "Atoms of the set: an expression, or a list of them"});
    visit("include", include, {.sentence = "Atoms added to these"});
    visit("exclude", exclude, {.sentence = "Atoms taken away in the end"});
  }

  /// The set as one expression.
  std::string expression() const;
};

/// The name of a set, where an expression calls it.
struct CalledSet {
  std::string name;
  std::size_t column = 1;  ///< of its first letter, from 1
};

/// The names in an expression that are no words of the language, in order. Throws UsageError
/// ("column 9: reason") when the expression is not in the language. Not collective.
std::vector<CalledSet> called_sets(const std::string& text);

/// The words of the language, which cannot name a set: `water`, `and`, `chain` ...
const std::vector<std::string>& selection_words();

/// The atoms that `text` means in `model`. B and occupancies are compared as the model has them
/// now. sets: what its names mean. Throws UsageError ("column 9: reason") when the text is not in
/// the language or calls a set that is not among `sets`. Not collective.
AtomFlags select_atoms(const Model& model, const std::string& text, const AtomSets& sets = {});

}  // namespace polyform::crystal
