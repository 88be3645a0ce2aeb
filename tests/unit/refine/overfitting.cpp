// SPDX-License-Identifier: MPL-2.0
// Parameters that the data determine: counted as a chemist would.
#include "refine/overfitting.hpp"

#include <cmath>

#include "polyform/base/units.hpp"
#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::refine;

namespace {

struct Molecule {
  Molecule(int n_atoms, const std::vector<std::array<int, 2>>& bonds) {
    const auto n = static_cast<std::size_t>(n_atoms);
    atoms.xyz.resize(n, kernels::Vec3::Zero());
    atoms.b.resize(n, 20.0);
    atoms.occupancy.resize(n, 1.0);
    atoms.weight.resize(n, 1.0);
    atoms.element.resize(n, 6);
    for (const auto& bond : bonds) lists.bonds.push_back({bond, 1.5, 0.02});
    options.b_factors.steps = 0;
  }
  double determined(double n_work) const {
    return determined_parameters({atoms, lists, geometry, 0.1, n_work, refine_u}, options);
  }
  crystal::Atoms atoms;
  restraints::Lists lists;
  restraints::GeometryReport geometry;
  RefineOptions options;
  bool refine_u = false;
};

}  // namespace

TEST_CASE("Maxwell's count leaves rigid motions and turns about bonds") {
  // butane: 6 of a rigid body, and one torsion
  CHECK(Molecule(4, {{0, 1}, {1, 2}, {2, 3}}).determined(1e6) == Approx(7));
  // isobutane: a rigid body; its chirality is fixed by the angles
  CHECK(Molecule(4, {{0, 1}, {0, 2}, {0, 3}}).determined(1e6) == Approx(6));
  // a six-membered ring is rigid
  CHECK(Molecule(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}, {5, 0}}).determined(1e6) == Approx(6));
  // alanine by itself (N CA C O CB): it turns about CA - C
  CHECK(Molecule(5, {{0, 1}, {1, 2}, {2, 3}, {1, 4}}).determined(1e6) == Approx(7));
}

TEST_CASE("a water is free as far as the data outweigh its hold") {
  Molecule water(1, {});
  water.options.chemistry.hold_sigma = 0;
  CHECK(water.determined(1e6) == Approx(3));
  water.options.chemistry.hold_sigma = 0.1;  // as uncertain as by the data
  CHECK(water.determined(1e6) == Approx(1.5));
  water.options.chemistry.hold_sigma = 0.05;
  water.lists.hold_widening = 2;
  CHECK(water.determined(1e6) == Approx(1.5));
}

TEST_CASE("restraints that data have moved count with their Z^2") {
  Molecule butane(4, {{0, 1}, {1, 2}, {2, 3}});
  butane.geometry.bond = {0.01, 0.5, 3};
  butane.geometry.angle = {1.0, 1.0, 2};
  CHECK(butane.determined(1e6) == Approx(7 + 0.25 * 3 + 1.0 * 2));
}

TEST_CASE("B values count with their restraints as -2 ln p, one for their mean") {
  Molecule butane(4, {{0, 1}, {1, 2}, {2, 3}});
  butane.options.b_factors.steps = 10;
  CHECK(butane.determined(1e6) == Approx(8));
  butane.atoms.b = {18, 22, 18, 22};  // bonded atoms differ by 4 A^2; mean 20 A^2
  CHECK(butane.determined(1e6) == Approx(8 + 3 * 0.01 * 16));
  for (double& b : butane.atoms.b) b *= 3;  // relative differences count
  CHECK(butane.determined(1e6) == Approx(8 + 3 * 0.01 * 16));
}

TEST_CASE("tensors that are refined count with their restraints, kept ones as B values") {
  Molecule butane(4, {{0, 1}, {1, 2}, {2, 3}});
  butane.options.b_factors.steps = 10;
  for (double b : butane.atoms.b) {
    const double u = base::u_of_b(b);
    butane.atoms.u_aniso.push_back({u, u, u, 0, 0, 0});
  }
  butane.refine_u = true;
  CHECK(butane.determined(1e6) == Approx(8));
  for (std::size_t i : {1U, 2U}) butane.atoms.u_aniso[i][3] = 0.1;  // bonds 0-1 and 2-3 differ
  butane.options.anisotropic.rigid_bond = 0;
  const restraints::AnisotropicOptions& sigma = butane.options.anisotropic;
  const double ends = 2 * 0.01 / (sigma.terminal * sigma.terminal);
  CHECK(butane.determined(1e6) == Approx(8 + 2 * ends));
  // with few data the least it can be is what evenly shared parameters come to
  const double as_tensors = butane.determined(20);
  butane.refine_u = false;
  CHECK(butane.determined(1e6) == Approx(8));
  CHECK(butane.determined(20) <= as_tensors);
}

TEST_CASE("few data determine fewer parameters, and more so residuals of other data grow") {
  const Molecule butane(4, {{0, 1}, {1, 2}, {2, 3}});
  CHECK(butane.determined(3) <= 1.5);
  CHECK(butane.determined(6) < butane.determined(100));
  CHECK(expected_growth(100, 0) == 1);
  CHECK(expected_growth(100, 20) == Approx(1.5));
}

TEST_CASE("the unrestrained uncertainty is Cruickshank's") {
  const Molecule butane(4, {{0, 1}, {1, 2}, {2, 3}});
  CHECK(unrestrained_sigma(butane.atoms, 0.2, 2.0, 1.0, 100.0) == Approx(0.2 * 2.0 * 0.2));
  CHECK(unrestrained_sigma(butane.atoms, 0.2, 2.0, 0.125, 100.0) == Approx(2 * 0.2 * 2.0 * 0.2));
}
