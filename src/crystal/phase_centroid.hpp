// SPDX-License-Identifier: MPL-2.0
// The mean direction of an uncertain phase.
#pragma once

#include <array>
#include <complex>
#include <optional>

#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::crystal {

/// The phase [radians] that a centric reflection has, or this plus pi; nothing for acentric ones.
using PhaseRestriction = std::optional<double>;
PhaseRestriction phase_restriction(const Hkl& hkl, const Crystal& crystal);

/// m exp(i phi): the mean of exp(i phi) over p(phi) ~ exp(A cos phi + B sin phi + C cos 2 phi + D
/// sin 2 phi), over the two allowed phases where they are restricted. Hendrickson & Lattman (1970)
/// Acta Cryst. B26, 136, eqs. 11 and 12.
std::complex<double> phase_centroid(const std::array<double, 4>& abcd,
                                    const PhaseRestriction& allowed);

}  // namespace polyform::crystal
