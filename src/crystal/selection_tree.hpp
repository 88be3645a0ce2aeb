// SPDX-License-Identifier: MPL-2.0
// An expression that says which atoms, taken apart: what the parser gives and the evaluation reads.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace polyform::crystal {

struct SelectionTree;

/// Residues [first, last] of a chain, by number and then insertion code (none before A).
struct ResidueRange {
  int first = 0, last = 0;
  char first_code = ' ', last_code = ' ';
};

struct AnyOf {
  std::vector<SelectionTree> parts;  ///< joined by `or`
};
struct AllOf {
  std::vector<SelectionTree> parts;  ///< joined by `and`
};
struct AllBut {
  std::vector<SelectionTree> parts;  ///< one: what `not` turns round
};
struct WholeResidues {
  std::vector<SelectionTree> parts;  ///< one: residues that have an atom of it
};
struct Near {
  double distance = 0;               ///< [A]
  std::vector<SelectionTree> parts;  ///< one: near to its atoms
};

/// `water`, `main_chain`, or the name of a set.
struct CalledAtoms {
  std::string name;
};
struct GemmiNotation {
  std::string text;
};
/// Which name of an atom a list of names is compared with.
enum class NameOf { chain, residue, atom, element, conformer };
struct Named {
  NameOf what = NameOf::chain;
  std::vector<std::string> names;
};
struct ResiduesOf {
  std::string chain;  ///< "*" for every chain
  std::vector<ResidueRange> ranges;
};
enum class NumberOf { b, occupancy };
/// A number within [low, high], compared in the single precision in which models hold it.
struct Within {
  NumberOf what = NumberOf::b;
  float low = 0, high = 0;
};

struct SelectionTree {
  std::variant<AnyOf, AllOf, AllBut, WholeResidues, Near, CalledAtoms, GemmiNotation, Named,
               ResiduesOf, Within>
      term;
  std::size_t column = 1;  ///< where it begins in the text, from 1
};

}  // namespace polyform::crystal
