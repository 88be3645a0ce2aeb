// SPDX-License-Identifier: MPL-2.0
// Scattering factors of the elements, from gemmi's tables.
#pragma once

#include <cstdint>

#include "polyform/density/structure_factors.hpp"
#include "polyform/kernels/form_factor.hpp"

namespace polyform::density {

/// f of a neutral atom: x-rays, International Tables C (1992) table 6.1.1.4, with f' of the
/// wavelength [A] added when it is above 0 (Cromer & Liberman 1981; Kissel & Pratt 1990);
/// electrons, International Tables C (2011) table 4.3.2.2. Throws InputError for an element without
/// a table.
kernels::FormFactor scattering_of(std::uint8_t atomic_number, const FormFactorOptions& options);

}  // namespace polyform::density
