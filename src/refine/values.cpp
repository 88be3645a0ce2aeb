// SPDX-License-Identifier: MPL-2.0
// Parameters of atoms as numbers in a row, and back into the atoms.
#include "polyform/base/units.hpp"
#include "refine/form.hpp"

namespace polyform::refine {

std::size_t count_values(const crystal::Atoms& atoms, Parameters which) {
  return which == Parameters::positions ? 3 * atoms.size() : atoms.size();
}

void copy_values(const crystal::Atoms& atoms, Parameters which, std::span<double> x) {
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (which == Parameters::b_factors)
      x[i] = atoms.b[i];
    else
      for (int k = 0; k < 3; ++k) x[3 * i + static_cast<std::size_t>(k)] = atoms.xyz[i][k];
}

void put_values(std::span<const double> x, Parameters which, crystal::Atoms& atoms) {
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (which == Parameters::b_factors) {
      add_b(atoms, i, x[i] - atoms.b[i]);
      atoms.b[i] = x[i];  // to the last bit, so that limits are exact
    } else {
      for (int k = 0; k < 3; ++k) atoms.xyz[i][k] = x[3 * i + static_cast<std::size_t>(k)];
    }
}

void add_b(crystal::Atoms& atoms, std::size_t i, double shift) {
  atoms.b[i] += shift;
  if (atoms.is_anisotropic(i))
    for (std::size_t k = 0; k < 3; ++k) atoms.u_aniso[i][k] += base::u_of_b(shift);
}

}  // namespace polyform::refine
