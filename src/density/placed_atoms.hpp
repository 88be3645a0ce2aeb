// SPDX-License-Identifier: MPL-2.0
// Atoms folded into the slab, the planes of the grid that they reach, and their shapes there.
#pragma once

#include <map>
#include <vector>

#include "density/cutoff.hpp"
#include "density/grid_choice.hpp"
#include "density/grid_shape.hpp"
#include "density/plane_loops.hpp"
#include "density/shared_planes.hpp"
#include "density/slab_fold.hpp"
#include "polyform/density/structure_factors.hpp"

namespace polyform::density {

using kernels::Mat3;

/// What does not change between evaluations.
class GridAtoms {
 public:
  /// cutoff_tolerance: as for Cutoff.
  GridAtoms(const Crystal& crystal, const GridChoice& choice, double d_min,
            const FormFactorOptions& options, double cutoff_tolerance);

  /// Throws InputError for an element without scattering factors.
  const kernels::FormFactor& form_factor(std::uint8_t element);
  const Cutoff& cutoff(std::uint8_t element);

  GridChoice choice;
  Mat3 steps;     ///< Cartesian grid steps, columns: slab, middle, fast [A]
  Mat3 to_steps;  ///< its inverse
  Mat3 metric;    ///< steps' steps [A^2], exactly 0 where axes are at right angles
  GridFrame frame;
  Mat3 fractionalise;
  SlabFold fold;

 private:
  struct Element {
    kernels::FormFactor form_factor;
    Cutoff cutoff;
  };
  Element& element(std::uint8_t number);
  double d_min_, cutoff_tolerance_;
  FormFactorOptions options_;
  std::map<std::uint8_t, Element> elements_;
};

/// Where one evaluation's atoms are.
struct PlacedAtom {
  std::size_t atom = 0;
  std::size_t operation = 0;           ///< of the fold
  std::array<double, 3> place{};       ///< grid steps, slab coordinate unwrapped
  double radius = 0;                   ///< [A]
  int plane_begin = 0, plane_end = 0;  ///< planes reached, unwrapped
};

/// A visit of an atom to a plane; `image` is the plane unwrapped.
struct Visit {
  std::size_t placed = 0;
  int image = 0;
};

class PlacedAtoms {
 public:
  /// Places all atoms of non-zero weight and shares the planes that any reaches among `ranks`
  /// ranks. The same on every rank. Throws InputError for elements and U tensors that cannot be
  /// used.
  PlacedAtoms(GridAtoms& grid, const Atoms& atoms, int ranks);

  /// Planes that any atom reaches, ascending, shared out by the work they make.
  const SharedPlanes& planes() const { return planes_; }
  /// Atoms that reach any of the planes [begin, end) of planes().
  std::vector<PlacedAtom> reaching(parallel::Block block) const;
  /// Visits to each plane of the block by the atoms given.
  std::vector<std::vector<Visit>> visits(parallel::Block block,
                                         const std::vector<PlacedAtom>& placed) const;

 private:
  std::vector<PlacedAtom> placed_;
  SharedPlanes planes_;
  std::vector<int> index_of_plane_;
  int n_planes_;
};

/// The atom's Gaussians on the grid, for weight 1.
GridShape shape_of(GridAtoms& grid, const Atoms& atoms, const PlacedAtom& placed);

/// Derivatives, from moments of the map, for weight 1: by Cartesian x, by the mean-square tensor U,
/// along B and by weight.
struct AtomSlopes {
  Vec3 xyz = Vec3::Zero();
  Mat3 u = Mat3::Zero();  ///< symmetric; entries as if independent
  double b = 0;
  double weight = 0;
};
AtomSlopes slopes_of(GridAtoms& grid, const Atoms& atoms, const PlacedAtom& placed,
                     const Moments* moments);

}  // namespace polyform::density
