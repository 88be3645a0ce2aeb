// SPDX-License-Identifier: MPL-2.0
// A made crystal form.
#include "support/simulated_form.hpp"

#include <cmath>
#include <gemmi/symmetry.hpp>
#include <random>

#include "polyform/density/structure_factors.hpp"
#include "support/mask_cases.hpp"

namespace polyform::test {
namespace {

using kernels::Vec3;

// A random walk with steps of 1.5 A: neighbours are bonded.
crystal::Atoms random_chain(int n_atoms, bool anisotropic, std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  std::normal_distribution<double> normal;
  crystal::Atoms atoms;
  Vec3 at(1.0, 2.0, 3.0);
  for (int i = 0; i < n_atoms; ++i) {
    at += 1.5 * Vec3(normal(random), normal(random), normal(random)).normalized();
    atoms.xyz.push_back(at);
    atoms.b.push_back(8.0 + 20.0 * uniform(random));
    atoms.occupancy.push_back(1.0);
    atoms.weight.push_back(1.0);
    atoms.element.push_back(static_cast<std::uint8_t>(6 + i % 3));
    atoms.altloc.push_back('\0');
    atoms.charge.push_back(0);
    const double u = atoms.b.back() / (8 * M_PI * M_PI);
    if (!anisotropic) continue;
    if (i % 8 == 0)
      atoms.u_aniso.push_back({1.3 * u, 0.7 * u, u, 0.1 * u, -0.1 * u, 0.2 * u});
    else
      atoms.u_aniso.push_back({});
  }
  return atoms;
}

restraints::Lists chain_restraints(const crystal::Atoms& atoms) {
  restraints::Lists lists;
  const int n = static_cast<int>(atoms.size());
  lists.types.resize(atoms.size(), {.radius = 1.7f, .ion_radius = NAN, .hydrogen_bond_radius = 1.5f,
                                    .hydrogen_bond = 'N', .charge = 0});
  lists.molecule_kind.assign(atoms.size(), 'p');
  lists.excluded_start.push_back(0);
  lists.softened_start.push_back(0);
  for (int i = 0; i < n; ++i) {
    if (i + 1 < n) lists.bonds.push_back({{i, i + 1}, 1.5, 0.02});
    if (i + 2 < n) {
      const auto at = [&](int k) { return atoms.xyz[static_cast<std::size_t>(k)]; };
      const Vec3 a = (at(i) - at(i + 1)).normalized(), b = (at(i + 2) - at(i + 1)).normalized();
      lists.angles.push_back({{i, i + 1, i + 2}, std::acos(a.dot(b)), 0.05});
    }
    for (int j = i + 1; j <= i + 2 && j < n; ++j) lists.excluded.push_back(j);
    if (i + 3 < n) lists.softened.push_back(i + 3);
    lists.excluded_start.push_back(static_cast<std::int64_t>(lists.excluded.size()));
    lists.softened_start.push_back(static_cast<std::int64_t>(lists.softened.size()));
  }
  return lists;
}

crystal::Reflections data_of(const crystal::Crystal& crystal, const crystal::Atoms& truth,
                             double d_min, std::mt19937_64& random) {
  crystal::Reflections r;
  r.hkl = unique_indices(crystal, d_min);
  density::StructureFactors engine(crystal, r.hkl, 5.0, {}, parallel::Communicator::self());
  std::vector<density::Complex> f(r.size());
  engine.calculate(truth, f);
  const gemmi::GroupOps operations = crystal.space_group->operations();
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < r.size(); ++i) {
    const double size = std::abs(f[i]);
    r.f_obs.push_back(std::max(0.01, size * (1 + 0.03 * normal(random))));
    r.sigma.push_back(0.03 * size + 0.01);
    r.use.push_back(i % 10 == 3 ? crystal::Use::test : crystal::Use::work);
    r.flag.push_back(i % 10 == 3 ? 0 : 1);
    r.inverse_d2.push_back(crystal.inverse_d2(r.hkl[i]));
    r.epsilon.push_back(
        static_cast<std::uint8_t>(operations.epsilon_factor_without_centering(r.hkl[i])));
    r.centric.push_back(operations.is_reflection_centric(r.hkl[i]) ? 1 : 0);
  }
  return r;
}

}  // namespace

SimulatedForm simulate_form(const std::string& space_group, const std::array<double, 6>& cell,
                            int n_atoms, double d_min, double shift, bool anisotropic) {
  std::mt19937_64 random(20);
  const crystal::Crystal crystal = crystal::make_crystal(
      gemmi::UnitCell(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5]), space_group);
  SimulatedForm form;
  form.truth = random_chain(n_atoms, anisotropic, random);
  form.input.name = space_group;
  form.input.cell = cell;
  form.input.space_group = space_group;
  form.input.reflections = data_of(crystal, form.truth, d_min, random);
  form.input.lists = chain_restraints(form.truth);
  form.input.atoms = form.truth;
  for (int i = 0; i < n_atoms; ++i) {
    form.input.residue.push_back(i / 4);
    form.input.segment.push_back(i / 20);
  }
  std::uniform_real_distribution<double> uniform(-shift, shift);
  for (Vec3& x : form.input.atoms.xyz)
    x += Vec3(uniform(random), uniform(random), uniform(random)) / std::sqrt(3.0);
  return form;
}

}  // namespace polyform::test
