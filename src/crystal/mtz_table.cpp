// SPDX-License-Identifier: MPL-2.0
// Reading merged MTZ files by gemmi, after making sure that the file is whole.
#include <gemmi/mtz.hpp>

#include <cmath>
#include <cstring>
#include <limits>

#include "crystal/reflection_table.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;

[[noreturn]] void truncated(const std::string& source) {
  throw InputError("cannot read " + source +
                   ": the MTZ file is truncated or damaged; fetch or write it again");
}

// gemmi trusts the header's place and size; a cut file would send it outside of the buffer.
void check_header_place(const std::string& content, const gemmi::Mtz& mtz,
                        const std::string& source) {
  const auto words = static_cast<std::int64_t>(content.size() / 4);
  if (mtz.header_offset < 21 || mtz.header_offset > words) truncated(source);
}

void check_data_size(const std::string& content, const gemmi::Mtz& mtz, const std::string& source) {
  const double bytes = 4.0 * static_cast<double>(mtz.columns.size()) * mtz.nreflections;
  const double room = 4.0 * static_cast<double>(mtz.header_offset - 1) - 80;
  if (mtz.nreflections < 0 || bytes > room || bytes + 80 > static_cast<double>(content.size()))
    truncated(source);
}

gemmi::Mtz parse(const std::string& content, const std::string& source) {
  gemmi::Mtz mtz;
  gemmi::MemoryStream stream(content.data(), content.size());
  mtz.read_first_bytes(stream);
  check_header_place(content, mtz, source);
  mtz.read_main_headers(stream);
  if (mtz.columns.size() < 3 || std::isnan(mtz.cell.volume)) truncated(source);
  check_data_size(content, mtz, source);
  mtz.setup_spacegroup();
  if (!mtz.batches.empty())
    throw InputError(source + " is an unmerged MTZ file (" + std::to_string(mtz.batches.size()) +
                     " batches); merge it first, with aimless for example");
  if (mtz.nreflections == 0) throw InputError(source + " holds no reflections");
  mtz.read_raw_data(stream);
  return mtz;
}

// The operators of the header count where they and the name disagree.
std::string space_group_of(const gemmi::Mtz& mtz, const std::string& source, base::Log& log) {
  const gemmi::GroupOps operations = gemmi::split_centering_vectors(mtz.symops);
  const gemmi::SpaceGroup* by_operations =
      mtz.symops.empty() ? nullptr : gemmi::find_spacegroup_by_ops(operations);
  const gemmi::SpaceGroup* by_name = mtz.spacegroup;
  if (by_name && (!by_operations || by_name->operations().is_same_as(operations)))
    return by_name->xhm();
  if (!by_operations)
    throw InputError(
        source + ": '" + mtz.spacegroup_name +
        "' is not a known space group, and its operators are none; correct the header");
  log.warning(source + ": the space group is named '" + mtz.spacegroup_name +
              "' but its operators are those of " + by_operations->xhm() + ", which is taken");
  return by_operations->xhm();
}

Hkl index_of(const gemmi::Mtz& mtz, std::size_t row, const std::string& source) {
  Hkl hkl;
  for (std::size_t i = 0; i < 3; ++i) {
    const float x = mtz.data[row * mtz.columns.size() + i];
    if (!(std::abs(x) < 10000) || x != std::round(x))
      throw InputError(source +
                       base::format(": reflection %zu has the index %g, which is no Miller "
                                    "index; the file is damaged",
                                    row + 1, x));
    hkl[i] = static_cast<int>(x);
  }
  return hkl;
}

TableColumn column_of(const gemmi::Mtz& mtz, const gemmi::Mtz::Column& column) {
  const auto known = [&](const gemmi::Mtz::Dataset& d) { return d.id == column.dataset_id; };
  double wavelength = 0;
  for (const gemmi::Mtz::Dataset& dataset : mtz.datasets)
    if (known(dataset)) wavelength = dataset.wavelength;
  TableColumn result{column.label, column.type, mtz.get_cell(column.dataset_id), wavelength, {}};
  const auto rows = static_cast<std::size_t>(mtz.nreflections);
  result.value.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const float x = column[row];
    const bool missing = !std::isfinite(x) || (!std::isnan(mtz.valm) && x == mtz.valm);
    result.value.push_back(missing ? std::numeric_limits<double>::quiet_NaN() : x);
  }
  return result;
}

}  // namespace

ReflectionTable table_of_mtz(const std::string& content, const std::string& source,
                             base::Log& log) {
  try {
    const gemmi::Mtz mtz = parse(content, source);
    for (std::size_t i = 0; i < 3; ++i)
      if (mtz.columns[i].type != 'H')
        throw InputError(source + ": the first three columns of an MTZ file must be H, K and L");
    ReflectionTable table;
    table.source = source;
    table.space_group = space_group_of(mtz, source, log);
    for (std::size_t row = 0; row < static_cast<std::size_t>(mtz.nreflections); ++row)
      table.hkl.push_back(index_of(mtz, row, source));
    for (std::size_t i = 3; i < mtz.columns.size(); ++i)
      table.columns.push_back(column_of(mtz, mtz.columns[i]));
    return table;
  } catch (const base::Error&) {
    throw;
  } catch (const std::exception& error) {
    throw InputError("cannot read " + source + " as MTZ: " + error.what() +
                     "; the file is damaged or cut off");
  }
}

}  // namespace polyform::crystal
