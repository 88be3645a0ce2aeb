// SPDX-License-Identifier: MPL-2.0
// Atoms near each other, symmetry mates included, by a list of boxes over the unit cell.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "polyform/crystal/crystal.hpp"
#include "polyform/parallel/partition.hpp"
#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

/// Atom i and atom j moved by an image; -1 is j itself. Every contact of the crystal appears once:
/// i < j, or i = j with each image and its inverse.
struct Neighbour {
  int i, j;
  int image;
  float distance;  ///< [A]
};

/// Images met so far; an id stays what it is while the table lives.
class ImageTable {
 public:
  explicit ImageTable(const crystal::Crystal& crystal);
  /// Id of operator `op` followed by whole cells; -1 for the identity.
  int id(int op, const std::array<int, 3>& cells);
  const Image& operator[](int id) const { return images_[static_cast<std::size_t>(id)]; }
  const std::vector<crystal::SymmetryOperator>& operators() const { return operators_; }
  const crystal::Crystal& crystal() const { return *crystal_; }

 private:
  const crystal::Crystal* crystal_;
  std::vector<crystal::SymmetryOperator> operators_;
  std::vector<Image> images_;
  std::unordered_map<std::uint64_t, int> ids_;
};

/// Neighbours of the atoms [first.begin, first.end) within `reach` [A] of them.
///
/// All mates of all atoms are put into boxes of the unit cell, at least `reach` wide where the cell
/// allows it; a query looks into its own box and those around it, across the cell's faces. Cost is
/// that of n_atoms x operators + pairs.
std::vector<Neighbour> find_neighbours(ImageTable& images, std::span<const Vec3> xyz, double reach,
                                       parallel::Block first);

}  // namespace polyform::restraints
