// SPDX-License-Identifier: MPL-2.0
// All that refinement needs to know of one crystal form, ready to travel to other ranks.
#pragma once

#include <string>

#include "polyform/crystal/atoms.hpp"
#include "polyform/crystal/reflections.hpp"
#include "polyform/parallel/packet.hpp"
#include "polyform/restraints/lists.hpp"
#include "polyform/restraints/riding.hpp"

namespace polyform::refine {

struct FormInput {
  std::string name;
  std::array<double, 6> cell{};  ///< [A], [degrees]
  std::string space_group;       ///< Hermann-Mauguin with setting
  double wavelength = 0;         ///< [A]
  crystal::Reflections reflections;
  crystal::Atoms atoms;
  restraints::Lists lists;
  restraints::RidingHydrogens hydrogens;  ///< none unless they ride

  void travel(parallel::Packet& p) {
    p(name)(cell)(space_group)(wavelength)(reflections)(atoms)(lists)(hydrogens);
  }
};

}  // namespace polyform::refine
