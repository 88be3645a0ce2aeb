// SPDX-License-Identifier: MPL-2.0
// How large atoms are to the solvent, by gemmi's copy of the table.
#include "density/solvent_mask_radii.hpp"

#include <gemmi/solmask.hpp>

namespace polyform::density {

double mask_radius(std::uint8_t atomic_number) {
  return gemmi::cctbx_vdw_radius(static_cast<gemmi::El>(atomic_number));
}

}  // namespace polyform::density
