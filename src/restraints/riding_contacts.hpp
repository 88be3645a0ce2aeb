// SPDX-License-Identifier: MPL-2.0
// Riding hydrogens among the atoms that may touch.
#pragma once

#include <memory>

#include "contacts.hpp"
#include "polyform/restraints/riding.hpp"

namespace polyform::restraints {

/// The atoms of a form and, after them, the hydrogens that ride on them, as contacts see them:
/// parents without the hydrogens in their radii, hydrogens 1.0 A in radius (Bondi 1964, J. Phys.
/// Chem. 68, 441, less 0.2 A: in well-refined proteins their shells overlap by as much), polar ones
/// on nitrogen. Atoms two bonds apart are left out and three bonds apart
/// may come nearer, as for all atoms.
class RidingContacts {
 public:
  RidingContacts(const Lists& lists, const crystal::Atoms& atoms, const RidingHydrogens& hydrogens,
                 double shrink_14);
  RidingContacts(const RidingContacts&) = delete;  // the rules refer to its lists

  const ContactRules& rules() const { return *rules_; }
  const Lists& lists() const { return lists_; }
  /// Positions of the atoms, then of the hydrogens.
  std::vector<Vec3> extended(std::span<const Vec3> xyz) const;
  /// Adds the hydrogens' part of a gradient, of atoms and hydrogens, to their parents', and all to
  /// `gradient`.
  void fold(const std::vector<Vec3>& of_all, std::span<Vec3> gradient) const;
  /// The heavy atom of an atom or hydrogen.
  int parent(int i) const;

 private:
  RidingHydrogens hydrogens_;
  Lists lists_;
  crystal::Atoms atoms_;
  std::unique_ptr<ContactRules> rules_;
};

}  // namespace polyform::restraints
