// SPDX-License-Identifier: MPL-2.0
// A map on slabs, and B-splines between its grid points.
#include "polyform/density/map_spline.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "polyform/kernels/spline.hpp"

namespace polyform::density {
namespace {

using crystal::Hkl;
using kernels::Vec3;

constexpr double steps_in_d_min = 5;

// The six grid points around a place along one axis, wrapped into the cell, and their shares.
struct Near {
  std::array<std::size_t, kernels::spline_points> point;
  kernels::SplineShares shares;

  Near(double fractional, int n) {
    const double place = (fractional - std::floor(fractional)) * n;
    const double below = std::floor(place);
    shares = kernels::spline_shares(place - below);
    for (int k = 0; k < kernels::spline_points; ++k) {
      const int wrapped = (static_cast<int>(below) + k - 2) % n;
      point[static_cast<std::size_t>(k)] =
          static_cast<std::size_t>(wrapped < 0 ? wrapped + n : wrapped);
    }
  }
};

Hkl negative(const Hkl& h) { return {-h[0], -h[1], -h[2]}; }

double transfer(const Hkl& h, const GridSize& size) {
  double product = 1;
  for (std::size_t axis = 0; axis < 3; ++axis)
    product *= kernels::spline_transfer(static_cast<double>(h[axis]) / size[axis]);
  return product;
}

}  // namespace

MapSpline::MapSpline(const crystal::Crystal& crystal, std::span<const Hkl> hkl, double d_min,
                     const parallel::Communicator& team)
    : crystal_(crystal),
      transform_(slab_grid_size(crystal, d_min / steps_in_d_min), team),
      lookup_([&] {
        std::vector<CoefficientPlace> places;
        mates_ = symmetry_mates(hkl, places);
        return SlabLookup(places, team);
      }()) {}

// F(hR) = F(h) exp(-2 pi i h.t). Of a Friedel pair the one with h >= 0 is stored; both, where h =
// 0.
std::vector<MapSpline::Mate> MapSpline::symmetry_mates(
    std::span<const Hkl> hkl, std::vector<CoefficientPlace>& places) const {
  std::vector<Mate> mates;
  mates.reserve(hkl.size() * crystal_.primitive.size());
  for (std::size_t i = 0; i < hkl.size(); ++i) {
    const Eigen::RowVector3i index(hkl[i][0], hkl[i][1], hkl[i][2]);
    for (const crystal::SymmetryOperator& op : crystal_.primitive) {
      const Eigen::RowVector3i moved = index * op.rotation;
      const Hkl h = {moved[0], moved[1], moved[2]};
      const double turn = -2 * std::numbers::pi * index.cast<double>().dot(op.translation);
      const double scale = 1.0 / (crystal_.cell.volume * transfer(h, transform_.size()));
      const std::complex<float> factor(std::polar(scale, turn));
      const auto reflection = static_cast<std::uint32_t>(i);
      places.push_back(transform_.locate(h));
      mates.push_back({reflection, factor, false});
      if (h[0] != 0) continue;
      places.push_back(transform_.locate(negative(h)));
      mates.push_back({reflection, factor, true});
    }
  }
  return mates;
}

void MapSpline::calculate(std::span<const Complex> f) {
  std::vector<Complex> values(mates_.size());
  for (std::size_t i = 0; i < mates_.size(); ++i) {
    const Complex moved = f[mates_[i].reflection] * Complex(mates_[i].factor);
    values[i] = mates_[i].friedel ? std::conj(moved) : moved;
  }
  const auto coefficients = transform_.coefficients();
  std::fill(coefficients.begin(), coefficients.end(), SlabTransform::Coefficient{});
  lookup_.spread(values, coefficients);
  transform_.inverse();
}

MapSpline::Sample MapSpline::sample(const Vec3& fractional) const {
  const GridSize& size = transform_.size();
  const Near u(fractional[0], size[0]), v(fractional[1], size[1]), w(fractional[2], size[2]);
  const parallel::Block here = transform_.planes();
  const std::span<const float> map = transform_.map();
  Sample found;
  for (std::size_t c = 0; c < kernels::spline_points; ++c) {
    if (!here.contains(w.point[c])) continue;
    const std::size_t plane = (w.point[c] - here.begin) * static_cast<std::size_t>(size[1]);
    Vec3 in_plane = Vec3::Zero();  // value, slope along u, slope along v
    for (std::size_t b = 0; b < kernels::spline_points; ++b) {
      const float* row = map.data() + (plane + v.point[b]) * transform_.row_stride();
      double value = 0, slope = 0;
      for (std::size_t a = 0; a < kernels::spline_points; ++a) {
        const auto rho = static_cast<double>(row[u.point[a]]);
        value += u.shares.value[a] * rho;
        slope += u.shares.slope[a] * rho;
      }
      in_plane +=
          Vec3(v.shares.value[b] * value, v.shares.value[b] * slope, v.shares.slope[b] * value);
    }
    found.value += w.shares.value[c] * in_plane[0];
    found.slope += Vec3(w.shares.value[c] * in_plane[1], w.shares.value[c] * in_plane[2],
                        w.shares.slope[c] * in_plane[0]);
  }
  for (int axis = 0; axis < 3; ++axis) found.slope[axis] *= size[static_cast<std::size_t>(axis)];
  return found;
}

double MapSpline::score(std::span<const Vec3> xyz, std::span<const double> weight,
                        std::span<Vec3> gradient) const {
  double energy = 0;
  for (std::size_t i = 0; i < xyz.size(); ++i) {
    if (weight[i] == 0) continue;
    const Sample here = sample(crystal_.fractionalise * xyz[i]);
    energy -= weight[i] * here.value;
    gradient[i] -= weight[i] * (crystal_.fractionalise.transpose() * here.slope);
  }
  return energy;
}

}  // namespace polyform::density
