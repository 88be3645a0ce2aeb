// SPDX-License-Identifier: MPL-2.0
// What the log, the trace and the report say of copies that are held alike.
#pragma once

#include <string>
#include <vector>

#include "polyform/crystal/pair_copies.hpp"
#include "polyform/restraints/ncs.hpp"

namespace polyform::run {

/// How far the copies of a residue are from their mean.
struct ResidueDifference {
  std::string residue;      ///< of the first copy, "A/LYS 42"
  std::vector<double> rms;  ///< [A] one a copy; NaN: the copy lacks it
};

/// A group as it stands.
struct NcsState {
  const restraints::NcsGroup* group = nullptr;
  restraints::NcsReport report;
  std::vector<ResidueDifference> residues{};  ///< where asked for
};

/// Residue by residue in the order of the first copy. label: of the atoms of all forms.
std::vector<ResidueDifference> residue_differences(const NcsState& state,
                                                   const std::vector<std::string>& label);

/// How the copies of a group were paired, and how they superpose.
std::string pairing_text(const restraints::NcsGroup& group, const crystal::Pairing& pairing,
                         const restraints::NcsReport& report);

/// "NCS main: r.m.s. 0.21 A, B 3.4 A^2 (A 0.20, B 0.22 A)".
std::string ncs_line(const NcsState& state);

}  // namespace polyform::run
