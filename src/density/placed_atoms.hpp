// SPDX-License-Identifier: MPL-2.0
// Atoms folded into the slab, and the planes of the grid that they reach.
#pragma once

#include <functional>
#include <vector>

#include "density/grid_geometry.hpp"
#include "density/shared_planes.hpp"
#include "density/sphere_rows.hpp"
#include "polyform/crystal/atoms.hpp"

namespace polyform::density {

using crystal::Atoms;

/// Where one evaluation has put an atom.
struct PlacedAtom {
  std::size_t atom = 0;
  std::size_t operation = 0;           ///< of the fold
  std::array<double, 3> place{};       ///< grid steps; in [0, n) along the middle and fast axis
  double radius = 0;                   ///< [A]
  int plane_begin = 0, plane_end = 0;  ///< planes reached, unwrapped
};

/// Some of an atom's planes.
struct AtomPart {
  std::size_t placed = 0;  ///< number of the PlacedAtom
  SpherePart sphere;       ///< in_ring: counted from this rank's first plane
};

class PlacedAtoms {
 public:
  /// Places all atoms and shares the planes that any reaches among `ranks` ranks. radius: of an
  /// atom [A]. The same on every rank.
  PlacedAtoms(const GridGeometry& grid, const Atoms& atoms,
              const std::function<double(std::size_t atom)>& radius, int ranks);

  const PlacedAtom& atom(std::size_t placed) const { return placed_[placed]; }
  double largest_radius() const { return largest_radius_; }

  /// Planes that any atom reaches, ascending, shared out by the work they make.
  const SharedPlanes& planes() const { return planes_; }
  /// The parts of atoms on the planes [begin, end) of planes(), by their first plane and, for the
  /// sake of the cache, by whole row. An atom that reaches round the cell has several.
  std::vector<AtomPart> parts(parallel::Block block) const;

 private:
  std::vector<PlacedAtom> placed_;
  std::vector<std::size_t> by_row_;  // their numbers, by whole row
  SharedPlanes planes_;
  std::vector<int> index_of_plane_;
  int n_planes_;
  double largest_radius_ = 0;
};

}  // namespace polyform::density
