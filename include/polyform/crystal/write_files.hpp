// SPDX-License-Identifier: MPL-2.0
// The files a refinement leaves: models (PDB, mmCIF) and map coefficients (MTZ), whole or not at
// all.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "polyform/crystal/model.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::crystal {

/// What the headers of the models say about the refinement (REMARK 3, _refine, _software).
struct RefinementRecord {
  std::string program = "Polyform";
  std::string version;
  std::string target;  ///< "ML", "LSQ" ...
  double d_min = 0, d_max = 0;
  double r_work = 0, r_free = 0;  ///< r_free NaN without a test set
  long n_work = 0, n_test = 0;
  double completeness = 0;               ///< [%]
  double rmsd_bond = 0, rmsd_angle = 0;  ///< [A], [degrees]
  double k_sol = 0, b_sol = 0;           ///< [e/A^3], [A^2]
  std::array<double, 6> b_aniso{};       ///< overall anisotropic B [A^2]: 11 22 33 12 13 23
  double b_mean = 0;
};

/// Why the model does not fit the PDB format (chain names of three letters, residue names of five,
/// numbers beyond its columns ...), or "" when it fits. More than 99999 atoms fit, by hybrid-36
/// (Grosse-Kunstleve). Not collective.
std::string why_not_pdb(const Model& model);

/// Write the model, with the crystal's cell and symmetry, all atoms, and the other records of the
/// source; REMARK 3 (_refine, _software of class refinement) is replaced, TLS groups kept in it.
/// CONECT records follow the new serial numbers. Atomic. write_pdb throws OutputError where
/// why_not_pdb has a reason: write mmCIF alone then, and say so in the log. Both throw
/// OutputError where the file cannot be written. Not collective.
void write_pdb(const Model& model, const Crystal& crystal, const RefinementRecord& record,
               const std::filesystem::path& path);
void write_mmcif(const Model& model, const Crystal& crystal, const RefinementRecord& record,
                 const std::filesystem::path& path);

/// One column pair or column of an MTZ, in the order of the reflections; NaN is written as missing.
struct Column {
  std::string label;
  char type;  ///< MTZ column type: F Q P W I R
  std::vector<double> value;
};

/// MTZ with H K L and the columns, title and history naming the program. Atomic. No dates, so that
/// equal runs give equal bytes. Columns have one value a reflection; wavelength [A], 0 when not
/// known. Throws OutputError where the file cannot be written. Not collective.
void write_mtz(const Crystal& crystal, const Reflections& reflections, double wavelength,
               const std::vector<Column>& columns, const std::string& title,
               const std::filesystem::path& path);

}  // namespace polyform::crystal
