// SPDX-License-Identifier: MPL-2.0
// Parameters of atoms as numbers in a row, and hydrogens that follow their parents.
#pragma once

#include <span>
#include <vector>

#include "polyform/density/structure_factors.hpp"
#include "polyform/refine/ensemble.hpp"

namespace polyform::refine {

/// One kind of parameter of a form's atoms as numbers in a row, and back: three coordinates, one B,
/// one occupancy, (11, 22, 33, 12, 13, 23) of U, or all positions and then all B or U. An isotropic
/// atom has U = u I, whose u is the mean of 11, 22 and 33; its other entries mean nothing.
std::size_t values_an_atom(Parameters which);
std::size_t count_values(const crystal::Atoms& atoms, Parameters which);
void copy_values(const crystal::Atoms& atoms, Parameters which, std::span<double> x);
void put_values(std::span<const double> x, Parameters which, crystal::Atoms& atoms);
/// The derivatives by such a row, of those by the atoms' parameters.
void copy_gradient(const density::AtomGradient& by_atom, const crystal::Atoms& atoms,
                   Parameters which, std::span<double> gradient);
/// Of a kind that is two in one row, what is beside positions; else the kind itself.
inline Parameters beside_positions(Parameters which) {
  if (which == Parameters::positions_and_b) return Parameters::b_factors;
  if (which == Parameters::positions_and_u) return Parameters::u_aniso;
  return which;
}
inline bool has_positions(Parameters which) {
  return which == Parameters::positions || beside_positions(which) != which;
}
/// Of one form's row its positions, its B and its U; empty where it has none.
template <class T>
std::span<T> position_part(std::span<T> row, Parameters which, const crystal::Atoms& atoms) {
  return row.first(has_positions(which) ? 3 * atoms.size() : 0);
}
template <class T>
std::span<T> b_part(std::span<T> row, Parameters which, const crystal::Atoms& atoms) {
  return row.last(beside_positions(which) == Parameters::b_factors ? atoms.size() : 0);
}
template <class T>
std::span<T> u_part(std::span<T> row, Parameters which, const crystal::Atoms& atoms) {
  return row.last(beside_positions(which) == Parameters::u_aniso ? 6 * atoms.size() : 0);
}
/// What is not positions: all of it, where there are none.
template <class T>
std::span<T> other_part(std::span<T> row, Parameters which, const crystal::Atoms& atoms) {
  return row.subspan(position_part(row, which, atoms).size());
}
/// Takes out of a gradient by positions (3 an atom) what the symmetry of special positions forbids;
/// leaves an empty one (no positions in this step) as it is.
void project_onto_sites(const crystal::Atoms& atoms, std::span<double> gradient);
/// Occupancy and, with it, the weight in F_calc.
void set_occupancy(crystal::Atoms& atoms, std::size_t i, double occupancy);

/// The atoms, then a hydrogen for each that rides on them, with its parent's B, U and weight.
crystal::Atoms with_hydrogens(const crystal::Atoms& atoms,
                              const restraints::RidingHydrogens& hydrogens);
/// Brings positions, B, U and weights of such scatterers to where the atoms are now, in place.
void follow_parents(const crystal::Atoms& atoms, const restraints::RidingHydrogens& hydrogens,
                    crystal::Atoms& scatterers);
/// A hydrogen moves, spreads and fades with its parent: its gradient is the parent's, too. The
/// gradient is that of the atoms alone afterwards.
void fold_hydrogens(const restraints::RidingHydrogens& hydrogens, density::AtomGradient& gradient);

/// Whether positions, B, U and weights of two states of the same atoms are equal to the last bit.
bool same_values(const crystal::Atoms& a, const crystal::Atoms& b);

/// B [A^2] of the smallest principal value of U: for an isotropic atom its B.
double smallest_principal_b(const crystal::Atoms& atoms, std::size_t i);
/// The smallest of all atoms; infinity where there are none.
double smallest_principal_b(const crystal::Atoms& atoms);
/// The smallest B that set_b() may give atom i so that no principal value falls below that of
/// `minimal` [A^2].
double lowest_b(const crystal::Atoms& atoms, std::size_t i, double minimal);

/// Adds an isotropic B to atom i, its U tensor included.
void add_b(crystal::Atoms& atoms, std::size_t i, double shift);
/// Gives atom i this B; its U tensor changes by the isotropic difference.
void set_b(crystal::Atoms& atoms, std::size_t i, double b);

}  // namespace polyform::refine
