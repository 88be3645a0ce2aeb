// SPDX-License-Identifier: MPL-2.0
// Maps from CCP4 files and from MTZ columns, as structure factors.
#include "polyform/crystal/read_map.hpp"

#include <algorithm>
#include <cmath>
#include <gemmi/ccp4.hpp>
#include <gemmi/fourier.hpp>
#include <optional>

#include "crystal/file_content.hpp"
#include "crystal/phase_centroid.hpp"
#include "crystal/reflection_table.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"

namespace polyform::crystal {
namespace {

using base::InputError;
using Complex = std::complex<double>;

void check_cell(const gemmi::UnitCell& of_map, const Crystal& crystal, const std::string& source) {
  const gemmi::UnitCell& cell = crystal.cell;
  const double lengths[] = {of_map.a / cell.a, of_map.b / cell.b, of_map.c / cell.c};
  const double angles[] = {of_map.alpha - cell.alpha, of_map.beta - cell.beta,
                           of_map.gamma - cell.gamma};
  const bool same =
      std::all_of(std::begin(lengths), std::end(lengths),
                  [](double ratio) { return std::abs(ratio - 1) < 0.01; }) &&
      std::all_of(std::begin(angles), std::end(angles), [](double d) { return std::abs(d) < 1; });
  if (!same)
    throw InputError(source + base::format(": the map's cell %.2f %.2f %.2f %.1f %.1f %.1f is not "
                                           "the crystal's, %.2f %.2f %.2f %.1f %.1f %.1f",
                                           of_map.a, of_map.b, of_map.c, of_map.alpha, of_map.beta,
                                           of_map.gamma, cell.a, cell.b, cell.c, cell.alpha,
                                           cell.beta, cell.gamma));
}

std::vector<Complex> from_ccp4(const std::string& content, const std::string& source,
                               const Crystal& crystal, const Reflections& reflections) {
  gemmi::Ccp4<float> map;
  try {
    map.read_ccp4_from_memory(content.data(), content.size(), source);
    map.setup(std::numeric_limits<float>::quiet_NaN(), gemmi::MapSetup::Full);
  } catch (const std::exception& error) {
    throw InputError("cannot read " + source + " as a CCP4 map: " + error.what());
  }
  check_cell(map.grid.unit_cell, crystal, source);
  if (std::any_of(map.grid.data.begin(), map.grid.data.end(),
                  [](float rho) { return !std::isfinite(rho); }))
    throw InputError(source +
                     ": covers only part of the cell; write the map of the whole cell or of an "
                     "asymmetric unit");
  const std::array<int, 3> size = {map.grid.nu, map.grid.nv, map.grid.nw};
  const auto grid = gemmi::transform_map_to_f_phi(map.grid, /*half_l=*/true);
  std::vector<Complex> f(reflections.size());
  for (std::size_t i = 0; i < f.size(); ++i) {
    const Hkl& h = reflections.hkl[i];
    bool inside = true;
    for (std::size_t axis = 0; axis < 3; ++axis) inside &= 2 * std::abs(h[axis]) < size[axis];
    if (inside) f[i] = Complex(grid.get_value_by_hkl({{h[0], h[1], h[2]}}));
  }
  return f;
}

std::vector<std::string> split(const std::string& labels) {
  std::vector<std::string> parts(1);
  for (char c : labels)
    if (c == ',')
      parts.emplace_back();
    else if (c != ' ')
      parts.back() += c;
  return parts;
}

// The columns asked for, or those of a usual name.
std::vector<const TableColumn*> choose(const ReflectionTable& table, const std::string& labels) {
  const std::vector<std::string> tries =
      labels.empty() ? std::vector<std::string>{"FWT,PHWT", "2FOFCWT,PH2FOFCWT"}
                     : std::vector<std::string>{labels};
  for (const std::string& names : tries) {
    std::vector<const TableColumn*> columns;
    for (const std::string& label : split(names)) {
      const int at = table.find(label);
      columns.push_back(at < 0 ? nullptr : &table.columns[static_cast<std::size_t>(at)]);
    }
    if (std::find(columns.begin(), columns.end(), nullptr) != columns.end()) continue;
    if (columns.size() == 2 || columns.size() == 3 || columns.size() == 5) return columns;
    throw InputError(table.source + ": a map needs the columns amplitude, phase and perhaps a "
                                    "figure of merit, or amplitude and four Hendrickson-Lattman "
                                    "coefficients; asked for was " + labels);
  }
  throw InputError(table.source + ": has no map columns " +
                   (labels.empty() ? "FWT,PHWT or 2FOFCWT,PH2FOFCWT" : labels) + "; there are " +
                   table.described() + ". Name amplitude and phase with map.labels");
}

// One row of the table as a structure factor; nothing where a value is missing.
std::optional<Complex> value_of(const std::vector<const TableColumn*>& columns, std::size_t row,
                                const PhaseRestriction& allowed) {
  for (const TableColumn* column : columns)
    if (!std::isfinite(column->value[row])) return {};
  const auto at = [&](std::size_t k) { return columns[k]->value[row]; };
  if (columns.size() == 5)
    return at(0) * phase_centroid({at(1), at(2), at(3), at(4)}, allowed);
  const double fom = columns.size() == 3 ? at(2) : 1.0;
  return std::polar(at(0) * fom, base::radians(at(1)));
}

// F of the index in the asymmetric unit from that of a mate: F(hR) = F(h) exp(-2 pi i h.t).
struct Arrived {
  Hkl hkl;
  double turn;     // phase to add to F of the row, in periods, after conjugation
  bool conjugate;
};
Arrived to_asymmetric_unit(const Hkl& hkl, const gemmi::ReciprocalAsu& asu,
                           const std::vector<SymmetryOperator>& operators) {
  const Eigen::RowVector3i h(hkl[0], hkl[1], hkl[2]);
  for (const SymmetryOperator& op : operators) {
    const Eigen::RowVector3i m = h * op.rotation;
    const double turn = -h.cast<double>().dot(op.translation);
    if (asu.is_in({{m[0], m[1], m[2]}})) return {{m[0], m[1], m[2]}, turn, false};
    if (asu.is_in({{-m[0], -m[1], -m[2]}})) return {{-m[0], -m[1], -m[2]}, -turn, true};
  }
  return {hkl, 0, false};
}

std::vector<Complex> from_mtz(const std::string& content, const std::string& source,
                              const std::string& labels, const Crystal& crystal,
                              const Reflections& reflections, base::Log& log) {
  const ReflectionTable table = table_of_mtz(content, source, log);
  const std::vector<const TableColumn*> columns = choose(table, labels);
  check_cell(columns[0]->cell, crystal, source);
  const gemmi::ReciprocalAsu asu(crystal.space_group);
  std::vector<Complex> f(reflections.size());
  long found = 0;
  for (std::size_t row = 0; row < table.hkl.size(); ++row) {
    const Arrived place = to_asymmetric_unit(table.hkl[row], asu, crystal.primitive);
    const auto at =
        std::lower_bound(reflections.hkl.begin(), reflections.hkl.end(), place.hkl);
    if (at == reflections.hkl.end() || *at != place.hkl) continue;
    const auto value = value_of(columns, row, phase_restriction(table.hkl[row], crystal));
    if (!value) continue;
    const Complex moved = place.conjugate ? std::conj(*value) : *value;
    f[static_cast<std::size_t>(at - reflections.hkl.begin())] =
        moved * std::polar(1.0, base::two_pi * place.turn);
    ++found;
  }
  if (found == 0)
    throw InputError(source + ": none of its reflections has a value in the map columns");
  log.info(base::format("%s: map coefficients of %ld of %zu reflections", source.c_str(), found,
                        f.size()));
  return f;
}

}  // namespace

std::vector<Complex> read_map(const std::filesystem::path& path, const std::string& labels,
                              const Crystal& crystal, const Reflections& reflections,
                              base::Log& log) {
  const std::string content = read_file(path);
  const std::string source = path.string();
  constexpr std::size_t place_of_word = 208;  // of "MAP " in a CCP4 header
  if (content.starts_with("MTZ ")) return from_mtz(content, source, labels, crystal, reflections, log);
  if (content.size() > 1024 && content.compare(place_of_word, 4, "MAP ") == 0)
    return from_ccp4(content, source, crystal, reflections);
  throw InputError(source + " is neither a CCP4 map nor an MTZ file");
}

}  // namespace polyform::crystal
