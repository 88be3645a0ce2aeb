// SPDX-License-Identifier: MPL-2.0
// Where copies of a molecule lie in a crystal: as asked for, or found so that nothing touches.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "polyform/crystal/copies.hpp"
#include "polyform/simulate/options.hpp"
#include "polyform/simulate/packing.hpp"

namespace polyform::simulate {

using crystal::Motion;

/// A rotation that is as likely as any other. Shoemake (1992), Graphics Gems III, 124.
Mat3 random_rotation(int seed, std::uint64_t number);

/// The molecule to be placed: all but waters and hydrogens.
struct Molecule {
  std::vector<Vec3> xyz;  ///< [A] Cartesian
  double volume = 0;      ///< [A^3]
};
/// Of a model; the volume is 1.23 A^3 for each dalton (Matthews 1968, J. Mol. Biol. 33, 491), 7 %
/// of the mass in hydrogens.
Molecule molecule_of(const crystal::Model& model);

/// Takes the waters away that in some copy would come nearer than the reach [A] to a symmetry mate
/// or to another copy: the new crystal has other places for them. Returns their number; to be
/// called before the copies are made (model.atoms is left as it was). Not collective.
std::size_t leave_out_touching_waters(crystal::Model& model, const Crystal& crystal,
                                      std::span<const Motion> motions, double reach);

/// Part of the cell that copies of the molecule leave to the solvent, 0 to 1, below 0 where they
/// do not fit.
double solvent_content(const Molecule& molecule, const Crystal& crystal, int copies);

/// The motion of each copy, in order. Angles and centres that the options give are taken as they
/// are. Else rotations are random to begin with and places are searched for: the cell is strewn
/// with trial centres, where the copy is thinned to a point in every few Angstrom; from the best of
/// them it walks downhill in the sum of (1 - distance/reach)^2 over all contacts with mates and
/// with the copies placed before, turning a little where its rotation is not given; the first place
/// where no two atoms are nearer than `contact` is taken. When a copy finds none, all begin again
/// with other rotations. first_stays: the first copy is not moved. Throws InputError with the
/// solvent content where no place is found. The same for the same seed. Not collective.
std::vector<Motion> find_motions(const Molecule& molecule, const Crystal& crystal,
                                 const SimulateOptions& options, bool first_stays, int seed);

/// Contacts nearer than the reach [A] among the copies and their mates.
Contacts contacts_among(const Molecule& molecule, const Crystal& crystal,
                        std::span<const Motion> motions, double reach);

}  // namespace polyform::simulate
