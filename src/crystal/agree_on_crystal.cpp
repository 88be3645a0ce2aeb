// SPDX-License-Identifier: MPL-2.0
// The crystal of a model, and its agreement with the crystal of the data.

#include <algorithm>
#include <cmath>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/crystal/model.hpp"

namespace polyform::crystal {
namespace {

using base::format;
using base::InputError;

constexpr double length_tolerance = 0.005;  // relative
constexpr double angle_tolerance = 0.5;     // [degrees]

std::string describe(const gemmi::UnitCell& c) {
  return format("%.3f %.3f %.3f A %.2f %.2f %.2f degrees", c.a, c.b, c.c, c.alpha, c.beta, c.gamma);
}

struct Difference {
  double length = 0;  ///< largest, relative
  double angle = 0;   ///< largest [degrees]
};

Difference difference(const gemmi::UnitCell& x, const gemmi::UnitCell& y) {
  const auto relative = [](double p, double q) { return std::abs(p - q) / std::max(p, q); };
  return {std::max({relative(x.a, y.a), relative(x.b, y.b), relative(x.c, y.c)}),
          std::max({std::abs(x.alpha - y.alpha), std::abs(x.beta - y.beta),
                    std::abs(x.gamma - y.gamma)})};
}

bool same_operators(const gemmi::SpaceGroup& x, const gemmi::SpaceGroup& y) {
  return &x == &y || x.operations().is_same_as(y.operations());
}

std::string same_group_elsewhere(const gemmi::SpaceGroup& x, const gemmi::SpaceGroup& y) {
  return x.number == y.number ? " (two settings of one group: reindex the data or move the model)"
                              : "";
}

}  // namespace

Crystal crystal_of(const Model& model) {
  const gemmi::Structure& structure = model.structure;
  if (!structure.cell.is_crystal() || !(structure.cell.a > 0))
    throw InputError(model.source +
                     " states no unit cell; add a CRYST1 record (mmCIF: _cell and _symmetry) with "
                     "the cell and space group of the data");
  try {
    return make_crystal(structure.cell, structure.spacegroup_hm);
  } catch (const InputError& error) {
    throw InputError(model.source + ": " + error.what());
  }
}

Crystal agree_on_crystal(const Model& model, const Crystal& of_data, const std::string& data_source,
                         base::Log& log) {
  const Crystal of_model = crystal_of(model);
  const gemmi::SpaceGroup &model_group = *of_model.space_group, &data_group = *of_data.space_group;
  if (!same_operators(model_group, data_group))
    throw InputError(model.source + " has space group " + model_group.xhm() + " but " +
                     data_source + " has " + data_group.xhm() +
                     same_group_elsewhere(model_group, data_group) +
                     "; use a model and data of one crystal");
  const Difference change = difference(of_model.cell, of_data.cell);
  const std::string both = model.source + " has the cell " + describe(of_model.cell) + ", " +
                           data_source + " has " + describe(of_data.cell);
  if (change.length > length_tolerance || change.angle > angle_tolerance)
    throw InputError(both +
                     format("; they differ by %.2f %% and %.2f degrees, more than the 0.5 %% "
                            "and 0.5 degrees that can be bridged: use a model and data of "
                            "one crystal, or place the model in this cell first",
                            100 * change.length, change.angle));
  if (change.length > 5e-4 || change.angle > 0.02)
    log.warning(both + "; the data's cell is used, Cartesian coordinates are kept");
  return of_data;
}

}  // namespace polyform::crystal
