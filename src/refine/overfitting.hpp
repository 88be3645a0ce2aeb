// SPDX-License-Identifier: MPL-2.0
// How much of the noise a fit takes up, told from the model and the restraints alone.
#pragma once

#include "polyform/refine/options.hpp"
#include "polyform/restraints/energies.hpp"

namespace polyform::refine {

/// A form as far as the number of its well-determined parameters depends on it.
struct FittedModel {
  const crystal::Atoms& atoms;
  const restraints::Lists& lists;
  const restraints::GeometryReport& geometry;
  double coordinate_sigma;  ///< [A] along an axis, without restraints: see below
  double n_work;
  bool refine_u;  ///< U of anisotropic atoms is refined
};

/// Cruickshank's uncertainty of an unrestrained coordinate [A] (1999, Acta Cryst. D55, 583):
/// R_work d_min C^(-1/3) sqrt(N / n_work), with C the completeness and N the atoms that are not
/// hydrogens, occupancies summed.
double unrestrained_sigma(const crystal::Atoms& atoms, double r_work, double d_min,
                          double completeness, double n_work);

/// Parameters that the data determine: torsional freedom by Maxwell's count (3 an atom less half a
/// constraint a bond and 2 v - 3 angles at an atom of v bonds; Thorpe (1983) J. Non-Cryst. Solids
/// 57, 355), and of stiff directions, B values and tensors U the sum of Z^2 of their restraints,
/// which at a minimum is the number of parameters that data have moved there (MacKay (1992) Neural
/// Comput. 4, 415). Away from a minimum that sum is too large: the number never exceeds what it
/// would be if restraints and data determined parameters alike, nor half of n_work.
double determined_parameters(const FittedModel& model, const RefineOptions& options);

/// Mean square residual of data that were not fitted over that of the work set, (n + p) / (n - p).
double expected_growth(double n_work, double n_determined);

}  // namespace polyform::refine
