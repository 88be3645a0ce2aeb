// SPDX-License-Identifier: MPL-2.0
// Structure factors and their derivatives by direct summation: slow, obvious, in double.
#pragma once

#include <complex>
#include <vector>

#include "polyform/density/structure_factors.hpp"
#include "polyform/kernels/form_factor.hpp"

namespace polyform::test {

/// IT92 scattering factor of an element, read from gemmi here.
kernels::FormFactor table_form_factor(int atomic_number);

/// F(h) = sum over all operators and atoms of weight f(s) exp(-2 pi^2 s'Us) exp(2 pi i h.x).
std::vector<density::Complex> direct_structure_factors(const crystal::Crystal& crystal,
                                                       const std::vector<crystal::Hkl>& hkl,
                                                       const crystal::Atoms& atoms);

/// The gradient that StructureFactors::gradient promises, summed over all reflections. All fields
/// are filled.
density::AtomGradient direct_gradient(const crystal::Crystal& crystal,
                                      const std::vector<crystal::Hkl>& hkl,
                                      const crystal::Atoms& atoms,
                                      const std::vector<density::Complex>& slope);

}  // namespace polyform::test
