// SPDX-License-Identifier: MPL-2.0
// A short notation of links and modifications, one restraint a line.
#pragma once

#include <gemmi/monlib.hpp>
#include <string>

namespace polyform::crystal {

/// Adds what `text` states to the library; what the library has already stays.
///
///     # to the end of the line: a remark
///     link SS  . peptide CYS-SS  . peptide CYS-SS       id; residue, group and modification of
///       bond    1.SG 2.SG            2.030 0.020        each side, '.' for any or none
///       angle   1.CB 1.SG 2.SG       103.8 1.8          atoms are side.name
///       torsion ss 1.CB 1.SG 2.SG 2.CB  90 10 2         its name first, its period last
///       chiral  2.C1 1.O4 2.O5 2.C2  negative           centre first
///       plane   1.CA 1.C 1.O 2.N                        sigma 0.02 A
///     modification COO  . peptide                       id; residue and group
///       delete  H1 H2
///       type    O OC                                    energy type of an atom
///       change  bond  C O    1.249 0.019 deloc          'add' or 'change'; the bond's kind is
///       add     angle CA C OXT  118.3 2.0               single where none is named
///       add     plane CA C O OXT
///
/// Lengths and their sigmas in A, angles in degrees. Throws std::logic_error with the line where
/// the text is not in this notation. Not collective.
void add_links(const std::string& text, gemmi::MonLib& library);

}  // namespace polyform::crystal
