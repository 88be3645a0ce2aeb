// SPDX-License-Identifier: MPL-2.0
// NCS by constraint: places of sites, operators, and the rule of the chain for both.
#include "refine/exact_copies.hpp"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>

namespace polyform::refine {
namespace {

Vec3 at(std::span<const double> values, std::size_t first) {
  return {values[first], values[first + 1], values[first + 2]};
}
void put(std::span<double> values, std::size_t first, const Vec3& v) {
  std::copy(v.begin(), v.end(), values.begin() + static_cast<std::ptrdiff_t>(first));
}
void add(std::span<double> values, std::size_t first, const Vec3& v) {
  for (std::size_t k = 0; k < 3; ++k) values[first + k] += v[static_cast<Eigen::Index>(k)];
}

Mat3 cross(const Vec3& v) {
  Mat3 m;
  m << 0, -v[2], v[1], v[2], 0, -v[0], -v[1], v[0], 0;
  return m;
}

// d exp([w]) r = (J dw) x exp([w]) r. The left Jacobian of rotations: Chirikjian (2012) Stochastic
// Models, Information Theory, and Lie Groups 2, eq. 10.86.
Mat3 left_jacobian(const Vec3& w) {
  const double angle = w.norm();
  const Mat3 k = cross(w);
  if (angle < 1e-4) return Mat3::Identity() + k / 2 + k * k / 6;
  return Mat3::Identity() + (1 - std::cos(angle)) / (angle * angle) * k +
         (angle - std::sin(angle)) / (angle * angle * angle) * k * k;
}

Mat3 rotation_by(const Vec3& w) {
  const double angle = w.norm();
  if (angle == 0) return Mat3::Identity();
  return Eigen::AngleAxisd(angle, w / angle).toRotationMatrix();
}

// The copies as they are superposed, without what restraints would let go.
restraints::NcsReport superposed(const ExactGroup& exact, std::span<const double> x) {
  restraints::NcsGroup group = exact.group;
  group.local = group.let_go = 0;
  for (restraints::NcsCopy& copy : group.copies)
    for (std::size_t s = 0; s < exact.tied.size(); ++s)
      if (!exact.tied[s]) copy.atoms[s] = -1;
  const std::vector<double> no_b(x.size() / 3, 0.0);
  return restraints::NcsRestraint(std::move(group)).report(x, no_b);
}

// The first atom of a site.
std::size_t leader(const ExactGroup& exact, std::size_t site) {
  for (const restraints::NcsCopy& copy : exact.group.copies)
    if (copy.atoms[site] >= 0) return static_cast<std::size_t>(copy.atoms[site]);
  return 0;
}

// Of each tied site in turn, in the frame of the first copy: the weighted mean of its copies.
std::vector<Vec3> mean_places(const ExactGroup& exact, const std::vector<RigidMotion>& operators,
                              std::span<const double> x) {
  std::vector<Vec3> places;
  for (std::size_t s = 0; s < exact.tied.size(); ++s) {
    if (!exact.tied[s]) continue;
    Vec3 sum = Vec3::Zero();
    double weight = 0;
    for (std::size_t c = 0; c < operators.size(); ++c) {
      const restraints::NcsCopy& copy = exact.group.copies[c];
      if (copy.atoms[s] < 0) continue;
      sum += copy.weight * operators[c](at(x, 3 * static_cast<std::size_t>(copy.atoms[s])));
      weight += copy.weight;
    }
    places.push_back(sum / weight);
  }
  return places;
}

void put_places(const ExactGroup& exact, const std::vector<Vec3>& places, std::span<double> row) {
  std::size_t next = 0;
  for (std::size_t s = 0; s < exact.tied.size(); ++s)
    if (exact.tied[s]) put(row, 3 * leader(exact, s), places[next++]);
}

}  // namespace

struct ExactCopies::Moved {
  Vec3 turn;      // [rad]
  Mat3 rotation;  // from the first copy's frame
  Vec3 centre;    // where the group's centre goes
};

ExactCopies::ExactCopies(std::vector<ExactGroup> groups, std::size_t n_values)
    : groups_(std::move(groups)), centre_(groups_.size(), Vec3::Zero()), n_values_(n_values) {
  for (std::size_t g = 0; g < groups_.size(); ++g)
    for (std::size_t c = 0; c < groups_[g].group.copies.size(); ++c) {
      Follower& follower = followers_.emplace_back();
      follower.group = g;
      follower.copy = c;
      if (c == 0) continue;
      follower.values = n_values_ + n_operator_values_;
      follower.given = groups_[g].group.copies[c].given.has_value();
      n_operator_values_ += 6;
    }
}

// see(first value of the follower's atom, first value of the site's leader).
template <class See>
void ExactCopies::for_each_tied(const Follower& follower, See see) const {
  const ExactGroup& exact = groups_[follower.group];
  const std::vector<int>& atoms = exact.group.copies[follower.copy].atoms;
  for (std::size_t s = 0; s < atoms.size(); ++s)
    if (exact.tied[s] && atoms[s] >= 0)
      see(3 * static_cast<std::size_t>(atoms[s]), 3 * leader(exact, s));
}

void ExactCopies::choose(std::vector<std::uint8_t>& free) const {
  free.resize(n_values_ + n_operator_values_, 0);
  for (const Follower& follower : followers_) {
    for_each_tied(follower, [&](std::size_t own, std::size_t leading) {
      if (own != leading) std::fill_n(free.begin() + static_cast<std::ptrdiff_t>(own), 3, 0);
    });
    if (follower.values > 0 && !follower.given)
      std::fill_n(free.begin() + static_cast<std::ptrdiff_t>(follower.values), 6, 1);
  }
}

double ExactCopies::begin(std::vector<double>& row) {
  if (empty()) return 0;
  const std::vector<double> before = row;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const auto operators = superposed(groups_[g], before).operators;
    const std::vector<Vec3> places = mean_places(groups_[g], operators, before);
    put_places(groups_[g], places, row);
    set_out(g, operators, places);
  }
  row.resize(n_values_ + n_operator_values_, 0.0);
  std::vector<double> after = row;
  follow(after);
  double squares = 0, n = 0;
  for (const Follower& follower : followers_)
    for_each_tied(follower, [&](std::size_t own, std::size_t) {
      squares += (at(after, own) - at(before, own)).squaredNorm();
      ++n;
    });
  return std::sqrt(squares / std::max(n, 1.0));
}

// Operators as a minimisation begins with them, about the centre of the sites.
void ExactCopies::set_out(std::size_t group, const std::vector<RigidMotion>& operators,
                          const std::vector<Vec3>& places) {
  const double n = std::max(1.0, static_cast<double>(places.size()));
  Vec3 centre = Vec3::Zero();
  for (const Vec3& place : places) centre += place / n;
  double squares = 0;
  for (const Vec3& place : places) squares += (place - centre).squaredNorm();
  centre_[group] = centre;
  for (Follower& follower : followers_) {
    if (follower.group != group) continue;
    const RigidMotion back = operators[follower.copy].inverse();
    follower.rotation = back.rotation;
    follower.centre = back(centre);
    follower.gyration = std::max(1.0, std::sqrt(squares / n));
  }
}

ExactCopies::Moved ExactCopies::moved(const Follower& follower, std::span<const double> row) const {
  if (follower.values == 0) return {Vec3::Zero(), follower.rotation, follower.centre};
  const Vec3 turn = at(row, follower.values) / follower.gyration;
  return {turn, rotation_by(turn) * follower.rotation,
          follower.centre + at(row, follower.values + 3)};
}

void ExactCopies::follow(std::span<double> row) const {
  if (empty()) return;
  const std::vector<double> places(row.begin(), row.end());
  for (const Follower& follower : followers_) {
    const Moved now = moved(follower, row);
    for_each_tied(follower, [&](std::size_t own, std::size_t leading) {
      put(row, own, now.centre + now.rotation * (at(places, leading) - centre_[follower.group]));
    });
  }
}

void ExactCopies::slopes(std::span<const double> row, std::vector<double>& gradient) const {
  if (empty()) return;
  std::vector<double> by_row = gradient;
  by_row.resize(n_values_ + n_operator_values_, 0.0);
  for (const Follower& follower : followers_)
    for_each_tied(follower, [&](std::size_t own, std::size_t) { put(by_row, own, Vec3::Zero()); });
  for (const Follower& follower : followers_) {
    const Moved now = moved(follower, row);
    Vec3 torque = Vec3::Zero(), force = Vec3::Zero();
    for_each_tied(follower, [&](std::size_t own, std::size_t leading) {
      const Vec3 pull = at(gradient, own);
      const Vec3 arm = now.rotation * (at(row, leading) - centre_[follower.group]);
      add(by_row, leading, now.rotation.transpose() * pull);
      torque += arm.cross(pull);
      force += pull;
    });
    if (follower.values == 0) continue;
    put(by_row, follower.values, left_jacobian(now.turn).transpose() * torque / follower.gyration);
    put(by_row, follower.values + 3, force);
  }
  gradient = std::move(by_row);
}

void ExactCopies::curvature(std::span<const double> row, std::vector<double>& of_value) const {
  if (empty()) return;
  std::vector<double> of_row = of_value;
  of_row.resize(n_values_ + n_operator_values_, 0.0);
  for (const Follower& follower : followers_)
    for_each_tied(follower, [&](std::size_t own, std::size_t) { put(of_row, own, Vec3::Zero()); });
  for (const Follower& follower : followers_) {
    double turning = 0, shifting = 0;
    for_each_tied(follower, [&](std::size_t own, std::size_t leading) {
      // Axes turn with the copy: the mean of the three stands for each.
      const double mean = at(of_value, own).mean();
      const Vec3 arm = at(row, leading) - centre_[follower.group];
      add(of_row, leading, Vec3::Constant(mean));
      turning += mean * 2.0 / 3.0 * arm.squaredNorm() / (follower.gyration * follower.gyration);
      shifting += mean;
    });
    if (follower.values == 0) continue;
    put(of_row, follower.values, Vec3::Constant(turning));
    put(of_row, follower.values + 3, Vec3::Constant(shifting));
  }
  of_value = std::move(of_row);
}

}  // namespace polyform::refine
