// SPDX-License-Identifier: MPL-2.0
// Reading structure-factor mmCIF files (-sf.cif) by gemmi.
#include <gemmi/refln.hpp>

#include <cmath>
#include <limits>
#include <map>

#include "crystal/cif_document.hpp"
#include "crystal/listing.hpp"
#include "crystal/reflection_table.hpp"
#include "polyform/base/error.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Items of _refln that hold numbers we know, and the MTZ type each corresponds to.
const std::map<std::string, char>& types() {
  static const std::map<std::string, char> table = {
      {"F_meas_au", 'F'},        {"F_meas", 'F'},
      {"F_meas_sigma_au", 'Q'},  {"F_meas_sigma", 'Q'},
      {"pdbx_F_meas_au", 'F'},   {"pdbx_F_meas_sigma_au", 'Q'},
      {"intensity_meas", 'J'},   {"intensity_sigma", 'Q'},
      {"F_squared_meas", 'J'},   {"F_squared_sigma", 'Q'},
      {"pdbx_F_plus", 'G'},      {"pdbx_F_plus_sigma", 'L'},
      {"pdbx_F_minus", 'G'},     {"pdbx_F_minus_sigma", 'L'},
      {"pdbx_I_plus", 'K'},      {"pdbx_I_plus_sigma", 'M'},
      {"pdbx_I_minus", 'K'},     {"pdbx_I_minus_sigma", 'M'},
      {"pdbx_r_free_flag", 'I'}, {"F_calc", 'F'},
      {"F_calc_au", 'F'},        {"phase_calc", 'P'},
      {"phase_meas", 'P'},       {"fom", 'W'},
      {"pdbx_FWT", 'F'},         {"pdbx_PHWT", 'P'},
      {"pdbx_DELFWT", 'F'},      {"pdbx_DELPHWT", 'P'}};
  return table;
}

bool holds_data(const gemmi::ReflnBlock& block) {
  if (!block.refln_loop) return false;
  for (const std::string& label : block.column_labels()) {
    const auto known = types().find(label);
    if (known != types().end() && std::string("FJGK").find(known->second) != std::string::npos &&
        label.find("calc") == std::string::npos && label.find("WT") == std::string::npos)
      return true;
  }
  return false;
}

const gemmi::ReflnBlock& block_with_data(const std::vector<gemmi::ReflnBlock>& blocks,
                                         const std::string& source, base::Log& log) {
  const gemmi::ReflnBlock* chosen = nullptr;
  std::vector<std::string> others;
  for (const gemmi::ReflnBlock& block : blocks) {
    if (!chosen && holds_data(block))
      chosen = &block;
    else
      others.push_back(block.block.name);
  }
  if (!chosen)
    throw InputError(source + " holds no amplitudes or intensities in a _refln loop (blocks: " +
                     listed(others) + "); give a structure-factor mmCIF or an MTZ file");
  if (!others.empty())
    log.info(source + ": block " + chosen->block.name + " is used; also there: " + listed(others));
  return *chosen;
}

std::vector<double> numbers(const gemmi::cif::Loop& loop, std::size_t column) {
  std::vector<double> values;
  values.reserve(loop.length());
  for (std::size_t i = column; i < loop.values.size(); i += loop.width()) {
    const double x = gemmi::cif::as_number(loop.values[i], nan);
    values.push_back(std::isfinite(x) ? x : nan);
  }
  return values;
}

// 'o' work, 'f' test; the value of 'x' (unreliable) and '-' (absent) is not used at all.
struct Status {
  std::vector<double> flag;  ///< 1 work, 0 test, NaN unknown
  std::vector<bool> usable;
  bool has_test = false;
  std::size_t unusable = 0;
};

Status read_status(const gemmi::cif::Loop& loop, std::size_t column) {
  Status status;
  for (std::size_t i = column; i < loop.values.size(); i += loop.width()) {
    const char letter = gemmi::cif::as_char(loop.values[i], '?');
    const bool unusable = letter == 'x' || letter == '-';
    status.flag.push_back(letter == 'f' ? 0.0 : letter == '?' || unusable ? nan : 1.0);
    status.usable.push_back(!unusable);
    status.has_test = status.has_test || letter == 'f';
    status.unusable += unusable ? 1 : 0;
  }
  return status;
}

void apply_status(ReflectionTable& table, const gemmi::ReflnBlock& block,
                  const TableColumn& pattern, base::Log& log) {
  const int place = block.find_column_index("status");
  if (place < 0) return;
  Status status = read_status(*block.refln_loop, static_cast<std::size_t>(place));
  for (TableColumn& column : table.columns)
    for (std::size_t i = 0; i < column.value.size(); ++i)
      if (!status.usable[i] && column.type != 'I') column.value[i] = nan;
  if (status.unusable)
    log.info(table.source + ": " + counted(status.unusable, "reflection") +
             " with status x or - are not used");
  // Without an 'f' the status says nothing of a test set.
  if (!status.has_test) return;
  TableColumn column = pattern;
  column.label = "status";
  column.type = status_type;
  column.value = std::move(status.flag);
  table.columns.push_back(std::move(column));
}

ReflectionTable table_of_block(const gemmi::ReflnBlock& block, const std::string& source,
                               base::Log& log) {
  if (!block.cell.is_crystal() || !(block.cell.a > 0))
    throw InputError(source + " states no unit cell (_cell); add it");
  if (!block.spacegroup)
    throw InputError(source +
                     " states no known space group (_symmetry.space_group_name_H-M); add it");
  ReflectionTable table;
  table.source = source;
  table.space_group = block.spacegroup->xhm();
  for (const gemmi::Miller& hkl : block.make_miller_vector()) {
    for (const int index : hkl)
      if (std::abs(index) >= 10000)
        throw InputError(source + ": a reflection has the index " + std::to_string(index) +
                         ", which is no Miller index; the file is damaged");
    table.hkl.push_back({hkl[0], hkl[1], hkl[2]});
  }
  const double wavelength = std::isfinite(block.wavelength) ? block.wavelength : 0.0;
  const TableColumn pattern{"", ' ', block.cell, wavelength, {}};
  const std::vector<std::string> labels = block.column_labels();
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (const auto known = types().find(labels[i]); known != types().end()) {
      TableColumn column = pattern;
      column.label = labels[i];
      column.type = known->second;
      column.value = numbers(*block.refln_loop, i);
      table.columns.push_back(std::move(column));
    }
  apply_status(table, block, pattern, log);
  return table;
}

}  // namespace

ReflectionTable table_of_cif(const std::string& content, const std::string& source,
                             base::Log& log) {
  gemmi::cif::Document document = parse_cif(content, source);
  try {
    const auto blocks = gemmi::as_refln_blocks(std::move(document.blocks));
    return table_of_block(block_with_data(blocks, source, log), source, log);
  } catch (const base::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError("cannot read " + source + ": " + error.what() + "; the file is damaged");
  }
}

}  // namespace polyform::crystal
