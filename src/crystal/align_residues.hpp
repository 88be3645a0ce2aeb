// SPDX-License-Identifier: MPL-2.0
// Residues of two segments that correspond.
#pragma once

#include <gemmi/model.hpp>
#include <string>
#include <utility>
#include <vector>

namespace polyform::crystal {

struct PairedAtom {
  const gemmi::Atom* atom;
  int index;  ///< in the model
};

struct PairedResidue {
  const gemmi::Residue* residue;
  bool in_polymer;
  std::vector<PairedAtom> atoms;
};

struct Segment {
  std::string chain;
  std::vector<PairedResidue> residues;
};

struct Alignment {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;  ///< places in the two segments
  bool by_number = true;  ///< residues of the polymer pair by their numbers
  long identical = 0;     ///< pairs of the polymer whose names are the same
  long shorter = 0;       ///< residues of the shorter polymer
};

/// As pair_copies() says.
Alignment align_residues(const Segment& first, const Segment& other);

}  // namespace polyform::crystal
