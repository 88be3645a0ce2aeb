// SPDX-License-Identifier: MPL-2.0
// Operators and matrices of a lattice, from gemmi's tables.
#include "polyform/crystal/crystal.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

using base::format;
using base::InputError;

Mat3 to_eigen(const gemmi::Mat33& m) {
  Mat3 result;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) result(i, j) = m[i][j];
  return result;
}

double fraction(int numerator) {
  const double x = static_cast<double>(numerator) / gemmi::Op::DEN;
  return x - std::floor(x);
}

SymmetryOperator to_operator(const gemmi::Op& op) {
  SymmetryOperator result;
  for (int i = 0; i < 3; ++i) {
    result.translation[i] = fraction(op.tran[static_cast<std::size_t>(i)]);
    for (int j = 0; j < 3; ++j)
      result.rotation(i, j) =
          op.rot[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] / gemmi::Op::DEN;
  }
  return result;
}

std::string describe(const gemmi::UnitCell& c) {
  return format("%.3f %.3f %.3f A, %.2f %.2f %.2f degrees", c.a, c.b, c.c, c.alpha, c.beta,
                c.gamma);
}

void check_volume(const gemmi::UnitCell& cell) {
  const bool lengths = cell.a > 1.5 && cell.b > 1.5 && cell.c > 1.5;
  if (!lengths || !std::isfinite(cell.volume) || !(cell.volume > 10.0))
    throw InputError("the unit cell " + describe(cell) +
                     " encloses no crystal's volume; correct CRYST1, _cell or the MTZ header");
}

// Every operator must leave lengths and angles as they are, within what rounding explains.
void check_compatible(const gemmi::UnitCell& cell, const gemmi::SpaceGroup& group) {
  const Mat3 a = to_eigen(cell.orth.mat);
  const Mat3 metric = a.transpose() * a;
  for (const gemmi::Op& op : group.operations().sym_ops) {
    const Mat3 r = to_operator(op).rotation.cast<double>();
    const Mat3 change = r.transpose() * metric * r - metric;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        if (std::abs(change(i, j)) > 0.01 * std::sqrt(metric(i, i) * metric(j, j)))
          throw InputError(
              "the unit cell " + describe(cell) + " cannot have space group " + group.xhm() +
              ", whose operators change its lengths or angles; correct " + "one of them");
  }
}

}  // namespace

std::vector<SymmetryOperator> Crystal::all_operators() const {
  std::vector<SymmetryOperator> all;
  all.reserve(n_operators());
  for (const Vec3& shift : centring)
    for (const SymmetryOperator& op : primitive) {
      SymmetryOperator moved = op;
      for (int i = 0; i < 3; ++i) {
        const double t = op.translation[i] + shift[i];
        moved.translation[i] = std::max(0.0, t - std::floor(t + 1e-9));
      }
      all.push_back(moved);
    }
  return all;
}

double Crystal::inverse_d2(const std::array<int, 3>& hkl) const { return cell.calculate_1_d2(hkl); }

Crystal make_crystal(const gemmi::UnitCell& cell, const std::string& space_group) {
  check_volume(cell);
  const gemmi::SpaceGroup* group =
      gemmi::find_spacegroup_by_name(space_group, cell.alpha, cell.gamma);
  if (!group)
    throw InputError(
        space_group.empty()
            ? std::string("no space group is given; add it to CRYST1, _symmetry or the MTZ header")
            : "'" + space_group + "' is not a space group symbol; write it as \"P 21 21 21\"");
  check_compatible(cell, *group);
  Crystal crystal;
  // A cell of our own: the standard orthogonalisation, whatever SCALE records the source had.
  crystal.cell.set(cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma);
  crystal.cell.set_cell_images_from_spacegroup(group);
  crystal.space_group = group;
  const gemmi::GroupOps operations = group->operations();
  for (const gemmi::Op& op : operations.sym_ops) crystal.primitive.push_back(to_operator(op));
  for (const auto& shift : operations.cen_ops)
    crystal.centring.push_back({fraction(shift[0]), fraction(shift[1]), fraction(shift[2])});
  crystal.orthogonalise = to_eigen(crystal.cell.orth.mat);
  crystal.fractionalise = to_eigen(crystal.cell.frac.mat);
  return crystal;
}

Crystal make_crystal(const std::array<double, 6>& c, const std::string& space_group) {
  return make_crystal(gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]), space_group);
}

}  // namespace polyform::crystal
