// SPDX-License-Identifier: MPL-2.0
// Hydrogens ride: they go where their parents go, and what pulls at them pulls at the parents.
#include "refine/form.hpp"
#include "support/catch.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;

namespace {

restraints::RidingHydrogens two_on_atom_three() {
  return {.parent = {3, 3, 5}, .offset = {{0.9, 0, 0}, {0, 0.9, 0}, {0, 0, 0.9}}};
}

crystal::Atoms chain(bool anisotropic) {
  return test::simulate_form("P 1", {20, 21, 22, 80, 85, 95}, 8, 5.0, 0.0, anisotropic).input.atoms;
}

}  // namespace

TEST_CASE("hydrogens have the place, B, U and weight of their parents, also after these change") {
  const restraints::RidingHydrogens hydrogens = two_on_atom_three();
  for (bool anisotropic : {false, true}) {
    crystal::Atoms atoms = chain(anisotropic);
    atoms.weight[3] = 0.4;
    crystal::Atoms all = with_hydrogens(atoms, hydrogens);
    REQUIRE(all.size() == atoms.size() + 3);
    CHECK(all.is_hydrogen(8));
    CHECK(all.weight[9] == 0.4);
    atoms.xyz[3] += kernels::Vec3(1, 2, 3);
    add_b(atoms, 3, 7.0);
    follow_parents(atoms, hydrogens, all);
    CHECK((all.xyz[9] - atoms.xyz[3] - hydrogens.offset[1]).norm() < 1e-12);
    CHECK(all.b[8] == atoms.b[3]);
    CHECK(all.b[10] == atoms.b[5]);
    CHECK(all.u_aniso.size() == (anisotropic ? all.size() : 0));
    if (anisotropic) CHECK(all.u_aniso[8] == atoms.u_aniso[3]);
  }
}

TEST_CASE("the gradient of a hydrogen is its parent's and nobody else's") {
  density::AtomGradient gradient;
  for (int i = 0; i < 11; ++i) gradient.xyz.emplace_back(i, 1, -i);
  fold_hydrogens(two_on_atom_three(), gradient);
  REQUIRE(gradient.xyz.size() == 8);
  CHECK((gradient.xyz[3] - kernels::Vec3(3 + 8 + 9, 3, -20)).norm() < 1e-12);
  CHECK((gradient.xyz[5] - kernels::Vec3(5 + 10, 2, -15)).norm() < 1e-12);
  CHECK((gradient.xyz[4] - kernels::Vec3(4, 1, -4)).norm() < 1e-12);
  CHECK(gradient.b.empty());
}
