// SPDX-License-Identifier: MPL-2.0
// Writing small files by gemmi and by hand.
#include "support/crystal_files.hpp"

#include <zlib.h>

#include <fstream>
#include <gemmi/mtz.hpp>
#include <sstream>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "support/session.hpp"

namespace polyform::test {

std::string pdb_atom(const AtomLine& a, int serial) {
  return base::format("%-6s%5d %-4s%c%3s%2s%5s   %8s%8s%8s%6s%6s          %2s  \n",
                      a.het ? "HETATM" : "ATOM", serial % 100000, a.name.c_str(), a.altloc,
                      a.residue.c_str(), a.chain.c_str(), a.number.c_str(), a.x.c_str(),
                      a.y.c_str(), a.z.c_str(), a.occupancy.c_str(), a.b.c_str(),
                      a.element.c_str());
}

std::string pdb_text(const std::vector<AtomLine>& atoms, const std::string& space_group,
                     const std::array<double, 6>& c) {
  std::string text = base::format("CRYST1%9.3f%9.3f%9.3f%7.2f%7.2f%7.2f %-11s%4d\n", c[0], c[1],
                                  c[2], c[3], c[4], c[5], space_group.c_str(), 4);
  int serial = 0;
  for (const AtomLine& atom : atoms) text += pdb_atom(atom, ++serial);
  return text + "END\n";
}

std::filesystem::path written(const std::string& name, const std::string& content) {
  const std::filesystem::path path = scratch() / name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string gzipped(const std::string& content) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

std::string mtz_content(const std::vector<MtzColumn>& columns, const std::vector<MtzRow>& rows,
                        const std::string& space_group, const std::array<double, 6>& c) {
  gemmi::Mtz mtz;
  mtz.cell.set(c[0], c[1], c[2], c[3], c[4], c[5]);
  mtz.spacegroup = gemmi::find_spacegroup_by_name(space_group, c[3], c[5]);
  mtz.add_base();
  mtz.add_dataset("data");
  for (const MtzColumn& column : columns) mtz.add_column(column.label, column.type, 1, -1, false);
  mtz.nreflections = static_cast<int>(rows.size());
  for (const MtzRow& row : rows) {
    for (const int index : row.hkl) mtz.data.push_back(static_cast<float>(index));
    for (const double value : row.values) mtz.data.push_back(static_cast<float>(value));
  }
  std::string content;
  mtz.write_to_string(content);
  return content;
}

std::filesystem::path written_mtz(const std::string& name, const std::vector<MtzColumn>& columns,
                                  const std::vector<MtzRow>& rows, const std::string& space_group,
                                  const std::array<double, 6>& cell) {
  return written(name, mtz_content(columns, rows, space_group, cell));
}

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::InputError& error) {
    return error.what();
  } catch (const base::OutputError& error) {
    return error.what();
  }
  return "";
}

RecordedLog::RecordedLog() {
  static int count = 0;
  path_ = scratch() / ("log" + std::to_string(++count));
  log_.to_file(path_);
}

std::string RecordedLog::text() const { return content_of(path_); }

}  // namespace polyform::test
