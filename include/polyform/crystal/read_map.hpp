// SPDX-License-Identifier: MPL-2.0
// A map to refine against, from a file, as structure factors at the reflections of a form.
#pragma once

#include <complex>
#include <filesystem>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::crystal {

/// Structure factors [any scale] of a map at all `reflections`, 0 where the file has none.
///
/// CCP4/MRC map: of the whole cell or of an asymmetric unit that its symmetry completes; its Fourier
/// transform. MTZ: `labels` names amplitude and phase, and a figure of merit that multiplies the
/// amplitude, or amplitude and four Hendrickson-Lattman coefficients, whose centroid is taken
/// (Hendrickson & Lattman 1970, Acta Cryst. B26, 136); where it is empty the usual names are tried
/// (FWT,PHWT; 2FOFCWT,PH2FOFCWT). Plain or .gz, known by content. Throws InputError for a file that
/// is neither, another cell or space group, a map that covers only part of the cell, and columns
/// that do not exist. Not collective.
std::vector<std::complex<double>> read_map(const std::filesystem::path& path,
                                           const std::string& labels, const Crystal& crystal,
                                           const Reflections& reflections, base::Log& log);

}  // namespace polyform::crystal
