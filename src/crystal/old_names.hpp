// SPDX-License-Identifier: MPL-2.0
// Names of atoms and residues from before the PDB's remediation of 2007, brought to today's.
#pragma once

#include <gemmi/model.hpp>
#include <string>

#include "polyform/base/log.hpp"

namespace polyform::crystal {

/// Renames in place, in atoms, residues, links, helices, sheets and sequences: O2* to O2', O1P to
/// OP1, ADE/CYT/GUA/URI/THY (and A/C/G/T of old DNA) to A/C/G/U and DA/DC/DG/DT, CD of isoleucine
/// to CD1, HIE/HID/HIP/HSD/HSE/HSP to HIS, CYX to CYS, WAT and others to HOH, hydrogens such as
/// 1HB. A name that is taken in its residue is left. Says in the log what was renamed.
void modernise_names(gemmi::Structure& structure, const std::string& source, base::Log& log);

}  // namespace polyform::crystal
