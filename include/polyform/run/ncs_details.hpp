// SPDX-License-Identifier: MPL-2.0
// What the log, the trace and the report say of copies that are held alike.
#pragma once

#include <string>

#include "polyform/crystal/pair_copies.hpp"
#include "polyform/restraints/ncs.hpp"

namespace polyform::run {

/// A group as it stands.
struct NcsState {
  const restraints::NcsGroup* group = nullptr;
  restraints::NcsReport report;
};

/// How the copies of a group were paired, and how they superpose.
std::string pairing_text(const restraints::NcsGroup& group, const crystal::Pairing& pairing,
                         const restraints::NcsReport& report);

/// "NCS main: r.m.s. 0.21 A, B 3.4 A^2 (A 0.20, B 0.22 A)".
std::string ncs_line(const NcsState& state);

}  // namespace polyform::run
