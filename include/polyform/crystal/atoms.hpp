// SPDX-License-Identifier: MPL-2.0
// The atoms of one crystal form as arrays: what structure factors, masks and restraints compute on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "polyform/kernels/vector.hpp"
#include "polyform/parallel/packet.hpp"

namespace polyform::crystal {

using kernels::Mat3;
using kernels::Sym3;
using kernels::Vec3;

/// An atom within a small distance of a symmetry element, held on it.
struct SpecialPosition {
  int atom = 0;
  int order = 2;                ///< operators that leave it in place, the identity included
  Mat3 projector;               ///< Cartesian: onto the shifts that the site symmetry allows
  std::vector<Mat3> rotations;  ///< Cartesian rotations of the site symmetry group, identity first
  void travel(parallel::Packet& p) { p(atom)(order)(projector)(rotations); }
};

/// One entry an atom, in the order of the model; the index is the atom's stable id. Arrays have the
/// same length n_atoms, but u_aniso, which is empty when every atom is isotropic.
struct Atoms {
  std::vector<Vec3> xyz;          ///< [A] Cartesian, where the model has them (never wrapped)
  std::vector<double> b;          ///< [A^2] isotropic, or equivalent isotropic
  std::vector<double> occupancy;  ///< as in the file
  std::vector<double>
      weight;  ///< in F_calc: occupancy, over the site's order where the file's convention asks it
  std::vector<Sym3> u_aniso;          ///< [A^2] Cartesian U; all zero for isotropic atoms
  std::vector<std::uint8_t> element;  ///< atomic number, deuterium as 1
  std::vector<char> altloc;           ///< '\0' where there is none
  std::vector<std::int8_t> charge;    ///< formal, in electrons
  std::vector<SpecialPosition> special;

  std::size_t size() const { return xyz.size(); }
  bool is_hydrogen(std::size_t i) const { return element[i] == 1; }
  bool is_anisotropic(std::size_t i) const {
    return !u_aniso.empty() && (u_aniso[i][0] != 0 || u_aniso[i][1] != 0 || u_aniso[i][2] != 0);
  }
  void travel(parallel::Packet& p) {
    p(xyz)(b)(occupancy)(weight)(u_aniso)(element)(altloc)(charge)(special);
  }
};

}  // namespace polyform::crystal
