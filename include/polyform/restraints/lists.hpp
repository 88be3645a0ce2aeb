// SPDX-License-Identifier: MPL-2.0
// Restraints as flat lists of atom indices, ideal values and sigmas.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "polyform/crystal/crystal.hpp"
#include "polyform/kernels/vector.hpp"
#include "polyform/parallel/packet.hpp"

namespace polyform::restraints {

using kernels::Vec3;

// Indices are atom ids. `image` of a restraint across a crystal contact names the operator (index
// in Lists::images) that is applied to its LAST atom; -1: none.
struct Bond {
  std::array<int, 2> atom;
  double ideal;  ///< [A]
  double sigma;
  int image = -1;
};
struct Angle {
  std::array<int, 3> atom;  ///< the apex in the middle
  double ideal;             ///< [radians]
  double sigma;
  int image = -1;  ///< of the last atom
};
struct Torsion {
  std::array<int, 4> atom;
  double ideal;  ///< [radians]
  double sigma;
  int period;  ///< deviations are taken modulo 2 pi / period
};
struct Chirality {
  std::array<int, 4> atom;  ///< centre first
  double ideal;             ///< signed volume [A^3]; of either sign where `both`
  double sigma;
  bool both = false;
};
struct Plane {
  int first;  ///< [first, first + count) in Lists::plane_atoms
  int count;
  double sigma;  ///< [A]
};

/// Non-bonded radius and charge of each atom.
struct AtomType {
  float radius = 0;       ///< [A] van der Waals, by energy type or element
  float bare_radius = 0;  ///< [A] without the hydrogens that `radius` may include
  float ion_radius = 0;   ///< [A] or NaN
  float hydrogen_bond_radius = 0;
  char hydrogen_bond = 'N';  ///< Donor, Acceptor, Both, H, N
  float charge = 0;          ///< partial charge [e]
};

/// Cartesian operator x' = rotation x + shift: a symmetry mate.
struct Image {
  kernels::Mat3 rotation;
  Vec3 shift;
};

struct Lists {
  std::vector<Bond> bonds;
  std::vector<Angle> angles;
  std::vector<Torsion> torsions;
  std::vector<Chirality> chiralities;
  std::vector<Plane> planes;
  std::vector<int> plane_atoms;
  std::vector<Image> images;
  std::vector<AtomType> types;  ///< one an atom
  /// Atoms i < j within three bonds (1-2, 1-3, and 1-4 apart), per atom in compressed rows:
  /// partners of i at excluded[excluded_start[i] .. excluded_start[i + 1]).
  std::vector<std::int64_t> excluded_start;
  std::vector<int> excluded;  ///< 1-2 and 1-3 partners, and members of one plane
  std::vector<std::int64_t> softened_start;
  std::vector<int> softened;        ///< 1-4 partners
  std::vector<char> molecule_kind;  ///< one an atom: 'p' polymer, 'w' water, 'l' other
  double hold_widening = 1;         ///< atoms that nothing is bonded to: times hold_sigma

  void travel(parallel::Packet& p) {
    p(bonds)(angles)(
        torsions)(chiralities)(planes)(plane_atoms)(images)(types)(excluded_start)(excluded)(softened_start)(softened)(molecule_kind)(hold_widening);
  }
};

/// Ids of the atoms that nothing is bonded to: ions, waters without hydrogens. Not collective.
std::vector<int> single_atoms(const Lists& lists, std::size_t n_atoms);

/// Of E = force |x - x_begin|^2 [A^-2], which holds them; hold_sigma > 0 [A].
inline double hold_force(const Lists& lists, double hold_sigma) {
  const double sigma = hold_sigma * lists.hold_widening;
  return 1 / (sigma * sigma);
}

}  // namespace polyform::restraints
