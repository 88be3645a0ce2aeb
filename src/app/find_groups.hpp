// SPDX-License-Identifier: MPL-2.0
// NCS groups found in models by their sequences.
#pragma once

#include <string>
#include <vector>

#include "polyform/crystal/model.hpp"
#include "polyform/refine/ncs_options.hpp"

namespace polyform::app {

/// A form as far as its copies are looked for.
struct NamedModel {
  std::string form;
  const crystal::Model* model;
};

/// How copies are to be held.
enum class HoldCopies { by_distances, superposed };

/// A group as it goes into a job, and what to tell of it.
struct FoundGroup {
  refine::NcsGroupOptions options;
  std::string told;  ///< copies, residues, r.m.s., what differs; several lines
};

/// Polymer chains of all models that are alike: sequences that pair with at least least_identity
/// [%], over half of the shorter chain and 20 residues (8 of a nucleic acid), or half of the longer
/// chain where that is fewer. Copies of a group are superposed robustly; residues whose main chains
/// lie more than 1 A, and three times the median, from the mean are told. Where copies are held
/// superposed these are left out; where they are more than a third the group is held by distances
/// instead. Held by distances, those beyond 3 A are left out, and the others let go by themselves.
/// Not collective.
std::vector<FoundGroup> find_groups(const std::vector<NamedModel>& forms, double least_identity,
                                    HoldCopies hold);

/// Places of residues [number with insertion code] that differ, of `apart` [A] one each, NaN where
/// nothing is known: beyond 1 A and three times the median.
std::vector<std::size_t> outliers(const std::vector<double>& apart);

/// "A 3-5 17 20A": residues of a chain for a selection, runs of neighbours together. numbers: of
/// the chain's residues in their order; chosen: which of them, ascending.
std::string residue_ranges(const std::string& chain, const std::vector<std::string>& numbers,
                           const std::vector<std::size_t>& chosen);

}  // namespace polyform::app
