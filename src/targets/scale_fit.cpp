// SPDX-License-Identifier: MPL-2.0
// Least-squares fit of overall scale, anisotropic B and flat bulk solvent to the work set.
#include "scale_fit.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/kernels/magnitude.hpp"

namespace polyform::targets {
namespace {

using kernels::Mat3;
using kernels::Vec3;

// Of fixed size, and even so that columns lie on the processor's vectors; unused ones are 0.
template <int n>
using Column = Eigen::Matrix<double, n, 1>;
template <int n>
using Square = Eigen::Matrix<double, n, n>;
constexpr int room_linear = 8, room = 10;  // for ln k, six of B; these and k_sol, B_sol

constexpr int most_steps = 60;
// Near the minimum the target changes by less than its rounding error, while the steps still
// shrink: taking them there makes the parameters exact, not only the target.
constexpr double rounding = 1e-13;
constexpr std::array<double, 5> grid_k_sol = {0.1, 0.2, 0.35, 0.5, 0.7};
constexpr std::array<double, 5> grid_b_sol = {10.0, 30.0, 60.0, 120.0, 220.0};

double clamped(double value, const base::Range& range) {
  return std::clamp(value, range.low, range.high);
}

// Upper triangle of a symmetric matrix and a vector, one number after another, to be summed.
void append(std::vector<double>& sums, const Eigen::MatrixXd& matrix,
            const Eigen::VectorXd& vector) {
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = i; j < matrix.cols(); ++j) sums.push_back(matrix(i, j));
  sums.insert(sums.end(), vector.begin(), vector.end());
}
const double* extract(const double* at, Eigen::MatrixXd& matrix, Eigen::VectorXd& vector) {
  for (Eigen::Index i = 0; i < matrix.rows(); ++i)
    for (Eigen::Index j = i; j < matrix.cols(); ++j) matrix(i, j) = matrix(j, i) = *at++;
  for (double& value : vector) value = *at++;
  return at;
}

}  // namespace

double k_mask(double k_sol, double b_sol, double s2) {
  return k_sol * std::exp(-0.25 * b_sol * s2);
}

ScaleFit::ScaleFit(const Share& share, std::span<const Mat3> tensors,
                   std::span<const Complex> f_calc, std::span<const Complex> f_mask,
                   Solvent solvent)
    : team_(share.team),
      tensors_(tensors.begin(), tensors.end()),
      solvent_(solvent),
      n_linear_(static_cast<Eigen::Index>(tensors.size()) + 1) {
  for (std::size_t k = 0; k < share.size(); ++k) {
    if (!in_work(share, k)) continue;
    const std::size_t i = share.global(k);
    const crystal::Hkl& hkl = share.all.hkl[i];
    const Vec3 s = share.crystal.fractionalise.transpose() * Vec3(hkl[0], hkl[1], hkl[2]);
    Point point{share.all.f_obs[i],
                0.25 * s.squaredNorm(),
                f_calc[k],
                solvent == Solvent::absent ? Complex{} : f_mask[k],
                {}};
    for (std::size_t m = 0; m < tensors_.size(); ++m) point.q[m] = 0.25 * s.dot(tensors_[m] * s);
    points_.push_back(point);
  }
}

Complex ScaleFit::solvated(const Point& point, double k_sol, double b_sol) const {
  return point.f_calc + k_mask(k_sol, b_sol, 4.0 * point.quarter_s2) * point.f_mask;
}

double ScaleFit::scale(const Point& point, const Vector& linear) const {
  double exponent = linear[0];
  for (Eigen::Index m = 1; m < n_linear_; ++m)
    exponent -= linear[m] * point.q[static_cast<std::size_t>(m - 1)];
  return std::exp(exponent);
}

ScaleFit::Vector ScaleFit::pack(const ScaleParameters& parameters) const {
  Vector p(n_linear_ + 2);
  p[0] = std::log(parameters.k_overall);
  const Mat3 b = kernels::matrix_of(parameters.b_cart);
  for (Eigen::Index m = 1; m < n_linear_; ++m)
    p[m] = b.cwiseProduct(tensors_[static_cast<std::size_t>(m - 1)]).sum();
  p[n_linear_] = parameters.k_sol;
  p[n_linear_ + 1] = parameters.b_sol;
  return p;
}

ScaleParameters ScaleFit::unpack(const Vector& p) const {
  Mat3 b = Mat3::Zero();
  for (Eigen::Index m = 1; m < n_linear_; ++m)
    b += p[m] * tensors_[static_cast<std::size_t>(m - 1)];
  ScaleParameters found;
  found.k_overall = std::exp(p[0]);
  found.b_cart = kernels::tensor_of(b);
  found.k_sol = p[n_linear_];
  found.b_sol = p[n_linear_ + 1];
  return found;
}

ScaleFit::Normal ScaleFit::normal_equations(const Vector& p) const {
  const Eigen::Index n = p.size();
  double target = 0;
  Column<room> slope = Column<room>::Zero(), gradient = slope;
  Square<room> matrix = Square<room>::Zero();
  for (const Point& point : points_) {
    const Complex u = solvated(point, p[n_linear_], p[n_linear_ + 1]);
    const double magnitude = kernels::magnitude(u);
    const double k = scale(point, p);
    const double f = k * magnitude;
    slope[0] = f;
    for (Eigen::Index m = 1; m < n_linear_; ++m)
      slope[m] = -f * point.q[static_cast<std::size_t>(m - 1)];
    // d|u|/dk_mask = Re(conj(u) F_mask) / |u|
    const double by_k_mask =
        magnitude > 0.0 ? (std::conj(u) * point.f_mask).real() / magnitude : 0.0;
    const double fall = std::exp(-p[n_linear_ + 1] * point.quarter_s2);
    slope[n_linear_] = k * by_k_mask * fall;
    slope[n_linear_ + 1] = -p[n_linear_] * point.quarter_s2 * slope[n_linear_];
    const double difference = point.f_obs - f;
    target += difference * difference;
    gradient -= difference * slope;
    matrix.noalias() += slope * slope.transpose();
  }
  Normal normal{target, gradient.head(n), matrix.topLeftCorner(n, n)};
  std::vector<double> sums = {normal.target};
  append(sums, normal.matrix, normal.gradient);
  team_.sum(sums);
  normal.target = sums[0];
  extract(sums.data() + 1, normal.matrix, normal.gradient);
  return normal;
}

// Solves (J'J + damping diag) shift = -gradient over the parameters that may move: the solvent's
// only when fitted, and not out of its range.
ScaleFit::Vector ScaleFit::step(const Vector& p, const Normal& normal, double damping) const {
  Eigen::MatrixXd matrix = normal.matrix;
  Vector downhill = -normal.gradient;
  matrix.diagonal() *= 1.0 + damping;
  const std::array<base::Range, 2> ranges = {k_sol_range, b_sol_range};
  for (Eigen::Index i = 0; i < p.size(); ++i) {
    bool held = !(matrix(i, i) > 0.0);
    if (i >= n_linear_) {
      const base::Range& range = ranges[static_cast<std::size_t>(i - n_linear_)];
      held = held || solvent_ != Solvent::fitted || (p[i] <= range.low && downhill[i] < 0.0) ||
             (p[i] >= range.high && downhill[i] > 0.0);
    }
    if (!held) continue;
    matrix.row(i).setZero();
    matrix.col(i).setZero();
    matrix(i, i) = 1.0;
    downhill[i] = 0.0;
  }
  Vector next = p + matrix.ldlt().solve(downhill);
  if (solvent_ == Solvent::fitted) {
    next[n_linear_] = clamped(next[n_linear_], k_sol_range);
    next[n_linear_ + 1] = clamped(next[n_linear_ + 1], b_sol_range);
  }
  return next;
}

ScaleFit::Vector ScaleFit::minimise(Vector p) const {
  // Shifts that would change nothing visible: of ln k, B [A^2], k_sol, B_sol [A^2]. What is left
  // to go is a tenth of the last.
  Vector small = Vector::Constant(p.size(), 1e-6);
  small[0] = small[n_linear_] = 1e-8;

  Normal here = normal_equations(p);
  double damping = 1e-4;
  for (int count = 0; count < most_steps && damping < 1e10; ++count) {
    const Vector next = step(p, here, damping);
    const Normal there = normal_equations(next);
    const bool still = ((next - p).cwiseAbs().array() < small.array()).all();
    if (there.target <= here.target * (1.0 + rounding)) {
      p = next;
      here = there;
      damping = std::max(1e-12, 0.1 * damping);
    } else {
      damping *= 10.0;
    }
    if (still) break;
  }
  return p;
}

// ln k and B of each start: minimises sum Fo |u| (ln Fo - ln |u| - ln k + sum B_m q_m)^2, where the
// weight makes up for the logarithm.
void ScaleFit::solve_logarithms(std::vector<Start>& starts) const {
  std::vector<double> sums;
  Column<room_linear> row = Column<room_linear>::Zero();
  for (const Start& start : starts) {
    Square<room_linear> matrix = Square<room_linear>::Zero();
    Column<room_linear> right = Column<room_linear>::Zero();
    for (const Point& point : points_) {
      const double magnitude = kernels::magnitude(solvated(point, start.k_sol, start.b_sol));
      const double weight = point.f_obs * magnitude;
      if (!(weight > 0.0)) continue;
      row[0] = 1.0;
      for (Eigen::Index m = 1; m < n_linear_; ++m)
        row[m] = -point.q[static_cast<std::size_t>(m - 1)];
      matrix.noalias() += (weight * row) * row.transpose();
      right += (weight * std::log(point.f_obs / magnitude)) * row;
    }
    append(sums, matrix.topLeftCorner(n_linear_, n_linear_), right.head(n_linear_));
  }
  team_.sum(sums);
  const double* at = sums.data();
  for (Start& start : starts) {
    Eigen::MatrixXd matrix(n_linear_, n_linear_);
    Vector right(n_linear_);
    at = extract(at, matrix, right);
    // A weak pull to B = 0 keeps the few reflections of a tiny data set from an absurd B.
    matrix.diagonal().array() += 1e-9 * matrix.trace();
    start.linear = matrix.ldlt().solve(right);
  }
}

// sum (Fo - c F)^2 of each start with the best c, which goes into its ln k by the caller's fit.
std::vector<double> ScaleFit::targets_with_best_scale(const std::vector<Start>& starts) const {
  std::vector<double> sums;
  for (const Start& start : starts) {
    double fo_fo = 0.0, fo_f = 0.0, f_f = 0.0;
    for (const Point& point : points_) {
      const double f = scale(point, start.linear) *
                       kernels::magnitude(solvated(point, start.k_sol, start.b_sol));
      fo_fo += point.f_obs * point.f_obs;
      fo_f += point.f_obs * f;
      f_f += f * f;
    }
    sums.insert(sums.end(), {fo_fo, fo_f, f_f});
  }
  team_.sum(sums);
  std::vector<double> targets;
  for (std::size_t i = 0; i < sums.size(); i += 3)
    targets.push_back(sums[i] - sums[i + 1] * sums[i + 1] / sums[i + 2]);
  return targets;
}

ScaleParameters ScaleFit::from_grid(const ScaleParameters& defaults) const {
  std::vector<Start> starts = {{defaults.k_sol, defaults.b_sol, {}}};
  if (solvent_ == Solvent::fitted)
    for (double k_sol : grid_k_sol)
      for (double b_sol : grid_b_sol) starts.push_back({k_sol, b_sol, {}});
  solve_logarithms(starts);
  const std::vector<double> targets = targets_with_best_scale(starts);
  const auto best = std::min_element(targets.begin(), targets.end()) - targets.begin();
  const Start& start = starts[static_cast<std::size_t>(best)];
  Vector p(n_linear_ + 2);
  p << start.linear, start.k_sol, start.b_sol;
  return unpack(minimise(p));
}

ScaleParameters ScaleFit::from(const ScaleParameters& start) const {
  ScaleParameters inside = start;
  if (solvent_ == Solvent::fitted) {
    inside.k_sol = clamped(start.k_sol, k_sol_range);
    inside.b_sol = clamped(start.b_sol, b_sol_range);
  }
  return unpack(minimise(pack(inside)));
}

}  // namespace polyform::targets
