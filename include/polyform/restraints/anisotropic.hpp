// SPDX-License-Identifier: MPL-2.0
// Restraints on displacement tensors U: similar, rigid along bonds, and not too anisotropic.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "polyform/base/option.hpp"
#include "polyform/crystal/atoms.hpp"
#include "polyform/parallel/partition.hpp"
#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

using kernels::Sym3;

struct AnisotropicOptions {
  base::Selection atoms;
  double similarity = 0.08;
  double terminal = 0.16;
  double rigid_bond = 0.02;
  double isotropy = 0.1;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(
        "atoms", atoms,
        {.sentence = "Atoms that model.anisotropic: refine makes anisotropic, all others isotropic "
                     "(empty: all but hydrogens and waters, and what the model has)"});
    visit("similarity", similarity,
          {.sentence = "Sigma with which U of bonded and angle-related atoms are alike (0: off)",
           .unit = "A^2",
           .range = {0, 10}});
    visit("terminal", terminal,
          {.sentence = "The same where one of the two has a single bond (0: off)",
           .unit = "A^2",
           .range = {0, 10}});
    visit("rigid_bond", rigid_bond,
          {.sentence = "Sigma with which bonded and angle-related atoms move alike along the line "
                       "between them (0: off)",
           .unit = "A^2",
           .range = {0, 10}});
    visit(
        "isotropy", isotropy,
        {.sentence = "Sigma with which U of atoms that nothing is bonded to is isotropic (0: off)",
         .unit = "A^2",
         .range = {0, 10}});
  }
};

/// What holds U together: sigmas of tensors, and the forces on B [A^-4] where one of two atoms is
/// isotropic (off where not above 0).
struct TensorForces {
  AnisotropicOptions tensors;
  double b_bond = 0, b_angle = 0;
};

/// How well U of a form's anisotropic atoms are restrained.
struct AnisotropicReport {
  long n_atoms = 0;             ///< anisotropic atoms
  long n_bonded = 0, n_13 = 0;  ///< pairs of them
  double similarity = 0;        ///< [A^2] r.m.s. |U_i - U_j|, bonded and 1-3
  double along_bond = 0;        ///< [A^2] r.m.s. difference of mean squares along bonds
  double along_13 = 0;          ///< [A^2] likewise of angle-related atoms
  double anisotropy = 0;        ///< mean of the smallest over the largest principal value
  double smallest = 0;          ///< [A^2] the smallest principal value of all
};

/// Which restraints a rank takes: parts of the bonds, the angles and `single`.
struct TensorBlocks {
  parallel::Block bonds, angles, single;
};

/// One an atom: 1 where no more than one other atom, hydrogens apart, is bonded to it.
std::vector<std::uint8_t> terminal_atoms(const Lists& lists, const crystal::Atoms& atoms);

/// Energy of the restraints on U, a sum of
///   |U_i - U_j|^2 / sigma^2                                             (similarity)
///   (n'U_i n - n'U_j n)^2 / sigma^2, n along the line between them      (rigid bond)
///   |U - trace(U)/3 I|^2 / sigma^2 for atoms of `single`                (isotropy)
/// with |.| Frobenius' norm, so that the choice of axes does not matter (Sheldrick's SIMU and ISOR
/// count an off-diagonal entry once); pairs are 1-2 and 1-3. Where one of two is isotropic, force
/// (B_i
/// - B_j)^2. Across a crystal contact U_j is turned with its atom. The gradient by (11, 22, 33, 12,
/// 13, 23) [1/A^2] is ADDED; an isotropic atom's goes into 11, 22 and 33 in equal parts. Positions
/// do not move: lines are those between positions `lines_at` (none: the atoms'). Hirshfeld (1976)
/// Acta Cryst. A32, 239; Sheldrick (2008) Acta Cryst. A64, 112. Not collective.
double tensor_energy(const Lists& lists, const TensorBlocks& blocks, std::span<const int> single,
                     std::span<const std::uint8_t> terminal, const crystal::Atoms& atoms,
                     const TensorForces& forces, std::span<Sym3> gradient,
                     std::span<const Vec3> lines_at = {});

using TensorBlock = Eigen::Matrix<double, 6, 6>;
using AddTensorBlock = std::function<void(int i, int j, const TensorBlock& block)>;

/// The Hessian of tensor_energy() of all restraints, exact as the energy is quadratic in U:
/// block(i, j, H_ij) by (11, 22, 33, 12, 13, 23) for i <= j, in any order, to be added up; the
/// transposed blocks are not told. An isotropic atom has a third of its part in each of 11, 22 and
/// 33, which move together. Not collective.
void tensor_curvature(const Lists& lists, std::span<const int> single,
                      std::span<const std::uint8_t> terminal, const crystal::Atoms& atoms,
                      const TensorForces& forces, const AddTensorBlock& add,
                      std::span<const Vec3> lines_at = {});

/// Not collective.
AnisotropicReport anisotropic_report(const Lists& lists, const crystal::Atoms& atoms);

}  // namespace polyform::restraints
