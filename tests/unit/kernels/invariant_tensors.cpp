// SPDX-License-Identifier: MPL-2.0
// Tensors allowed by symmetry: their number by crystal system, and their invariance.
#include "polyform/kernels/invariant_tensors.hpp"

#include <Eigen/LU>
#include <gemmi/symmetry.hpp>
#include <gemmi/unitcell.hpp>

#include "support/catch.hpp"

using namespace polyform::kernels;

namespace {

std::vector<Mat3> rotations(const char* group, const gemmi::UnitCell& cell) {
  std::vector<Mat3> cartesian;
  for (const gemmi::Op& op : gemmi::find_spacegroup_by_name(group)->operations().sym_ops) {
    Mat3 fractional, to_cartesian;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j) {
        fractional(i, j) =
            static_cast<double>(op.rot[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]) /
            gemmi::Op::DEN;
        to_cartesian(i, j) = cell.orth.mat[i][j];
      }
    cartesian.push_back(to_cartesian * fractional * to_cartesian.inverse());
  }
  return cartesian;
}

}  // namespace

TEST_CASE("the overall B has 6, 4, 3, 2 or 1 free components by crystal system") {
  struct Case {
    const char* group;
    gemmi::UnitCell cell;
    std::size_t expected;
  };
  for (const Case& c :
       {Case{"P 1", {30, 40, 50, 80, 95, 103}, 6}, Case{"P -1", {30, 40, 50, 80, 95, 103}, 6},
        Case{"P 1 21 1", {30, 40, 50, 90, 104, 90}, 4},
        Case{"C 1 2 1", {90, 40, 50, 90, 127, 90}, 4},
        Case{"P 21 21 21", {30, 40, 50, 90, 90, 90}, 3},
        Case{"P 4 2 2", {30, 30, 50, 90, 90, 90}, 2},
        Case{"P 32 2 1", {30, 30, 50, 90, 90, 120}, 2},
        Case{"R 3 :H", {60, 60, 50, 90, 90, 120}, 2}, Case{"R 3 :R", {60, 60, 60, 80, 80, 80}, 2},
        Case{"P 65 2 2", {70, 70, 100, 90, 90, 120}, 2},
        Case{"I 4 3 2", {90, 90, 90, 90, 90, 90}, 1},
        Case{"I 21 3", {90, 90, 90, 90, 90, 90}, 1}}) {
    INFO(c.group);
    const std::vector<Mat3> group = rotations(c.group, c.cell);
    const std::vector<Mat3> tensors = invariant_tensors(group);
    CHECK(tensors.size() == c.expected);
    for (std::size_t m = 0; m < tensors.size(); ++m) {
      for (const Mat3& r : group)
        CHECK((r * tensors[m] * r.transpose() - tensors[m]).norm() < 1e-10);
      for (std::size_t n = 0; n < tensors.size(); ++n)
        CHECK(tensors[m].cwiseProduct(tensors[n]).sum() ==
              Approx(m == n ? 1.0 : 0.0).margin(1e-12));
    }
  }
}
