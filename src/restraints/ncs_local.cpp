// SPDX-License-Identifier: MPL-2.0
// Local similarity: distances within copies are alike, whatever operators relate these.
#include <algorithm>
#include <cmath>
#include <map>

#include "polyform/restraints/ncs.hpp"
#include "restraints/flat_points.hpp"

namespace polyform::restraints {
namespace {

constexpr double least_distance = 2.7;  // [A] nearer atoms are held by bonds and angles

// Boxes as large as the longest distance, so that neighbours are in 27 of them.
using Box = std::array<int, 3>;
Box box_of(const Vec3& x, double size) {
  Box box;
  for (int k = 0; k < 3; ++k)
    box[static_cast<std::size_t>(k)] = static_cast<int>(std::floor(x[k] / size));
  return box;
}

}  // namespace

// Distances of the first copy in which both sites are seen; others of later copies alone are few.
void NcsRestraint::choose_distances(std::span<const double> x) {
  distances_.clear();
  n_distances_.assign(site_weight_.size(), 0);
  const std::vector<int>& atoms = group_.copies.front().atoms;
  std::map<Box, std::vector<int>> boxes;
  for (std::size_t t = 0; t < atoms.size(); ++t) {
    if (atoms[t] < 0) continue;
    const Vec3 here = point(x, atoms[t]);
    const Box box = box_of(here, group_.local);
    for (int i = -1; i <= 1; ++i)
      for (int j = -1; j <= 1; ++j)
        for (int k = -1; k <= 1; ++k) {
          const auto found = boxes.find({box[0] + i, box[1] + j, box[2] + k});
          if (found == boxes.end()) continue;
          for (int s : found->second) {
            const double d = (point(x, atoms[static_cast<std::size_t>(s)]) - here).norm();
            if (d < least_distance || d > group_.local) continue;
            distances_.push_back({s, static_cast<int>(t)});
            ++n_distances_[static_cast<std::size_t>(s)];
            ++n_distances_[t];
          }
        }
    boxes[box].push_back(static_cast<int>(t));
  }
  std::sort(distances_.begin(), distances_.end());
}

// see(sites, copies with both, distances in these, W): only where two copies or more have both.
template <class See>
void NcsRestraint::for_each_distance(std::span<const double> x, See see) const {
  std::vector<std::size_t> copies;
  std::vector<double> d;
  for (const std::array<int, 2>& sites : distances_) {
    const auto s = static_cast<std::size_t>(sites[0]), t = static_cast<std::size_t>(sites[1]);
    copies.clear();
    d.clear();
    double weight = 0;
    for (std::size_t c = 0; c < group_.copies.size(); ++c) {
      if (!has(c, s) || !has(c, t)) continue;
      const std::vector<int>& atoms = group_.copies[c].atoms;
      copies.push_back(c);
      d.push_back((point(x, atoms[s]) - point(x, atoms[t])).norm());
      weight += group_.copies[c].weight;
    }
    if (copies.size() > 1) see(s, t, copies, d, weight);
  }
}

double NcsRestraint::local_energy(std::span<const double> x, std::span<double> gradient) const {
  double sum = 0;
  std::vector<double> slope;
  for_each_distance(x, [&](std::size_t s, std::size_t t, const std::vector<std::size_t>& copies,
                           const std::vector<double>& d, double weight) {
    const auto w = [&](std::size_t i) { return group_.copies[copies[i]].weight; };
    slope.assign(copies.size(), 0.0);
    if (group_.let_go <= 0) {
      double mean = 0;
      for (std::size_t i = 0; i < d.size(); ++i) mean += w(i) * d[i] / weight;
      for (std::size_t i = 0; i < d.size(); ++i) {
        sum += w(i) * (d[i] - mean) * (d[i] - mean);
        slope[i] = 2 * w(i) * (d[i] - mean);
      }
    } else {
      for (std::size_t i = 0; i < d.size(); ++i)
        for (std::size_t j = i + 1; j < d.size(); ++j) {
          const double share = w(i) * w(j) / weight, apart = d[i] - d[j];
          const double held = factor(apart * apart);
          sum += share * apart * apart * std::sqrt(held);
          slope[i] += 2 * share * held * apart;
          slope[j] -= 2 * share * held * apart;
        }
    }
    for (std::size_t i = 0; i < d.size(); ++i) {
      if (d[i] == 0) continue;
      const std::vector<int>& atoms = group_.copies[copies[i]].atoms;
      const Vec3 along = group_.force * slope[i] / d[i] * (point(x, atoms[s]) - point(x, atoms[t]));
      add_to(gradient, atoms[s], along);
      add_to(gradient, atoms[t], -along);
    }
  });
  return group_.force * sum;
}

// B of two atoms is alike as far as their distances to what surrounds them are: the mean factor.
void NcsRestraint::hold_b_by_distances(std::span<const double> x) {
  const std::size_t m = group_.copies.size(), n_pairs = m * (m - 1) / 2;
  held_.assign(site_weight_.size() * n_pairs, 0.0);
  std::vector<int> counts(held_.size(), 0);
  const auto pair = [m](std::size_t a, std::size_t b) {
    return a * (2 * m - a - 1) / 2 + b - a - 1;
  };
  for_each_distance(x, [&](std::size_t s, std::size_t t, const std::vector<std::size_t>& copies,
                           const std::vector<double>& d, double) {
    for (std::size_t i = 0; i < d.size(); ++i)
      for (std::size_t j = i + 1; j < d.size(); ++j)
        for (std::size_t site : {s, t}) {
          const std::size_t at = site * n_pairs + pair(copies[i], copies[j]);
          held_[at] += factor((d[i] - d[j]) * (d[i] - d[j]));
          ++counts[at];
        }
  });
  for (std::size_t i = 0; i < held_.size(); ++i) held_[i] /= std::max(counts[i], 1);
}

}  // namespace polyform::restraints
