// SPDX-License-Identifier: MPL-2.0
// Restraints on displacement tensors: gradients, what they leave alone, and crystal contacts.
#include "polyform/restraints/anisotropic.hpp"

#include <Eigen/Geometry>
#include <random>

#include "polyform/base/units.hpp"
#include "polyform/kernels/displacement.hpp"
#include "support/catch.hpp"
#include "support/restrained_model.hpp"

using namespace polyform;
using kernels::Mat3;
using kernels::Sym3;
using kernels::Vec3;

namespace {

// Tensors of 1CBS's first residues about u I; every fifth atom stays isotropic.
crystal::Atoms with_tensors(crystal::Atoms atoms, double spread) {
  std::mt19937 random(4);
  std::normal_distribution<double> normal(0.0, spread);
  atoms.u_aniso.assign(atoms.size(), Sym3{});
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (i % 5 == 4) continue;
    const double u = base::u_of_b(atoms.b[i]);
    Sym3& own = atoms.u_aniso[i];
    own = {u, u, u, 0, 0, 0};
    for (double& entry : own) entry += normal(random);
    atoms.b[i] = base::b_of_u(kernels::trace(own) / 3);
  }
  return atoms;
}

const restraints::TensorForces all_on = {{}, 0.01, 0.008};

double energy_of(const restraints::Chemistry& chemistry, const crystal::Atoms& atoms,
                 const restraints::TensorForces& forces = all_on) {
  std::vector<Sym3> unused(atoms.size(), Sym3{});
  return chemistry.u_energy(atoms, forces, unused);
}

// U moved by a step along a direction, B of isotropic atoms by its first entry.
crystal::Atoms moved_along(crystal::Atoms atoms, const std::vector<Sym3>& direction, double step) {
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (!atoms.is_anisotropic(i)) {
      atoms.b[i] += base::b_of_u(step * direction[i][0]);
      continue;
    }
    for (std::size_t k = 0; k < 6; ++k) atoms.u_aniso[i][k] += step * direction[i][k];
    atoms.b[i] = base::b_of_u(kernels::trace(atoms.u_aniso[i]) / 3);
  }
  return atoms;
}

// Any change of tensors, of isotropic atoms the same in all three directions.
std::vector<Sym3> any_direction(const crystal::Atoms& atoms, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0.0, 0.02);
  std::vector<Sym3> direction(atoms.size());
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    for (double& entry : direction[i]) entry = normal(random);
    const double u = direction[i][0];
    if (!atoms.is_anisotropic(i)) direction[i] = {u, u, u, 0, 0, 0};
  }
  return direction;
}

// v' H v from the blocks.
double curvature_along(const restraints::Chemistry& chemistry, const crystal::Atoms& atoms,
                       const restraints::TensorForces& forces, const std::vector<Sym3>& v) {
  using Entries = Eigen::Map<const Eigen::Matrix<double, 6, 1>>;
  double sum = 0;
  chemistry.u_curvature(atoms, forces, [&](int i, int j, const restraints::TensorBlock& block) {
    REQUIRE(i <= j);
    const double part = Entries(v[static_cast<std::size_t>(i)].data())
                            .dot(block * Entries(v[static_cast<std::size_t>(j)].data()));
    sum += i == j ? part : 2 * part;
  });
  return sum;
}

// A quadratic's second difference is exact.
void check_curvature(const restraints::Chemistry& chemistry, const crystal::Atoms& atoms,
                     const restraints::TensorForces& forces) {
  for (unsigned seed : {5u, 6u, 7u}) {
    const std::vector<Sym3> v = any_direction(atoms, seed);
    const auto at = [&](double step) {
      return energy_of(chemistry, moved_along(atoms, v, step), forces);
    };
    const double second = at(1) - 2 * at(0) + at(-1);
    CHECK(second > 0);
    CHECK(curvature_along(chemistry, atoms, forces, v) == Approx(second).epsilon(1e-9));
  }
}

}  // namespace

TEST_CASE("the Hessian of the restraints on U is what their energy curves like") {
  const auto model = test::restrain(test::part_of_1cbs(1, 8));
  check_curvature(model.chemistry(), with_tensors(model.model.atoms, 0.02), all_on);
}

TEST_CASE("slopes of the restraints on U agree with central differences") {
  const auto model = test::restrain(test::part_of_1cbs(1, 8));
  auto chemistry = model.chemistry();
  const crystal::Atoms atoms = with_tensors(model.model.atoms, 0.02);
  std::vector<Sym3> gradient(atoms.size(), Sym3{});
  chemistry.u_energy(atoms, all_on, gradient);
  for (std::size_t i = 0; i < atoms.size(); i += 3)
    for (std::size_t k = 0; k < 6; ++k) {
      if (!atoms.is_anisotropic(i)) continue;
      const auto moved = [&](double by) {
        crystal::Atoms other = atoms;
        other.u_aniso[i][k] += by;
        other.b[i] = base::b_of_u(kernels::trace(other.u_aniso[i]) / 3);
        return energy_of(chemistry, other);
      };
      CHECK(gradient[i][k] ==
            Approx((moved(1e-5) - moved(-1e-5)) / 2e-5).epsilon(1e-5).margin(1e-5));
    }
  // An isotropic atom's entries move together.
  for (std::size_t i = 4; i < atoms.size(); i += 5) {
    const auto moved = [&](double by) {
      crystal::Atoms other = atoms;
      other.b[i] += base::b_of_u(by);
      return energy_of(chemistry, other);
    };
    const double slope = gradient[i][0] + gradient[i][1] + gradient[i][2];
    CHECK(slope == Approx((moved(1e-5) - moved(-1e-5)) / 2e-5).epsilon(1e-5).margin(1e-5));
  }
}

TEST_CASE("equal tensors cost nothing, and axes may be turned at will") {
  auto model = test::restrain(test::part_of_1cbs(1, 8));
  crystal::Atoms atoms = model.model.atoms;
  atoms.u_aniso.assign(atoms.size(), {0.2, 0.3, 0.25, 0.02, -0.03, 0.04});
  CHECK(energy_of(model.chemistry(), atoms) == Approx(0.0).margin(1e-18));

  atoms = with_tensors(model.model.atoms, 0.02);
  const double before = energy_of(model.chemistry(), atoms);
  const Mat3 r = Eigen::AngleAxisd(0.7, Vec3(1, -2, 3).normalized()).toRotationMatrix();
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    atoms.xyz[i] = r * atoms.xyz[i];
    if (atoms.is_anisotropic(i))
      atoms.u_aniso[i] =
          kernels::tensor_of(r * kernels::matrix_of(atoms.u_aniso[i]) * r.transpose());
  }
  CHECK(energy_of(model.chemistry(), atoms) == Approx(before));
}

TEST_CASE("a molecule that moves as a rigid body has rigid bonds") {
  const auto model = test::restrain(test::part_of_1cbs(1, 8));
  crystal::Atoms atoms = model.model.atoms;
  // Libration of 3 degrees about an axis through the first atom: U = <(a x r)(a x r)'>.
  const Vec3 axis = 0.05 * Vec3(1, 1, 2).normalized();
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const Vec3 shift = axis.cross(atoms.xyz[i] - atoms.xyz[0]);
    atoms.u_aniso.push_back(kernels::tensor_of(0.1 * Mat3::Identity() + shift * shift.transpose()));
  }
  const restraints::AnisotropicReport report = restraints::anisotropic_report(model.lists, atoms);
  CHECK(report.n_atoms == static_cast<long>(atoms.size()));
  CHECK(report.along_bond < 1e-12);
  CHECK(report.along_13 < 1e-12);
  CHECK(report.similarity > 0.01);
}

TEST_CASE("a tensor across a crystal contact is turned with its atom") {
  auto model = test::restrain(test::part_of_1cbs(1, 2));
  restraints::Lists lists = model.lists;
  lists.bonds.clear();
  lists.angles.clear();
  const Mat3 r = Eigen::AngleAxisd(2.0, Vec3(0, 1, 1).normalized()).toRotationMatrix();
  lists.images.push_back({r, Vec3(1, 2, 3)});
  lists.bonds.push_back({{0, 1}, 1.5, 0.02, static_cast<int>(lists.images.size()) - 1});
  crystal::Atoms atoms = model.model.atoms;
  atoms.u_aniso.assign(atoms.size(), {0.2, 0.3, 0.25, 0.02, -0.03, 0.04});
  const restraints::Chemistry chemistry(lists, model.crystal, atoms, {}, 0, 1);
  restraints::TensorForces forces = all_on;
  forces.tensors.isotropy = 0;
  CHECK(energy_of(chemistry, atoms, forces) > 1e-3);
  atoms.u_aniso[0] = kernels::tensor_of(r * kernels::matrix_of(atoms.u_aniso[1]) * r.transpose());
  CHECK(energy_of(chemistry, atoms, forces) == Approx(0.0).margin(1e-18));
  atoms.u_aniso[1][3] += 0.05;
  std::vector<Sym3> gradient(atoms.size(), Sym3{});
  chemistry.u_energy(atoms, forces, gradient);
  for (std::size_t k = 0; k < 6; ++k) {
    const auto moved = [&](double by) {
      crystal::Atoms other = atoms;
      other.u_aniso[1][k] += by;
      return energy_of(chemistry, other, forces);
    };
    CHECK(gradient[1][k] == Approx((moved(1e-5) - moved(-1e-5)) / 2e-5).epsilon(1e-5).margin(1e-6));
  }
  check_curvature(chemistry, atoms, forces);
}

TEST_CASE("an atom bonded to its own image is held as its turned tensor is") {
  const auto model = test::restrain(test::part_of_1cbs(1, 2));
  restraints::Lists lists = model.lists;
  const Mat3 r = Eigen::AngleAxisd(2.0, Vec3(0, 1, 1).normalized()).toRotationMatrix();
  lists.images.push_back({r, Vec3(1, 2, 3)});
  lists.bonds.push_back({{1, 1}, 1.5, 0.02, static_cast<int>(lists.images.size()) - 1});
  const restraints::Chemistry chemistry(lists, model.crystal, model.model.atoms, {}, 0, 1);
  check_curvature(chemistry, with_tensors(model.model.atoms, 0.02), all_on);
}
