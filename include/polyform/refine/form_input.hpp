// SPDX-License-Identifier: MPL-2.0
// All that refinement needs to know of one crystal form, ready to travel to other ranks.
#pragma once

#include <complex>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/crystal/atoms.hpp"
#include "polyform/crystal/reflections.hpp"
#include "polyform/parallel/packet.hpp"
#include "polyform/restraints/lists.hpp"
#include "polyform/restraints/riding.hpp"

namespace polyform::refine {

/// A map that atoms are refined against.
struct MapInput {
  std::string name;
  std::string source;  ///< as in MapOptions
  double scale = 1;
  std::vector<std::complex<double>>
      coefficients;                 ///< of one from a file: one a reflection, else none
  std::vector<std::uint8_t> atoms;  ///< one an atom: 1 where the map pulls it
  void travel(parallel::Packet& p) { p(name)(source)(scale)(coefficients)(atoms); }
};

struct FormInput {
  std::string name;
  std::array<double, 6> cell{};  ///< [A], [degrees]
  std::string space_group;       ///< Hermann-Mauguin with setting
  double wavelength = 0;         ///< [A]
  double weight = 1;             ///< of its data and chemistry beside other forms
  crystal::Reflections reflections;
  crystal::Atoms atoms;
  bool refine_u = false;  ///< U of the anisotropic atoms is refined; else it moves with B alone
  restraints::Lists lists;
  restraints::RidingHydrogens hydrogens;  ///< none unless they ride
  std::vector<int> residue;    ///< one an atom: which residue it is in, counted through the model
  std::vector<int> segment;    ///< likewise its chain
  std::vector<MapInput> maps;  ///< for the targets MAP and DIFF

  /// What each selection of the job means here: its text, and one flag an atom (1 where selected).
  std::map<std::string, std::vector<std::uint8_t>> selected;

  /// The flags of a selection of the job, one an atom. An empty selection is the caller's to read.
  /// Throws base::Error for an expression that no option of the job has.
  std::span<const std::uint8_t> atoms_in(const base::Selection& selection) const {
    const auto found = selected.find(selection.text);
    if (found == selected.end())
      throw base::Error("the selection '" + selection.text + "' was not read for form " + name);
    return found->second;
  }

  /// As atoms_in(), with an empty selection meaning all atoms.
  std::vector<std::uint8_t> atoms_in_or_all(const base::Selection& selection) const {
    if (selection.empty()) return std::vector<std::uint8_t>(atoms.size(), 1);
    const auto flags = atoms_in(selection);
    return {flags.begin(), flags.end()};
  }

  void travel(parallel::Packet& p) {
    p(name)(cell)(
        space_group)(wavelength)(weight)(reflections)(atoms)(refine_u)(lists)(hydrogens)(residue)(segment)(maps)(selected);
  }
};

}  // namespace polyform::refine
