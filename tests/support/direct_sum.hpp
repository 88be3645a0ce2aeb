// SPDX-License-Identifier: MPL-2.0
// Structure factors and their derivatives by direct summation: slow, obvious, in double.
#pragma once

#include <complex>
#include <functional>
#include <vector>

#include "polyform/density/structure_factors.hpp"

namespace polyform::test {

/// f of an element (atomic number) at s^2 = 1/d^2 [1/A^2], without B.
using Scattering = std::function<double(std::uint8_t element, double s2)>;

/// Tables read from gemmi and evaluated by gemmi: x-rays, IT92; electrons, C4322; x-rays with the
/// f' of a wavelength [A].
double x_ray_scattering(std::uint8_t element, double s2);
double electron_scattering(std::uint8_t element, double s2);
Scattering anomalous_scattering(double wavelength);

/// Ranks share the reflections of both sums, which are collective over them; all have the result.

/// F(h) = sum over all operators and atoms of weight f(s) exp(-2 pi^2 s'Us) exp(2 pi i h.x).
std::vector<density::Complex> direct_structure_factors(
    const crystal::Crystal& crystal, const std::vector<crystal::Hkl>& hkl,
    const crystal::Atoms& atoms, const Scattering& f = x_ray_scattering,
    const parallel::Communicator& ranks = parallel::Communicator::self());

/// The gradient that StructureFactors::gradient promises, summed over all reflections. All fields
/// are filled.
density::AtomGradient direct_gradient(
    const crystal::Crystal& crystal, const std::vector<crystal::Hkl>& hkl,
    const crystal::Atoms& atoms, const std::vector<density::Complex>& slope,
    const Scattering& f = x_ray_scattering,
    const parallel::Communicator& ranks = parallel::Communicator::self());

}  // namespace polyform::test
