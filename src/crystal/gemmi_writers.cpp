// SPDX-License-Identifier: MPL-2.0
// The one place that compiles gemmi's writers of PDB, mmCIF and MTZ.
#define USE_STD_SNPRINTF  // Debian's gemmi comes without its bundled stb_sprintf
#define GEMMI_WRITE_IMPLEMENTATION
#include <limits>

#include <gemmi/mtz.hpp>
#include <gemmi/to_mmcif.hpp>
#include <gemmi/to_pdb.hpp>
