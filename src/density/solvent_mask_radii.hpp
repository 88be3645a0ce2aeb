// SPDX-License-Identifier: MPL-2.0
// How large atoms are to the solvent.
#pragma once

#include <cstdint>

namespace polyform::density {

/// Van der Waals radius [A] of an element by atomic number, as cctbx takes it for masks
/// (cctbx/eltbx/van_der_waals_radii.py).
double mask_radius(std::uint8_t atomic_number);

}  // namespace polyform::density
