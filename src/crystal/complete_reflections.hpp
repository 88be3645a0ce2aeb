// SPDX-License-Identifier: MPL-2.0
// The full list of reflections to a resolution, with measurements where there are any.
#pragma once

#include <string>
#include <vector>

#include "crystal/merge_reflections.hpp"

namespace polyform::crystal {

/// All reflections of the asymmetric unit to the highest resolution of a measured one and, where
/// d_max > 0, not beyond that d_max [A]. measured: merged, ascending; its values are amplitudes.
/// Every reflection with a value is work here. Throws InputError where the list would not fit into
/// a computer's memory, which only a wrong cell or index does.
Reflections completed(const std::vector<Observation>& measured, const Crystal& crystal,
                      double d_max, const std::string& source);

}  // namespace polyform::crystal
