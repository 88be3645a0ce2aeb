// SPDX-License-Identifier: MPL-2.0
// Molecules in a crystal: where they come too near to each other.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "polyform/crystal/crystal.hpp"

namespace polyform::simulate {

using crystal::Crystal;
using crystal::Mat3;
using crystal::Vec3;

/// Contacts of one molecule with others nearer than the reach.
struct Contacts {
  long count = 0;                                            ///< pairs of atoms
  double penalty = 0;                                        ///< sum of (1 - distance / reach)^2
  double closest = std::numeric_limits<double>::infinity();  ///< [A]; infinite without any
  Contacts& operator+=(const Contacts& other);
};

/// Molecules with all their symmetry mates and lattice translations, in bins over the cell.
///
/// Each image of an atom lies in one bin of the cell; an atom looks into its own bin and the 26
/// around it, across the edges of the cell with the lattice translation that leads there, so that
/// cells of any size are right.
class Packing {
 public:
  /// reach: [A] distance below which atoms of different molecules are in contact.
  Packing(const Crystal& crystal, double reach);

  /// Puts a molecule and its mates in. xyz: [A] Cartesian.
  void add(std::span<const Vec3> xyz);
  void clear();

  /// Contacts of some atoms with every molecule that was put in.
  Contacts with_all(std::span<const Vec3> xyz) const;
  /// Contacts of some atoms of the molecule that was put in as number `molecule` (from 0) with its
  /// own mates and with every other molecule.
  Contacts of_molecule(int molecule, std::span<const Vec3> xyz) const;

 private:
  struct Image {
    Vec3 place;                // Cartesian, inside the cell
    std::array<int, 3> shift;  // lattice translation that brought it there
    int molecule;              // which was put in; -1: none
    bool identity;             // made by the first operator
    int next;                  // image of the same bin, -1 at the end
  };
  struct Seeker;
  Contacts contacts(std::span<const Vec3> xyz, int own_molecule) const;
  void look_into(std::size_t bin, const Seeker& seeker, Contacts& found) const;
  void look_around(const Vec3& fractional, int own_molecule, Contacts& found) const;
  std::size_t bin_of(const Vec3& inside) const;

  const Crystal& crystal_;
  std::vector<crystal::SymmetryOperator> operators_;
  double reach_;
  std::array<int, 3> n_{};  // bins along a, b, c
  std::vector<int> first_;  // image of each bin, a fastest; -1: none
  std::vector<Image> images_;
  int molecules_ = 0;
};

}  // namespace polyform::simulate
