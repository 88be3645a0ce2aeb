// SPDX-License-Identifier: MPL-2.0
// Grid and blur: the shortest reciprocal-grid vector first, then the least blur that hides its
// aliases.
#include "density/grid_choice.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <vector>

#include "density/slab_fold.hpp"
#include "polyform/density/slab_grid.hpp"

namespace polyform::density {
namespace {

using kernels::Mat3;
using kernels::Vec3;

constexpr double oversampling = 1.35;
constexpr int size_divisor = 4;  // FFTW is slower at most other lengths
constexpr double alias_tolerance = 1e-4;

std::array<int, 3> grid_size(const crystal::Crystal& crystal, double d_min, double factor) {
  std::array<int, 3> n;
  for (int i = 0; i < 3; ++i) {
    const double reciprocal_length = crystal.fractionalise.row(i).norm();
    n[static_cast<std::size_t>(i)] = smooth_size(
        static_cast<int>(std::ceil(2 * factor / (d_min * reciprocal_length))), size_divisor);
  }
  return n;
}

std::array<int, 3> grid_free_of_short_vectors(const crystal::Crystal& crystal, double d_min) {
  for (double factor = oversampling;; factor *= 1.05) {
    const std::array<int, 3> n = grid_size(crystal, d_min, factor);
    const std::vector<double> lengths = grid_vector_lengths(crystal, n);
    if (*std::min_element(lengths.begin(), lengths.end()) >= 2 * oversampling / d_min) return n;
  }
}

// Time of F_calc with this slab axis, in arbitrary units: the share of the planes that folded atoms
// reach, and more for every atom where the planes are not at right angles to the axis.
double cost_of_slab(const crystal::Crystal& crystal, const std::array<int, 3>& n, int axis) {
  constexpr double planes_of_an_atom = 10, slanted = 1.5;
  const double share =
      SlabFold(crystal, axis).thickness() + planes_of_an_atom / n[static_cast<std::size_t>(axis)];
  const Vec3 edge = crystal.orthogonalise.col(axis);
  const Vec3 normal = crystal.fractionalise.row(axis).transpose();
  const bool upright = edge.dot(normal) > (1 - 1e-9) * edge.norm() * normal.norm();
  return std::min(share, 1.0) * (upright ? 1 : slanted);
}

// The cheapest slab axis; among equals c before b before a.
std::array<int, 3> axes(const crystal::Crystal& crystal, const std::array<int, 3>& n) {
  int slab = 2;
  for (const int axis : {1, 0})
    if (cost_of_slab(crystal, n, axis) < 0.99 * cost_of_slab(crystal, n, slab)) slab = axis;
  return {slab, (slab + 2) % 3, (slab + 1) % 3};
}

}  // namespace

// n_i k_i a*_i, k in {-1, 0, 1}^3.
std::vector<double> grid_vector_lengths(const crystal::Crystal& crystal,
                                        const std::array<int, 3>& n) {
  std::vector<double> lengths;
  for (int code = 14; code < 27; ++code) {
    const Eigen::RowVector3d index((code / 9 - 1) * n[0], (code / 3 % 3 - 1) * n[1],
                                   (code % 3 - 1) * n[2]);
    lengths.push_back((index * crystal.fractionalise).norm());
  }
  return lengths;
}

double alias_error(const crystal::Crystal& crystal, const std::array<int, 3>& n,
                   const kernels::FormFactor& f, double b, double blur, double d_min) {
  const auto on_grid = [&](double s2) { return f.at(s2) * std::exp(-(b + blur) * s2 / 4); };
  const std::vector<double> lengths = grid_vector_lengths(crystal, n);
  constexpr int n_s = 24, n_cosines = 32;
  double wrong = 0, right = 0;
  for (int i = 0; i < n_s; ++i) {
    const double s = (i + 0.5) / n_s / d_min;
    double aliases = 0;
    for (double length : lengths)
      for (int j = 0; j < n_cosines; ++j) {
        const double cosine = -1 + 2 * (j + 0.5) / n_cosines;
        const double k = on_grid(s * s + length * length + 2 * s * length * cosine);
        aliases += 2 * k * k / n_cosines;
      }
    const double in_place = on_grid(s * s);
    const double unblur = std::exp(blur * s * s / 2);
    wrong += s * s * aliases * unblur;
    right += s * s * in_place * in_place * unblur;
  }
  return std::sqrt(wrong / right);
}

GridChoice choose_grid(const crystal::Crystal& crystal, double d_min, double b_min,
                       const kernels::FormFactor& f) {
  GridChoice choice;
  choice.n = grid_free_of_short_vectors(crystal, d_min);
  choice.axis = axes(crystal, choice.n);
  const auto error = [&](double blur) {
    return alias_error(crystal, choice.n, f, b_min, blur, d_min);
  };
  const double unit = d_min * d_min;
  double low = -b_min, high = 20 * unit;
  for (int step = 0; step < 12; ++step) {
    const double blur = (low + high) / 2;
    (error(blur) > alias_tolerance ? low : high) = blur;
  }
  choice.blur = high;
  return choice;
}

Mat3 grid_steps(const crystal::Crystal& crystal, const GridChoice& choice) {
  Mat3 steps;
  for (int i = 0; i < 3; ++i) {
    const int axis = choice.axis[static_cast<std::size_t>(i)];
    steps.col(i) = crystal.orthogonalise.col(axis) / choice.n[static_cast<std::size_t>(axis)];
  }
  return steps;
}

GridFrame frame_of(const Mat3& steps) {
  const Vec3 s = steps.col(0), m = steps.col(1), f = steps.col(2);
  const auto component = [](const Vec3& step, const Vec3& axis) {
    const double c = step.dot(axis);
    return std::abs(c) < 1e-10 * step.norm() ? 0.0 : c;
  };
  GridFrame frame;
  frame.f_x = f.norm();
  const Vec3 x = f / frame.f_x;
  frame.m_x = component(m, x);
  const Vec3 y = (m - frame.m_x * x).normalized();
  frame.m_y = component(m, y);
  frame.s_x = component(s, x);
  frame.s_y = component(s, y);
  const double height = component(s, x.cross(y));
  frame.s_z = std::abs(height);
  frame.f_per_length = 1 / frame.f_x;
  frame.rows_per_length = 1 / frame.m_y;
  const Mat3 to_steps = steps.inverse();
  frame.columns_per_length = to_steps.row(2).norm();
  frame.rows_reached_per_length = to_steps.row(1).norm();
  frame.row_shift = -frame.s_y / frame.m_y;
  frame.axes << x, y, (height < 0 ? -1 : 1) * x.cross(y);
  return frame;
}

}  // namespace polyform::density
