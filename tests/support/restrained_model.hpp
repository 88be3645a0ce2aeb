// SPDX-License-Identifier: MPL-2.0
// Models with their restraints, cut from 1CBS or built of dictionary residues, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "polyform/crystal/dictionary.hpp"
#include "polyform/crystal/model.hpp"
#include "polyform/restraints/build.hpp"
#include "polyform/restraints/energies.hpp"

namespace polyform::test {

using kernels::Vec3;

struct RestrainedModel {
  crystal::Model model;
  crystal::Crystal crystal;
  restraints::Lists lists;
  std::string log;

  restraints::Chemistry chemistry(const restraints::ChemistryOptions& options = {}, int share = 0,
                                  int shares = 1) const {
    return {lists, crystal, model.atoms, options, share, shares};
  }
  bool says(const std::string& part) const { return log.find(part) != std::string::npos; }
  /// Index of the atom with this label, e.g. "A/LYS 42/CA"; throws when there is none.
  int atom(const std::string& label) const;
  bool bonded(const std::string& a, const std::string& b) const;
};

/// Monomers of Debian's package, whatever the environment says.
crystal::DictionaryOptions debian_monomers();
RestrainedModel restrain(gemmi::Structure structure,
                         const crystal::DictionaryOptions& options = debian_monomers());
RestrainedModel restrain_file(const std::string& path,
                              const crystal::DictionaryOptions& options = debian_monomers());

/// 1CBS (cellular retinoic acid binding protein, 1.8 A) as Debian's libcifpp-dev has it.
gemmi::Structure retinoic_acid_binding_protein();
/// Only residues first to last of its chain A.
gemmi::Structure part_of_1cbs(int first, int last);
gemmi::Residue& residue(gemmi::Structure& structure, int number);
void add_atom(gemmi::Residue& residue, const std::string& name, gemmi::El element, const Vec3& xyz,
              char altloc = '\0', double occupancy = 1.0);
/// An empty structure in a cubic P1 cell of 100 A.
gemmi::Structure empty_structure();

/// A residue of Debian's dictionary with the coordinates the file gives, without hydrogens.
gemmi::Residue dictionary_residue(const std::string& name, int number);
/// Places `next` with its atom `leaving` on atom `on` of `first`, turned so that the two stay clear
/// of each other, and takes `leaving` off. A seeded search.
void attach(const gemmi::Residue& first, const std::string& on, gemmi::Residue& next,
            const std::string& leaving);
void add_link(gemmi::Structure& structure, const gemmi::Residue& r1, const std::string& a1,
              const gemmi::Residue& r2, const std::string& a2);

/// Coordinates moved by normal deviates of `sigma` [A] a coordinate.
std::vector<Vec3> shaken(const std::vector<Vec3>& xyz, double sigma, unsigned seed);
/// Steepest descent with Barzilai and Borwein's step, until the energy stops falling.
std::vector<Vec3> relaxed(restraints::Chemistry& chemistry, std::vector<Vec3> xyz, int steps);

}  // namespace polyform::test
