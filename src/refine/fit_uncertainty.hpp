// SPDX-License-Identifier: MPL-2.0
// How far the fit to noisy data can have carried an atom.
#pragma once

#include "polyform/crystal/atoms.hpp"
#include "polyform/restraints/lists.hpp"
#include "polyform/targets/agreement.hpp"

namespace polyform::refine {

/// Uncertainty of a coordinate [A], Cruickshank's formula (1999, Acta Cryst. D55, 583) with the
/// restraints counted as observations:
///   sigma = R_work d_min C^(-1/3) sqrt(N / (n_work + n_restraints))
/// N: atoms that are not hydrogens, occupancies summed; C: completeness, 0 to 1. Only the work set
/// is read. Not collective.
double fit_uncertainty(const targets::Share& share, const crystal::Atoms& atoms,
                       const restraints::Lists& lists, const targets::ShellAgreement& agreement);

}  // namespace polyform::refine
