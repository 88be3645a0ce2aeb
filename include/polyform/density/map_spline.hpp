// SPDX-License-Identifier: MPL-2.0
// A map of the unit cell that can be asked anywhere: smooth between its grid points, with the slope
// that belongs to its value.
#pragma once

#include <complex>
#include <span>
#include <vector>

#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"
#include "polyform/density/slab_transform.hpp"

namespace polyform::density {

/// rho(x) = 1/V sum over all h of F(h) exp(-2 pi i h.x), on slabs, between grid points by B-splines
/// of degree 5. The grid's step is a fifth of d_min: at the resolution limit a wave is met to
/// 0.024 % of its amplitude, at half of it to 2e-6 (kernels/spline.hpp).
///
/// A point's value is a sum over the planes next to it. Each rank adds those it has: nothing
/// travels but the sums.
class MapSpline {
 public:
  using Complex = std::complex<double>;

  /// hkl: the reflections of the asymmetric unit that this rank brings; d_min [A] of all of them.
  /// The map is zero. Collective over team.
  MapSpline(const crystal::Crystal& crystal, std::span<const crystal::Hkl> hkl, double d_min,
            const parallel::Communicator& team);

  /// Makes the map anew. f: one a reflection of this rank; all symmetry mates and Friedel mates
  /// follow. F(000) is zero. Collective over team.
  void calculate(std::span<const Complex> f);

  /// E = - sum over points of weight rho(x); dE/dx is ADDED to `gradient` [1/A]. THIS RANK'S PART
  /// of both: the sum over the team is whole. xyz [A], anywhere; the same on every rank. Not
  /// collective.
  double score(std::span<const kernels::Vec3> xyz, std::span<const double> weight,
               std::span<kernels::Vec3> gradient) const;

  const GridSize& grid() const { return transform_.size(); }

 private:
  struct Mate {
    std::uint32_t reflection;
    std::complex<float> factor;  // phase shift, Friedel's conjugation apart, and 1 / (V transfer)
    bool friedel;
  };
  std::vector<Mate> symmetry_mates(std::span<const crystal::Hkl> hkl,
                                   std::vector<CoefficientPlace>& places) const;

  struct Sample {
    double value = 0;
    kernels::Vec3 slope = kernels::Vec3::Zero();  // by fractional coordinates
  };
  Sample sample(const kernels::Vec3& fractional) const;

  crystal::Crystal crystal_;
  SlabTransform transform_;
  std::vector<Mate> mates_;
  SlabLookup lookup_;
};

}  // namespace polyform::density
