// SPDX-License-Identifier: MPL-2.0
// A reflection file's columns as numbers, whatever format they came in.
#pragma once

#include <gemmi/unitcell.hpp>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::crystal {

/// Type of the column made from mmCIF's status: 0 marks the test set, by definition.
inline constexpr char status_type = 'S';

struct TableColumn {
  std::string label;
  char type;                  ///< MTZ's letters, given to mmCIF columns too: F Q J G L K M I P ...
  gemmi::UnitCell cell;       ///< of the column's dataset
  double wavelength;          ///< [A], 0 when not stated
  std::vector<double> value;  ///< one a row, NaN where missing
};

struct ReflectionTable {
  std::string source;                ///< file name, for messages
  std::string space_group;           ///< Hermann-Mauguin
  std::vector<Hkl> hkl;              ///< as in the file
  std::vector<TableColumn> columns;  ///< without H, K, L

  int find(const std::string& label) const;  ///< index of a column, -1 when there is none
  std::string described() const;             ///< "FP (F), SIGFP (Q) ..."
};

/// Throw InputError naming the file and what is wrong with it: truncated, unmerged, no indices, no
/// cell, unknown space group.
ReflectionTable table_of_mtz(const std::string& content, const std::string& source, base::Log& log);
ReflectionTable table_of_cif(const std::string& content, const std::string& source, base::Log& log);

}  // namespace polyform::crystal
