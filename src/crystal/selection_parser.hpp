// SPDX-License-Identifier: MPL-2.0
// From the text of a selection to its parts.
#pragma once

#include <string>
#include <vector>

#include "crystal/selection_tree.hpp"

namespace polyform::crystal {

/// Takes an expression apart:
///
///     expression  = conjunction { "or" conjunction }
///     conjunction = factor { "and" factor }
///     factor      = "not" factor | "whole" factor | "near" NUMBER "of" factor
///                 | "(" expression ")" | condition
///     condition   = "chain" NAMES | "resname" NAMES | "name" NAMES | "element" NAMES
///                 | "altloc" NAMES | "residues" CHAIN RANGES
///                 | ("b" | "occupancy") (COMPARISON NUMBER | NUMBER ":" NUMBER)
///                 | NAME | GEMMI
///
/// A word with one of / [ : ; * ! in it, or one in quotes, is in gemmi's notation. Throws
/// UsageError ("column 9: reason").
SelectionTree parse_selection(const std::string& text);

/// The words that begin a condition or join conditions.
const std::vector<std::string>& grammar_words();

/// UsageError at a column of an expression.
[[noreturn]] void wrong_selection(std::size_t column, const std::string& reason);

}  // namespace polyform::crystal
