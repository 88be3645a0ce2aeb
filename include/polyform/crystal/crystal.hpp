// SPDX-License-Identifier: MPL-2.0
// One crystal form's lattice: unit cell, space group, and its operators as numbers.
#pragma once

#include <gemmi/symmetry.hpp>
#include <gemmi/unitcell.hpp>
#include <string>
#include <vector>

#include "polyform/kernels/vector.hpp"

namespace polyform::crystal {

using kernels::IMat3;
using kernels::Mat3;
using kernels::Vec3;

/// x' = rotation x + translation in fractional coordinates; on indices (a row vector) h' = h R.
struct SymmetryOperator {
  IMat3 rotation;
  Vec3 translation;  ///< in parts of the cell, [0, 1)
};

struct Crystal {
  gemmi::UnitCell cell;                            ///< [A], [degrees]
  const gemmi::SpaceGroup* space_group = nullptr;  ///< never null once made
  std::vector<SymmetryOperator> primitive;         ///< without centring; identity first
  std::vector<Vec3> centring;                      ///< fractional vectors; (0,0,0) first

  Mat3 orthogonalise;  ///< x [A] = orthogonalise * fractional (PDB convention)
  Mat3 fractionalise;

  /// All n_operators() of them: primitive x centring, identity first.
  std::vector<SymmetryOperator> all_operators() const;
  std::size_t n_operators() const { return primitive.size() * centring.size(); }
  /// 1/d^2 [1/A^2] of an index.
  double inverse_d2(const std::array<int, 3>& hkl) const;
};

/// Throws InputError for a cell without volume or a symbol gemmi does not know.
/// space_group: Hermann-Mauguin symbol as in CRYST1 or MTZ ("P 21 21 21", "R 3 :H", "H 3"). Not
/// collective.
Crystal make_crystal(const gemmi::UnitCell& cell, const std::string& space_group);
/// cell: a, b, c [A], alpha, beta, gamma [degrees].
Crystal make_crystal(const std::array<double, 6>& cell, const std::string& space_group);

}  // namespace polyform::crystal
