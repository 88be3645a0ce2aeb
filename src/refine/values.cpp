// SPDX-License-Identifier: MPL-2.0
// Parameters of atoms as numbers in a row, and back into the atoms.
#include "refine/values.hpp"

#include <algorithm>

#include "polyform/base/units.hpp"

namespace polyform::refine {

namespace {

// What one unit of occupancy is worth in F_calc: 1, or less on a symmetry element.
double weight_of_occupancy(const crystal::Atoms& atoms, std::size_t i) {
  return atoms.occupancy[i] > 0 ? atoms.weight[i] / atoms.occupancy[i] : 1.0;
}

}  // namespace

void set_occupancy(crystal::Atoms& atoms, std::size_t i, double occupancy) {
  atoms.weight[i] = occupancy * weight_of_occupancy(atoms, i);
  atoms.occupancy[i] = occupancy;
}

std::size_t count_values(const crystal::Atoms& atoms, Parameters which) {
  return which == Parameters::positions ? 3 * atoms.size() : atoms.size();
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
  }
}

void put_values(std::span<const double> x, Parameters which, crystal::Atoms& atoms) {
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

void fold_hydrogens(const restraints::RidingHydrogens& hydrogens, density::AtomGradient& gradient) {
  const auto fold = [&](auto& of_atom) {
    if (of_atom.empty()) return;
    const std::size_t n_atoms = of_atom.size() - hydrogens.size();
    for (std::size_t k = 0; k < hydrogens.size(); ++k)
      of_atom[static_cast<std::size_t>(hydrogens.parent[k])] += of_atom[n_atoms + k];
    of_atom.resize(n_atoms);
  };
  fold(gradient.xyz);
  fold(gradient.b);
  fold(gradient.weight);
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
