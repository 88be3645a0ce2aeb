// SPDX-License-Identifier: MPL-2.0
// Copies superposed and pulled together.
#include "polyform/restraints/ncs.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>

#include "polyform/base/error.hpp"
#include "restraints/flat_points.hpp"

namespace polyform::restraints {
namespace {

constexpr int most_rounds = 300;
// Superposed when no atom moves farther in a round [A]: for slopes, for reports.
constexpr double settled_exactly = 1e-9, settled_for_report = 1e-5;
constexpr double least_share = 1e-6;

using Points = std::vector<Vec3>;

double sum_of(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum;
}

// sum over pairs of w w' / W.
double pair_sum(const std::vector<double>& weights) {
  const double sum = sum_of(weights);
  double squares = 0;
  for (double w : weights) squares += w * w;
  return (sum * sum - squares) / (2 * sum);
}

}  // namespace

// Copies at one x: as they are, superposed, and how.
struct NcsRestraint::Placed {
  std::vector<Points> x, at;  // [A] [copy][site]; of sites that a copy lacks nothing counts
  std::vector<RigidMotion> motion;
  Points sum;  // of weight x place, one a site

  // Gives a copy a new motion; returns how far its atoms went at most [A].
  double place(std::size_t copy, const NcsCopy& sites, const RigidMotion& by) {
    double farthest = 0;
    for (std::size_t s = 0; s < x[copy].size(); ++s) {
      if (sites.atoms[s] < 0) continue;
      const Vec3 there = by(x[copy][s]);
      sum[s] += sites.weight * (there - at[copy][s]);
      farthest = std::max(farthest, (there - at[copy][s]).squaredNorm());
      at[copy][s] = there;
    }
    motion[copy] = by;
    return std::sqrt(farthest);
  }
};

NcsRestraint::NcsRestraint(NcsGroup group) : group_(std::move(group)) {
  std::vector<double> weights;
  for (const NcsCopy& copy : group_.copies) {
    if (copy.atoms.size() != group_.copies.front().atoms.size())
      throw base::Error("NCS group " + group_.name + ": copies of unlike length");
    weights.push_back(copy.weight);
  }
  set_weights(weights);
}

void NcsRestraint::set_weights(std::span<const double> weights) {
  std::vector<double> scaled(weights.begin(), weights.end());
  const double most = *std::max_element(scaled.begin(), scaled.end());
  for (double& w : scaled) w = most > 0 ? std::max(w / most, least_share) : 1.0;
  const double scale = 0.5 * static_cast<double>(scaled.size() - 1) / pair_sum(scaled);
  site_weight_.assign(group_.copies.front().atoms.size(), 0.0);
  for (std::size_t c = 0; c < scaled.size(); ++c) {
    group_.copies[c].weight = scaled[c] * scale;
    for (std::size_t s = 0; s < site_weight_.size(); ++s)
      if (has(c, s)) site_weight_[s] += group_.copies[c].weight;
  }
}

double NcsRestraint::pair_weight(std::size_t a, std::size_t b, std::size_t site) const {
  if (!has(a, site) || !has(b, site)) return 0;
  return group_.copies[a].weight * group_.copies[b].weight / site_weight_[site];
}

// d rho / du.
double NcsRestraint::factor(double squared_difference) const {
  if (group_.let_go <= 0) return 1;
  const double q = 1 + squared_difference / (group_.let_go * group_.let_go);
  return 1 / (q * q);
}

NcsRestraint::Placed NcsRestraint::placed(std::span<const double> x, double settled) const {
  const std::size_t n_sites = site_weight_.size();
  Placed now;
  for (const NcsCopy& copy : group_.copies) {
    Points& points = now.x.emplace_back(n_sites, Vec3::Zero());
    now.sum.resize(n_sites, Vec3::Zero());
    for (std::size_t s = 0; s < n_sites; ++s)
      if (copy.atoms[s] >= 0) {
        points[s] = point(x, copy.atoms[s]);
        now.sum[s] += copy.weight * points[s];
      }
  }
  now.at = now.x;
  now.motion.resize(now.x.size());
  onto_first(now);
  in_turn(now, 0, settled);
  if (group_.let_go > 0) in_turn(now, group_.let_go, settled);
  return now;
}

// Where all begin: each copy on the first, or as its operator is given.
void NcsRestraint::onto_first(Placed& now) const {
  for (std::size_t c = 1; c < now.x.size(); ++c) {
    kernels::PairMoments pairs;
    for (std::size_t s = 0; s < now.x[c].size(); ++s)
      if (has(c, s) && has(0, s)) pairs.add(now.x[c][s], now.x[0][s], 1.0);
    now.place(c, group_.copies[c], fitted(c, pairs));
  }
}

RigidMotion NcsRestraint::fitted(std::size_t copy, const kernels::PairMoments& pairs) const {
  const auto& given = group_.copies[copy].given;
  if (!given) return kernels::superpose(pairs);
  return kernels::motion_of(kernels::superpose(pairs, given->start, given->free));
}

// Each copy in turn onto where the others pull its atoms, until none moves. The frame of all
// drifts, unless an operator onto the first copy is given.
void NcsRestraint::in_turn(Placed& now, double let_go, double settled) const {
  const bool first_stays = std::any_of(group_.copies.begin(), group_.copies.end(),
                                       [](const NcsCopy& copy) { return copy.given.has_value(); });
  for (int round = 0; round < most_rounds; ++round) {
    double farthest = 0;
    for (std::size_t c = first_stays ? 1 : 0; c < now.x.size(); ++c)
      farthest = std::max(
          farthest, now.place(c, group_.copies[c], fitted(c, pull_of_others(now, c, let_go))));
    if (farthest < settled) return;
  }
}

// Where the others would have the atoms of a copy, and how strongly.
kernels::PairMoments NcsRestraint::pull_of_others(const Placed& now, std::size_t c,
                                                  double let_go) const {
  kernels::PairMoments pairs;
  const double mine = group_.copies[c].weight;
  for (std::size_t s = 0; s < site_weight_.size(); ++s) {
    if (!has(c, s)) continue;
    const double others = site_weight_[s] - mine;
    if (others <= 0) continue;
    if (let_go <= 0) {
      pairs.add(now.x[c][s], (now.sum[s] - mine * now.at[c][s]) / others,
                mine * others / site_weight_[s]);
      continue;
    }
    Vec3 target = Vec3::Zero();
    double weight = 0;
    for (std::size_t other = 0; other < now.x.size(); ++other) {
      if (other == c || !has(other, s)) continue;
      const double w = pair_weight(c, other, s) * held(now.at[c][s] - now.at[other][s]);
      target += w * now.at[other][s];
      weight += w;
    }
    pairs.add(now.x[c][s], target / weight, weight);
  }
  return pairs;
}

double NcsRestraint::energy(std::span<const double> x, std::span<double> gradient) const {
  if (group_.local > 0) return local_energy(x, gradient);
  const Placed now = placed(x, settled_exactly);
  return group_.let_go > 0 ? energy_of_pairs(now, gradient) : energy_about_mean(now, gradient);
}

double NcsRestraint::energy_about_mean(const Placed& now, std::span<double> gradient) const {
  double sum = 0;
  for (std::size_t c = 0; c < now.x.size(); ++c)
    for (std::size_t s = 0; s < site_weight_.size(); ++s) {
      if (!has(c, s)) continue;
      const double w = group_.copies[c].weight;
      const Vec3 deviation = now.at[c][s] - now.sum[s] / site_weight_[s];
      sum += w * deviation.squaredNorm();
      add_to(gradient, group_.copies[c].atoms[s],
             2 * group_.force * w * (now.motion[c].rotation.transpose() * deviation));
    }
  return group_.force * sum;
}

double NcsRestraint::energy_of_pairs(const Placed& now, std::span<double> gradient) const {
  double sum = 0;
  for (std::size_t s = 0; s < site_weight_.size(); ++s)
    for (std::size_t a = 0; a < now.x.size(); ++a)
      for (std::size_t b = a + 1; b < now.x.size(); ++b) {
        const double w = pair_weight(a, b, s);
        if (w == 0) continue;
        const Vec3 apart = now.at[a][s] - now.at[b][s];
        const double factor = held(apart);  // rho = u sqrt(factor), d rho/du = factor
        sum += w * apart.squaredNorm() * std::sqrt(factor);
        const Vec3 slope = 2 * group_.force * w * factor * apart;
        add_to(gradient, group_.copies[a].atoms[s], now.motion[a].rotation.transpose() * slope);
        add_to(gradient, group_.copies[b].atoms[s], now.motion[b].rotation.transpose() * -slope);
      }
  return group_.force * sum;
}

void NcsRestraint::settle(std::span<const double> x) {
  held_.clear();
  if (group_.local > 0) choose_distances(x);
  if (group_.let_go <= 0) return;
  if (group_.local > 0) return hold_b_by_distances(x);
  const Placed now = placed(x, settled_exactly);
  for (std::size_t s = 0; s < site_weight_.size(); ++s)
    for (std::size_t a = 0; a < now.x.size(); ++a)
      for (std::size_t b = a + 1; b < now.x.size(); ++b)
        held_.push_back(held(now.at[a][s] - now.at[b][s]));
}

// see(site, copy, copy, weight) for all pairs of copies that have a site, B let go like positions.
template <class See>
void NcsRestraint::for_each_pair(See see) const {
  std::size_t at = 0;
  for (std::size_t s = 0; s < site_weight_.size(); ++s)
    for (std::size_t a = 0; a < group_.copies.size(); ++a)
      for (std::size_t b = a + 1; b < group_.copies.size(); ++b, ++at)
        if (const double w = pair_weight(a, b, s); w > 0)
          see(s, a, b, held_.empty() ? w : w * held_[at]);
}

// The constants solve a set of linear equations; that of the first copy is 0.
std::vector<double> NcsRestraint::b_constants(std::span<const double> b) const {
  const std::size_t m = group_.copies.size();
  std::vector<double> constants(m, 0.0);
  if (group_.absolute_b) return constants;
  const auto n = static_cast<Eigen::Index>(m);
  Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(n);
  for_each_pair([&](std::size_t s, std::size_t i, std::size_t j, double w) {
    const double apart = b_of(b, i, s) - b_of(b, j, s);
    const auto p = static_cast<Eigen::Index>(i), q = static_cast<Eigen::Index>(j);
    matrix(p, p) += w;
    matrix(q, q) += w;
    matrix(p, q) -= w;
    matrix(q, p) -= w;
    right[p] += w * apart;
    right[q] -= w * apart;
  });
  const Eigen::VectorXd free = matrix.bottomRightCorner(n - 1, n - 1)
                                   .completeOrthogonalDecomposition()
                                   .solve(right.tail(n - 1));
  std::copy(free.begin(), free.end(), constants.begin() + 1);
  return constants;
}

double NcsRestraint::b_energy(std::span<const double> b, std::span<double> gradient) const {
  const std::vector<double> constants = b_constants(b);
  double sum = 0;
  for_each_pair([&](std::size_t s, std::size_t i, std::size_t j, double w) {
    const double apart = b_of(b, i, s) - constants[i] - b_of(b, j, s) + constants[j];
    sum += w * apart * apart;
    const double slope = 2 * group_.b_force * w * apart;
    gradient[static_cast<std::size_t>(group_.copies[i].atoms[s])] += slope;
    gradient[static_cast<std::size_t>(group_.copies[j].atoms[s])] -= slope;
  });
  return group_.b_force * sum;
}

// Deviations from the plain mean, whatever the weights.
NcsReport NcsRestraint::report(std::span<const double> x, std::span<const double> b) const {
  const Placed now = placed(x, settled_for_report);
  const std::vector<double> constants = b_constants(b);
  NcsReport found;
  found.copy_rms.resize(now.x.size());
  found.apart.assign(now.x.size(), std::vector<double>(site_weight_.size(),
                                                       std::numeric_limits<double>::quiet_NaN()));
  std::vector<double> counts(now.x.size(), 0.0);
  double b_sum = 0;
  for (std::size_t s = 0; s < site_weight_.size(); ++s) {
    Vec3 mean = Vec3::Zero();
    double b_mean = 0, n = 0;
    for (std::size_t c = 0; c < now.x.size(); ++c)
      if (has(c, s)) {
        mean += now.at[c][s];
        b_mean += b_of(b, c, s) - constants[c];
        ++n;
      }
    for (std::size_t c = 0; c < now.x.size(); ++c)
      if (has(c, s) && n > 1) {
        const double apart = (now.at[c][s] - mean / n).squaredNorm();
        const double b_apart = b_of(b, c, s) - constants[c] - b_mean / n;
        found.copy_rms[c] += apart;
        found.apart[c][s] = std::sqrt(apart);
        ++counts[c];
        b_sum += b_apart * b_apart;
      }
  }
  const double n_all = std::max(sum_of(counts), 1.0);
  found.rms = std::sqrt(sum_of(found.copy_rms) / n_all);
  found.b_rms = std::sqrt(b_sum / n_all);
  for (std::size_t c = 0; c < counts.size(); ++c) {
    found.copy_rms[c] = std::sqrt(found.copy_rms[c] / std::max(counts[c], 1.0));
    found.operators.push_back(now.motion[0].inverse().after(now.motion[c]));
  }
  return found;
}

// A distance resists a shift of its end along one direction of three, and not at all where its
// other end comes along, as neighbours mostly do: a quarter of it took fewer evaluations than all
// of it.
double NcsRestraint::position_stiffness(std::size_t copy, std::size_t site) const {
  const double n = group_.local > 0 ? 0.25 * n_distances_[site] / 3.0 : 1.0;
  return n * stiffness(copy, site);
}

double NcsRestraint::stiffness(std::size_t copy, std::size_t site) const {
  if (!has(copy, site)) return 0;
  const double w = group_.copies[copy].weight;
  return 2 * w * (site_weight_[site] - w) / site_weight_[site];
}

}  // namespace polyform::restraints
