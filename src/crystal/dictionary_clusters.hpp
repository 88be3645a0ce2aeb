// SPDX-License-Identifier: MPL-2.0
// Iron-sulphur clusters that a library draws as right-angled boxes, given their real shape.
#pragma once

#include <gemmi/chemcomp.hpp>

namespace polyform::crystal {

/// Changes bonds and angles among Fe and S of SF4, F3S and FES where the library's S-Fe-S angle is
/// a right one. True when something was changed.
bool correct_iron_sulphur_cluster(gemmi::ChemComp& monomer);

}  // namespace polyform::crystal
