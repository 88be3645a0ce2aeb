// SPDX-License-Identifier: MPL-2.0
// Parameters of atoms as numbers in a row, and back into the atoms.
#include "refine/values.hpp"

#include <algorithm>
#include <limits>

#include "polyform/base/units.hpp"
#include "polyform/kernels/displacement.hpp"

namespace polyform::refine {

namespace {

// What one unit of occupancy is worth in F_calc: 1, or less on a symmetry element.
double weight_of_occupancy(const crystal::Atoms& atoms, std::size_t i) {
  return atoms.occupancy[i] > 0 ? atoms.weight[i] / atoms.occupancy[i] : 1.0;
}

kernels::Sym3 tensor_of_atom(const crystal::Atoms& atoms, std::size_t i) {
  if (atoms.is_anisotropic(i)) return atoms.u_aniso[i];
  const double u = base::u_of_b(atoms.b[i]);
  return {u, u, u, 0, 0, 0};
}

void put_tensor(std::span<const double> u, crystal::Atoms& atoms, std::size_t i) {
  if (atoms.is_anisotropic(i)) std::copy(u.begin(), u.end(), atoms.u_aniso[i].begin());
  const bool one_value = u[0] == u[1] && u[0] == u[2];
  atoms.b[i] = base::b_of_u(one_value ? u[0] : (u[0] + u[1] + u[2]) / 3);
}

}  // namespace

void set_occupancy(crystal::Atoms& atoms, std::size_t i, double occupancy) {
  atoms.weight[i] = occupancy * weight_of_occupancy(atoms, i);
  atoms.occupancy[i] = occupancy;
}

std::size_t values_an_atom(Parameters which) {
  switch (which) {
    case Parameters::positions:
      return 3;
    case Parameters::u_aniso:
      return 6;
    case Parameters::positions_and_b:
      return 4;
    case Parameters::positions_and_u:
      return 9;
    default:
      return 1;
  }
}

std::size_t count_values(const crystal::Atoms& atoms, Parameters which) {
  return values_an_atom(which) * atoms.size();
}

void copy_values(const crystal::Atoms& atoms, Parameters which, std::span<double> x) {
  switch (which) {
    case Parameters::positions:
      for (std::size_t i = 0; i < atoms.size(); ++i)
        for (int k = 0; k < 3; ++k) x[3 * i + static_cast<std::size_t>(k)] = atoms.xyz[i][k];
      break;
    case Parameters::b_factors:
      std::copy(atoms.b.begin(), atoms.b.end(), x.begin());
      break;
    case Parameters::occupancies:
      std::copy(atoms.occupancy.begin(), atoms.occupancy.end(), x.begin());
      break;
    case Parameters::u_aniso:
      for (std::size_t i = 0; i < atoms.size(); ++i) {
        const kernels::Sym3 u = tensor_of_atom(atoms, i);
        std::copy(u.begin(), u.end(), x.begin() + static_cast<std::ptrdiff_t>(6 * i));
      }
      break;
    case Parameters::positions_and_b:
    case Parameters::positions_and_u:
      copy_values(atoms, Parameters::positions, position_part(x, which, atoms));
      copy_values(atoms, beside_positions(which), other_part(x, which, atoms));
      break;
  }
}

void put_values(std::span<const double> x, Parameters which, crystal::Atoms& atoms) {
  if (beside_positions(which) != which) {
    put_values(position_part(x, which, atoms), Parameters::positions, atoms);
    put_values(other_part(x, which, atoms), beside_positions(which), atoms);
    return;
  }
  for (std::size_t i = 0; i < atoms.size(); ++i) switch (which) {
      case Parameters::positions:
        for (int k = 0; k < 3; ++k) atoms.xyz[i][k] = x[3 * i + static_cast<std::size_t>(k)];
        break;
      case Parameters::b_factors:
        set_b(atoms, i, x[i]);
        break;
      case Parameters::occupancies:
        set_occupancy(atoms, i, x[i]);
        break;
      case Parameters::u_aniso:
        put_tensor(x.subspan(6 * i, 6), atoms, i);
        break;
      case Parameters::positions_and_b:
      case Parameters::positions_and_u:
        break;
    }
}

void copy_gradient(const density::AtomGradient& by_atom, const crystal::Atoms& atoms,
                   Parameters which, std::span<double> gradient) {
  switch (which) {
    case Parameters::positions:
      for (std::size_t i = 0; i < atoms.size(); ++i)
        for (std::size_t k = 0; k < 3; ++k)
          gradient[3 * i + k] = by_atom.xyz[i][static_cast<int>(k)];
      break;
    case Parameters::b_factors:
      std::copy(by_atom.b.begin(), by_atom.b.end(), gradient.begin());
      break;
    case Parameters::occupancies:
      for (std::size_t i = 0; i < atoms.size(); ++i)
        gradient[i] = by_atom.weight[i] * weight_of_occupancy(atoms, i);
      break;
    case Parameters::u_aniso:
      for (std::size_t i = 0; i < atoms.size(); ++i)
        for (std::size_t k = 0; k < 6; ++k)
          gradient[6 * i + k] = atoms.is_anisotropic(i) ? by_atom.u_aniso[i][k]
                                : k < 3                 ? base::b_of_u(by_atom.b[i]) / 3
                                                        : 0.0;
      break;
    case Parameters::positions_and_b:
    case Parameters::positions_and_u:
      copy_gradient(by_atom, atoms, Parameters::positions, position_part(gradient, which, atoms));
      copy_gradient(by_atom, atoms, beside_positions(which), other_part(gradient, which, atoms));
      break;
  }
}

void project_onto_sites(const crystal::Atoms& atoms, std::span<double> gradient) {
  if (gradient.empty()) return;
  for (const crystal::SpecialPosition& site : atoms.special) {
    const std::size_t at = 3 * static_cast<std::size_t>(site.atom);
    const kernels::Vec3 allowed =
        site.projector * kernels::Vec3(gradient[at], gradient[at + 1], gradient[at + 2]);
    for (std::size_t k = 0; k < 3; ++k) gradient[at + k] = allowed[static_cast<int>(k)];
  }
}

crystal::Atoms with_hydrogens(const crystal::Atoms& atoms,
                              const restraints::RidingHydrogens& hydrogens) {
  crystal::Atoms all = atoms;
  const std::size_t n = atoms.size() + hydrogens.size();
  all.xyz.resize(n);
  all.b.resize(n);
  if (!atoms.u_aniso.empty()) all.u_aniso.resize(n);
  all.element.resize(n, 1);
  all.charge.resize(n, 0);
  for (int id : hydrogens.parent) {
    const auto parent = static_cast<std::size_t>(id);
    all.occupancy.push_back(atoms.occupancy[parent]);
    all.weight.push_back(atoms.weight[parent]);
    all.altloc.push_back(atoms.altloc[parent]);
  }
  follow_parents(atoms, hydrogens, all);
  return all;
}

void follow_parents(const crystal::Atoms& atoms, const restraints::RidingHydrogens& hydrogens,
                    crystal::Atoms& scatterers) {
  std::copy(atoms.xyz.begin(), atoms.xyz.end(), scatterers.xyz.begin());
  std::copy(atoms.b.begin(), atoms.b.end(), scatterers.b.begin());
  std::copy(atoms.weight.begin(), atoms.weight.end(), scatterers.weight.begin());
  std::copy(atoms.u_aniso.begin(), atoms.u_aniso.end(), scatterers.u_aniso.begin());
  for (std::size_t k = 0; k < hydrogens.size(); ++k) {
    const auto parent = static_cast<std::size_t>(hydrogens.parent[k]);
    const std::size_t own = atoms.size() + k;
    scatterers.xyz[own] = atoms.xyz[parent] + hydrogens.offset[k];
    scatterers.b[own] = atoms.b[parent];
    scatterers.weight[own] = atoms.weight[parent];
    if (!atoms.u_aniso.empty()) scatterers.u_aniso[own] = atoms.u_aniso[parent];
  }
}

namespace {
template <class Value>
void add(Value& sum, const Value& value) {
  sum += value;
}
void add(kernels::Sym3& sum, const kernels::Sym3& value) {
  for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += value[k];
}
}  // namespace

void fold_hydrogens(const restraints::RidingHydrogens& hydrogens, density::AtomGradient& gradient) {
  const auto fold = [&](auto& of_atom) {
    if (of_atom.empty()) return;
    const std::size_t n_atoms = of_atom.size() - hydrogens.size();
    for (std::size_t k = 0; k < hydrogens.size(); ++k)
      add(of_atom[static_cast<std::size_t>(hydrogens.parent[k])], of_atom[n_atoms + k]);
    of_atom.resize(n_atoms);
  };
  fold(gradient.xyz);
  fold(gradient.b);
  fold(gradient.weight);
  fold(gradient.u_aniso);
}

bool same_values(const crystal::Atoms& a, const crystal::Atoms& b) {
  return a.xyz == b.xyz && a.b == b.b && a.u_aniso == b.u_aniso && a.weight == b.weight;
}

double smallest_principal_b(const crystal::Atoms& atoms, std::size_t i) {
  if (!atoms.is_anisotropic(i)) return atoms.b[i];
  return base::b_of_u(kernels::principal_values(kernels::matrix_of(atoms.u_aniso[i]))[0]);
}

double smallest_principal_b(const crystal::Atoms& atoms) {
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < atoms.size(); ++i)
    least = std::min(least, smallest_principal_b(atoms, i));
  return least;
}

double lowest_b(const crystal::Atoms& atoms, std::size_t i, double minimal) {
  return minimal + atoms.b[i] - smallest_principal_b(atoms, i);
}

void add_b(crystal::Atoms& atoms, std::size_t i, double shift) {
  atoms.b[i] += shift;
  if (atoms.is_anisotropic(i))
    for (std::size_t k = 0; k < 3; ++k) atoms.u_aniso[i][k] += base::u_of_b(shift);
}

void set_b(crystal::Atoms& atoms, std::size_t i, double b) {
  add_b(atoms, i, b - atoms.b[i]);
  atoms.b[i] = b;  // to the last bit, so that limits are exact
}

}  // namespace polyform::refine
