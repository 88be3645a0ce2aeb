// SPDX-License-Identifier: MPL-2.0
// Rigid motions fitted to pairs of points.
#include "polyform/kernels/superposition.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Geometry>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

namespace polyform::kernels {
namespace {

using Vec6 = Eigen::Matrix<double, 6, 1>;
using Mat6 = Eigen::Matrix<double, 6, 6>;

Vec3 axis_of(double omega, double phi) {
  return {std::sin(omega) * std::cos(phi), std::sin(omega) * std::sin(phi), std::cos(omega)};
}

Mat3 cross_matrix(const Vec3& n) {
  Mat3 m;
  m << 0, -n[2], n[1], n[2], 0, -n[0], -n[1], n[0], 0;
  return m;
}

// Rodrigues: R = c I + (1 - c) n n' + s [n]x, and its derivative as the axis moves by dn.
Mat3 rotation_by_axis(const Vec3& n, const Vec3& dn, double kappa) {
  return (1 - std::cos(kappa)) * (dn * n.transpose() + n * dn.transpose()) +
         std::sin(kappa) * cross_matrix(dn);
}

std::array<Mat3, 3> rotation_by_angles(const PolarMotion& p) {
  const Vec3 n = axis_of(p.omega, p.phi);
  const Vec3 by_omega = {std::cos(p.omega) * std::cos(p.phi), std::cos(p.omega) * std::sin(p.phi),
                         -std::sin(p.omega)};
  const Vec3 by_phi = {-std::sin(p.omega) * std::sin(p.phi), std::sin(p.omega) * std::cos(p.phi),
                       0};
  const Mat3 by_kappa = -std::sin(p.kappa) * (Mat3::Identity() - n * n.transpose()) +
                        std::cos(p.kappa) * cross_matrix(n);
  return {rotation_by_axis(n, by_omega, p.kappa), rotation_by_axis(n, by_phi, p.kappa), by_kappa};
}

// Half the gradient of the squared distance, and the Gauss-Newton matrix of its residuals.
struct NormalEquations {
  Vec6 gradient = Vec6::Zero();
  Mat6 matrix = Mat6::Zero();
};

// The residual of a pair is r = R x + t - y; its derivative by an angle dR x, by the shift the unit
// matrix.
NormalEquations normal_equations(const PairMoments& pairs, const PolarMotion& p) {
  const RigidMotion motion = motion_of(p);
  const std::array<Mat3, 3> slopes = rotation_by_angles(p);
  const Mat3 residual_x = motion.rotation * pairs.xx + p.shift * pairs.x.transpose() - pairs.yx;
  NormalEquations sums;
  for (int i = 0; i < 3; ++i) {
    const Mat3& slope = slopes[static_cast<std::size_t>(i)];
    sums.gradient[i] = (slope.transpose() * residual_x).trace();
    for (int j = 0; j < 3; ++j)
      sums.matrix(i, j) =
          (slope * pairs.xx * slopes[static_cast<std::size_t>(j)].transpose()).trace();
    sums.matrix.block<1, 3>(i, 3) = (slope * pairs.x).transpose();
    sums.matrix.block<3, 1>(3, i) = slope * pairs.x;
  }
  sums.gradient.tail<3>() = motion.rotation * pairs.x + pairs.weight * p.shift - pairs.y;
  sums.matrix.block<3, 3>(3, 3) = pairs.weight * Mat3::Identity();
  return sums;
}

PolarMotion moved(const PolarMotion& p, const Vec6& by) {
  return {p.omega + by[0], p.phi + by[1], p.kappa + by[2], p.shift + by.tail<3>()};
}

// What is fixed keeps a unit row, so that its step is 0.
Vec6 step_of(NormalEquations sums, const PolarFlags& free, double damping) {
  for (int i = 0; i < 6; ++i) {
    sums.matrix(i, i) *= 1 + damping;
    if (free[static_cast<std::size_t>(i)] && sums.matrix(i, i) > 0) continue;
    sums.matrix.row(i).setZero();
    sums.matrix.col(i).setZero();
    sums.matrix(i, i) = 1;
    sums.gradient[i] = 0;
  }
  return -sums.matrix.ldlt().solve(sums.gradient);
}

}  // namespace

double squared_distance(const PairMoments& pairs, const RigidMotion& motion) {
  return pairs.xx.trace() + pairs.yy + pairs.weight * motion.shift.squaredNorm() +
         2 * motion.shift.dot(motion.rotation * pairs.x - pairs.y) -
         2 * (motion.rotation.transpose() * pairs.yx).trace();
}

RigidMotion superpose(const PairMoments& pairs) {
  RigidMotion motion;
  if (pairs.weight <= 0) return motion;
  const Mat3 covariance = pairs.yx - pairs.y * pairs.x.transpose() / pairs.weight;
  const Eigen::JacobiSVD<Mat3> svd(covariance, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Mat3 proper = Mat3::Identity();
  proper(2, 2) = (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1;
  motion.rotation = svd.matrixU() * proper * svd.matrixV().transpose();
  motion.shift = (pairs.y - motion.rotation * pairs.x) / pairs.weight;
  return motion;
}

RigidMotion motion_of(const PolarMotion& polar) {
  const Vec3 axis = axis_of(polar.omega, polar.phi);
  return {Eigen::AngleAxisd(polar.kappa, axis).toRotationMatrix(), polar.shift};
}

PolarMotion polar_of(const RigidMotion& motion) {
  const Eigen::AngleAxisd turn(motion.rotation);  // 0 <= angle <= pi
  if (turn.angle() == 0) return {0, 0, 0, motion.shift};
  const Vec3 n = turn.axis();
  return {std::acos(std::clamp(n[2], -1.0, 1.0)), std::atan2(n[1], n[0]), turn.angle(),
          motion.shift};
}

PolarMotion superpose(const PairMoments& pairs, const PolarMotion& start, const PolarFlags& free) {
  constexpr int most_steps = 500;
  constexpr double most_damping = 1e12;
  PolarMotion best = start;
  double value = squared_distance(pairs, motion_of(best));
  double damping = 1e-3;
  for (int step = 0; step < most_steps && damping < most_damping; ++step) {
    const Vec6 by = step_of(normal_equations(pairs, best), free, damping);
    const PolarMotion next = moved(best, by);
    const double next_value = squared_distance(pairs, motion_of(next));
    if (next_value < value) {
      best = next;
      value = next_value;
      damping *= 0.1;
    } else {
      damping *= 10;
    }
  }
  return best;
}

}  // namespace polyform::kernels
