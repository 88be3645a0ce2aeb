// SPDX-License-Identifier: MPL-2.0
// Small model and reflection files, written for tests of reading.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"

namespace polyform::test {

inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// One atom of a PDB file. Coordinates and B are text so that anything can stand there.
struct AtomLine {
  std::string name = " CA ";
  char altloc = ' ';
  std::string residue = "ALA";
  std::string chain = "A";
  std::string number = "   1 ";  ///< with insertion code
  std::string x = "1.000", y = "2.000", z = "3.000";
  std::string occupancy = "1.00", b = "20.00";
  std::string element = "C";
  bool het = false;
};
std::string pdb_atom(const AtomLine& atom, int serial = 1);
/// CRYST1 and atoms, numbered through, and END.
std::string pdb_text(const std::vector<AtomLine>& atoms,
                     const std::string& space_group = "P 21 21 21",
                     const std::array<double, 6>& cell = {30, 40, 50, 90, 90, 90});

/// Writes into the test's scratch directory and gives the path.
std::filesystem::path written(const std::string& name, const std::string& content);
std::string gzipped(const std::string& content);
std::string content_of(const std::filesystem::path& path);

struct MtzColumn {
  std::string label;
  char type;
};
struct MtzRow {
  std::array<int, 3> hkl;
  std::vector<double> values;
};
/// A merged MTZ file as bytes.
std::string mtz_content(const std::vector<MtzColumn>& columns, const std::vector<MtzRow>& rows,
                        const std::string& space_group = "P 21 21 21",
                        const std::array<double, 6>& cell = {30, 40, 50, 90, 90, 90});
std::filesystem::path written_mtz(const std::string& name, const std::vector<MtzColumn>& columns,
                                  const std::vector<MtzRow>& rows,
                                  const std::string& space_group = "P 21 21 21",
                                  const std::array<double, 6>& cell = {30, 40, 50, 90, 90, 90});

/// The message of the InputError (or OutputError) that `action` throws; "" when it throws none.
std::string error_of(const std::function<void()>& action);

/// A log whose lines can be read back.
class RecordedLog {
 public:
  RecordedLog();
  base::Log& log() { return log_; }
  std::string text() const;
  bool says(const std::string& part) const { return text().find(part) != std::string::npos; }

 private:
  std::filesystem::path path_;
  base::Log log_;
};

}  // namespace polyform::test
