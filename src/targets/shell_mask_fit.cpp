// SPDX-License-Identifier: MPL-2.0
// k_mask of resolution shells, each free.
#include "shell_mask_fit.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "amplitudes.hpp"
#include "polyform/kernels/magnitude.hpp"

namespace polyform::targets {
namespace {

constexpr std::size_t first_shell = 100;  // work reflections
constexpr double growth = 1.5;
constexpr double prior_sigma = 0.2;  // [e/A^3]
constexpr double highest = 1.0;      // [e/A^3]
constexpr int most_steps = 40;
constexpr double small = 1e-10;  // [e/A^3], a shift that changes nothing

// Where s2 lies among the nodes: part `upper` of node + 1, the rest of node.
struct Place {
  std::size_t node;
  double upper;
};
Place place_of(const std::vector<double>& nodes, double s2) {
  if (nodes.size() < 2 || s2 <= nodes.front()) return {0, 0.0};
  if (s2 >= nodes.back()) return {nodes.size() - 2, 1.0};
  const auto above = std::upper_bound(nodes.begin(), nodes.end(), s2) - nodes.begin();
  const auto node = static_cast<std::size_t>(above - 1);
  return {node, (s2 - nodes[node]) / (nodes[node + 1] - nodes[node])};
}
double at(const std::vector<double>& values, const Place& place) {
  if (values.size() == 1) return values[0];
  return (1 - place.upper) * values[place.node] + place.upper * values[place.node + 1];
}

// A work reflection as the fit sees it.
struct Point {
  Place place;
  double f_obs, k, weight;  // weight: 1 / v
  Complex f_calc, f_mask;
};

// The tridiagonal normal equations.
struct Normal {
  double target = 0;
  std::vector<double> gradient, diagonal, beside;
};

class Fit {
 public:
  Fit(const Share& share, std::span<const Complex> f_calc, std::span<const Complex> f_mask,
      std::span<const double> k_total, const MaskCurve& start)
      : team_(share.team), start_(start), n_(start.s2.size()) {
    for (std::size_t k = 0; k < share.size(); ++k) {
      if (!in_work(share, k)) continue;
      const std::size_t i = share.global(k);
      points_.push_back({place_of(start.s2, share.all.inverse_d2[i]), share.all.f_obs[i],
                         k_total[k], 0.0, f_calc[k], f_mask[k]});
    }
    set_weights();
  }

  std::vector<double> minimise() const {
    std::vector<double> values = start_.k_mask;
    Normal here = normal_equations(values);
    double damping = 1e-4;
    for (int count = 0; count < most_steps && damping < 1e10; ++count) {
      const std::vector<double> next = step(values, here, damping);
      double shift = 0;
      for (std::size_t j = 0; j < n_; ++j) shift = std::max(shift, std::abs(next[j] - values[j]));
      const Normal there = normal_equations(next);
      if (there.target <= here.target * (1 + 1e-13)) {
        values = next;
        here = there;
        damping = std::max(1e-12, 0.1 * damping);
      } else {
        damping *= 10;
      }
      if (shift < small) break;
    }
    return values;
  }

 private:
  static double magnitude(const Point& p, double k_mask) {
    return p.k * kernels::magnitude(p.f_calc + k_mask * p.f_mask);
  }

  // 1 / v of every point, v the mean square residual interpolated between nodes.
  void set_weights() {
    std::vector<double> sums(2 * n_, 0.0);  // of squares, of points
    for (const Point& p : points_) {
      const double residual = p.f_obs - magnitude(p, at(start_.k_mask, p.place));
      for (std::size_t end = 0; end < std::min<std::size_t>(2, n_); ++end) {
        const double part = end == 0 ? 1 - p.place.upper : p.place.upper;
        sums[p.place.node + end] += part * residual * residual;
        sums[n_ + p.place.node + end] += part;
      }
    }
    team_.sum(sums);
    std::vector<double> v(n_);
    for (std::size_t j = 0; j < n_; ++j) v[j] = sums[n_ + j] > 0 ? sums[j] / sums[n_ + j] : 0.0;
    for (Point& p : points_) {
      const double here = at(v, p.place);
      p.weight = here > 0 ? 1 / here : 0.0;
    }
  }

  Normal normal_equations(const std::vector<double>& values) const {
    std::vector<double> sums(3 * n_ + 1, 0.0);  // gradient, diagonal, beside, target
    for (const Point& p : points_) {
      const double k_mask = at(values, p.place);
      const Complex u = p.f_calc + k_mask * p.f_mask;
      const double size = std::abs(u);
      // d|u|/dk_mask = Re(conj(u) F_mask) / |u|
      const double slope = size > 0 ? p.k * (std::conj(u) * p.f_mask).real() / size : 0.0;
      const double residual = p.f_obs - p.k * size;
      const double lower = 1 - p.place.upper, upper = p.place.upper;
      const std::size_t j = p.place.node;
      sums[3 * n_] += p.weight * residual * residual;
      sums[j] -= p.weight * residual * slope * lower;
      sums[n_ + j] += p.weight * slope * slope * lower * lower;
      if (n_ < 2) continue;
      sums[j + 1] -= p.weight * residual * slope * upper;
      sums[n_ + j + 1] += p.weight * slope * slope * upper * upper;
      sums[2 * n_ + j] += p.weight * slope * slope * lower * upper;
    }
    team_.sum(sums);
    constexpr double prior = 1 / (prior_sigma * prior_sigma);
    for (std::size_t j = 0; j < n_; ++j) {
      const double shift = values[j] - start_.k_mask[j];
      sums[3 * n_] += prior * shift * shift;
      sums[j] += prior * shift;
      sums[n_ + j] += prior;
    }
    const auto part = [&](std::size_t k) {
      const auto from = sums.begin() + static_cast<std::ptrdiff_t>(k * n_);
      return std::vector<double>(from, from + static_cast<std::ptrdiff_t>(n_));
    };
    return {sums[3 * n_], part(0), part(1), part(2)};
  }

  // Values at a limit whose descent points outward are held.
  std::vector<double> step(const std::vector<double>& values, const Normal& normal,
                           double damping) const {
    const auto n = static_cast<Eigen::Index>(n_);
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(n, n);
    Eigen::VectorXd downhill(n);
    for (Eigen::Index j = 0; j < n; ++j) {
      const auto k = static_cast<std::size_t>(j);
      matrix(j, j) = normal.diagonal[k] * (1 + damping);
      if (j + 1 < n) matrix(j, j + 1) = matrix(j + 1, j) = normal.beside[k];
      downhill[j] = -normal.gradient[k];
    }
    for (Eigen::Index j = 0; j < n; ++j) {
      const double value = values[static_cast<std::size_t>(j)];
      const bool held = (value <= 0 && downhill[j] < 0) || (value >= highest && downhill[j] > 0);
      if (!held) continue;
      matrix.row(j).setZero();
      matrix.col(j).setZero();
      matrix(j, j) = 1;
      downhill[j] = 0;
    }
    const Eigen::VectorXd shift = matrix.ldlt().solve(downhill);
    std::vector<double> next(n_);
    for (std::size_t j = 0; j < n_; ++j)
      next[j] = std::clamp(values[j] + shift[static_cast<Eigen::Index>(j)], 0.0, highest);
    return next;
  }

  const parallel::Communicator& team_;
  const MaskCurve& start_;
  std::size_t n_;
  std::vector<Point> points_;
};

}  // namespace

std::vector<double> mask_nodes(const crystal::Reflections& reflections) {
  std::vector<double> s2;
  for (std::size_t i = 0; i < reflections.size(); ++i)
    if (reflections.use[i] == crystal::Use::work) s2.push_back(reflections.inverse_d2[i]);
  std::sort(s2.begin(), s2.end());
  std::vector<double> nodes;
  double wanted = first_shell;
  for (std::size_t begin = 0; begin < s2.size();) {
    std::size_t end = std::min(s2.size(), begin + static_cast<std::size_t>(wanted));
    if (static_cast<double>(s2.size() - end) < growth * wanted) end = s2.size();
    double sum = 0;
    for (std::size_t i = begin; i < end; ++i) sum += s2[i];
    nodes.push_back(sum / static_cast<double>(end - begin));
    begin = end;
    wanted *= growth;
  }
  return nodes;
}

double value_at(const MaskCurve& curve, double s2) {
  return at(curve.k_mask, place_of(curve.s2, s2));
}

MaskCurve fit_shell_mask(const Share& share, std::span<const Complex> f_calc,
                         std::span<const Complex> f_mask, std::span<const double> k_total,
                         const MaskCurve& start) {
  return {start.s2, Fit(share, f_calc, f_mask, k_total, start).minimise()};
}

}  // namespace polyform::targets
