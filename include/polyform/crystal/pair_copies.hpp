// SPDX-License-Identifier: MPL-2.0
// Which atoms of similar parts of one or several models correspond.
#pragma once

#include <string>
#include <vector>

#include "polyform/crystal/model.hpp"
#include "polyform/crystal/selection.hpp"

namespace polyform::crystal {

/// A part of a model: one or several segments (chains), in the model's order.
struct CopyAtoms {
  std::string name;  ///< for messages
  const Model* model = nullptr;
  AtomFlags atoms;  ///< one an atom of the model
};

/// How a copy was paired with the first one.
struct PairingReport {
  std::string copy;
  long residues = 0;                   ///< pairs of residues
  long identical = 0;                  ///< of them with the same name
  long atoms = 0;                      ///< pairs of atoms
  double identity = 0;                 ///< identical over the residues of the shorter of the two
  bool by_number = true;               ///< residue numbers agree; else sequences were aligned
  std::vector<std::string> mutations;  ///< "A/LYS 42 - B/ARG 42"
  std::vector<std::string> unmatched;  ///< atoms of the copy that no atom of the first answers to
  std::vector<std::string> missing;    ///< atoms of the first that the copy lacks
  std::vector<std::string> swapped;    ///< residues whose symmetric ends were exchanged to fit
};

struct Pairing {
  std::vector<std::vector<int>> atoms;  ///< [copy][site]: atom of its model, or -1
  std::vector<PairingReport> reports;   ///< one a copy; of the first: itself
};

/// Sites are the atoms of the first copy that at least one other copy has. Hydrogens and waters
/// take no part. The k-th segments belong together: residues of a polymer by number and name where
/// that pairs no fewer identical residues than an alignment of the sequences (gemmi, BLOSUM62), and
/// by the alignment elsewhere; other residues by number and name, or by name where there is one of
/// a kind. Atoms pair by name and alternate location, one without conformers with the
/// conformer of the largest occupancy; of residues of unlike name only the main chain and CB. Where
/// it brings superposed copies nearer, the ends of Asp, Glu, Phe, Tyr and Arg are exchanged.
/// least_identity: [%] below it copies are refused. Throws InputError for fewer than two copies, a
/// copy without atoms, segments of unlike number, sequences too unlike, fewer than three atoms in
/// common, an atom that is in two copies.
Pairing pair_copies(const std::string& group, const std::vector<CopyAtoms>& copies,
                    double least_identity);

}  // namespace polyform::crystal
