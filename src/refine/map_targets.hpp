// SPDX-License-Identifier: MPL-2.0
// The targets of real space: MAP, atoms in a map, and DIFF, atoms in the difference map.
#pragma once

#include <span>
#include <vector>

#include "polyform/density/map_spline.hpp"
#include "polyform/refine/form_input.hpp"
#include "polyform/refine/options.hpp"
#include "polyform/targets/error_model.hpp"

namespace polyform::refine {

/// What maps are made of, at the owned reflections.
struct MapSources {
  std::span<const std::complex<double>> f_model;
  std::span<const double> k_total;    ///< K(h), taken off again: maps are in e/A^3
  const targets::ErrorModel* errors;  ///< null: maps without error estimates only
};

/// E = - sum over maps and their atoms of scale Z q rho(x), Z the atomic number and q the weight in
/// F_calc; hydrogens are not asked. For DIFF each atom carries its own density along:
/// E = sum Z q (-rho(x) + c |x - x0|^2 / 2), x0 where the map was made, c the curvature of the
/// atom's own density; the gradient at x0 is that of the difference map alone.
///
/// Test reflections: a map made here has DFc (or Fc; a difference map 0) in their place, a map from
/// a file 0.
class MapTargets {
 public:
  /// Without maps nothing is made. Collective over the share's team.
  MapTargets(const std::vector<MapInput>& maps, const targets::Share& share, bool own_density);

  bool empty() const { return maps_.empty(); }
  /// Makes the maps anew; atoms as they are now are x0. Throws InputError where a map needs error
  /// estimates and there are none. Collective over the team.
  void renew(const MapSources& sources, const crystal::Atoms& atoms);

  /// THIS RANK'S PART of E; dE/dx is added. Not collective.
  double score(const crystal::Atoms& atoms, std::span<kernels::Vec3> gradient) const;

 private:
  struct Map {
    MapInput input;
    density::MapSpline spline;
    std::vector<double> weight{};  // scale Z q of each atom, when the map was made
  };
  std::vector<std::complex<double>> coefficients(const MapInput& map,
                                                 const MapSources& sources) const;
  double scale_to_model(std::span<const std::complex<double>> f, const MapSources& sources) const;
  double own_density(const crystal::Atoms& atoms, std::span<kernels::Vec3> gradient) const;

  targets::Share share_;
  bool own_density_;
  std::vector<Map> maps_;
  std::vector<kernels::Vec3> made_at_;
  std::vector<double> force_;  // Z q c of each atom, of all maps together
};

/// Z q of an atom, by which it counts in a map; 0 for hydrogens, which see more of their parents'
/// density than of their own.
double electrons_in_map(const crystal::Atoms& atoms, std::size_t i);

/// Curvature [e/A^5] at its centre of an atom's density, of one electron and B [A^2], from the
/// waves within the sphere of d_min [A].
double curvature_of_density(double b, double d_min);

}  // namespace polyform::refine
