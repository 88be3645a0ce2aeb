// SPDX-License-Identifier: MPL-2.0
// How much of the noise a fit takes up.
#include "refine/overfitting.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/restraints/anisotropic.hpp"
#include "refine/weights.hpp"

namespace polyform::refine {
namespace {

double sq(double x) { return x * x; }

// Atoms that are not hydrogens.
double count_atoms(const crystal::Atoms& atoms) {
  double n = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i) n += atoms.is_hydrogen(i) ? 0 : 1;
  return n;
}

// Directions that bonds and angles leave free.
double torsional_freedom(const FittedModel& model) {
  std::vector<int> valence(model.atoms.size(), 0);
  for (const restraints::Bond& bond : model.lists.bonds) {
    const auto a = static_cast<std::size_t>(bond.atom[0]);
    const auto b = static_cast<std::size_t>(bond.atom[1]);
    if (model.atoms.is_hydrogen(a) || model.atoms.is_hydrogen(b)) continue;
    ++valence[a];
    ++valence[b];
  }
  double free = 0;
  for (int v : valence)
    if (v > 0) free += 3 - 0.5 * v - (v > 1 ? 2 * v - 3 : 0);
  return std::max(0.0, free);
}

// Of atoms that nothing is bonded to, each axis as far as the data outweigh the hold.
double single_freedom(const FittedModel& model, double hold_sigma) {
  const auto n =
      static_cast<double>(restraints::single_atoms(model.lists, model.atoms.size()).size());
  const double held = sq(hold_sigma * model.lists.hold_widening),
               measured = sq(model.coordinate_sigma);
  return hold_sigma > 0 ? 3 * n * held / (held + measured) : 3 * n;
}

double sum_of_z2(const restraints::GeometryReport& geometry) {
  double sum = 0;
  for (const restraints::Fit* fit :
       {&geometry.bond, &geometry.angle, &geometry.torsion, &geometry.chirality, &geometry.plane})
    sum += sq(fit->rmsz) * static_cast<double>(fit->count);
  return sum;
}

long count_tensors(const FittedModel& model) {
  long n = 0;
  for (std::size_t i = 0; i < model.atoms.size(); ++i)
    n += model.refine_u && model.atoms.is_anisotropic(i) ? 1 : 0;
  return n;
}

// What B values and tensors have for parameters.
double count_b(const FittedModel& model) {
  return count_atoms(model.atoms) + 5.0 * static_cast<double>(count_tensors(model));
}

// All restraints on U, those on B of isotropic atoms among them.
double energy_of_tensors(const FittedModel& model, const RefineOptions& options) {
  const restraints::Lists& lists = model.lists;
  const std::vector<int> single = restraints::single_atoms(lists, model.atoms.size());
  std::vector<kernels::Sym3> unused(model.atoms.size(), kernels::Sym3{});
  return restraints::tensor_energy(
      lists, {{0, lists.bonds.size()}, {0, lists.angles.size()}, {0, single.size()}}, single,
      restraints::terminal_atoms(lists, model.atoms), model.atoms,
      {options.anisotropic, options.b_factors.bond, options.b_factors.angle}, unused);
}

double energy_of_b(const FittedModel& model, const BFactorOptions& options) {
  double sum = 0;
  const auto add = [&](int i, int j, double force) {
    if (force > 0)
      sum += force * sq(model.atoms.b[static_cast<std::size_t>(i)] -
                        model.atoms.b[static_cast<std::size_t>(j)]);
  };
  for (const restraints::Bond& bond : model.lists.bonds)
    add(bond.atom[0], bond.atom[1], options.bond);
  for (const restraints::Angle& angle : model.lists.angles)
    add(angle.atom[0], angle.atom[2], options.angle);
  return sum;
}

// The restraints on B or U as -2 ln p, and one for the mean B.
double b_freedom(const FittedModel& model, const RefineOptions& options) {
  const BFactorOptions& b = options.b_factors;
  if (b.steps == 0) return 0;
  const bool tensors = count_tensors(model) > 0;
  if (!tensors && b.bond < 0 && b.angle < 0) return count_atoms(model.atoms);
  const double energy = tensors ? energy_of_tensors(model, options) : energy_of_b(model, b);
  const double over_natural =
      b.scale > 0 ? b.scale / (2 * model.n_work) : b_weight_over_natural(model.atoms);
  return 1 + energy / std::max(over_natural, 1e-6);
}

// If every parameter were determined by data and restraints alike.
double evenly_determined(const FittedModel& model, const BFactorOptions& options) {
  const restraints::Lists& lists = model.lists;
  const double stereochemical =
      static_cast<double>(lists.bonds.size() + lists.angles.size() + lists.torsions.size() +
                          lists.chiralities.size() + lists.plane_atoms.size());
  const double of_b =
      options.steps > 0 ? static_cast<double>(lists.bonds.size() + lists.angles.size()) : 0.0;
  const double parameters = 3 * count_atoms(model.atoms) + (options.steps > 0 ? count_b(model) : 0);
  return parameters * model.n_work / (model.n_work + stereochemical + of_b);
}

}  // namespace

double unrestrained_sigma(const crystal::Atoms& atoms, double r_work, double d_min,
                          double completeness, double n_work) {
  double n_atoms = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (!atoms.is_hydrogen(i)) n_atoms += atoms.occupancy[i];
  return r_work * d_min / std::cbrt(std::max(completeness, 0.01)) * std::sqrt(n_atoms / n_work);
}

double determined_parameters(const FittedModel& model, const RefineOptions& options) {
  const double counted = torsional_freedom(model) +
                         single_freedom(model, options.chemistry.hold_sigma) +
                         sum_of_z2(model.geometry) + b_freedom(model, options);
  return std::min({counted, evenly_determined(model, options.b_factors), 0.5 * model.n_work});
}

double expected_growth(double n_work, double n_determined) {
  return (n_work + n_determined) / (n_work - n_determined);
}

}  // namespace polyform::refine
