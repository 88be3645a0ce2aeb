// SPDX-License-Identifier: MPL-2.0
// Atoms placed on the grid, and the planes shared out.
#include "density/placed_atoms.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::density {
namespace {

// Relative costs, in nanoseconds on one ordinary core: of an atom on a plane and of a plane's
// point.
constexpr double cost_of_visit = 40, cost_of_point = 3;

int wrapped(int i, int n) {
  const int r = i % n;
  return r < 0 ? r + n : r;
}

double into_cell(double place, int n) { return place - n * std::floor(place / n); }

PlacedAtom place(const GridGeometry& grid, const Atoms& atoms, std::size_t i, double radius) {
  PlacedAtom placed;
  placed.atom = i;
  placed.operation = grid.fold.operator_for(grid.fractionalise * atoms.xyz[i]);
  const CartesianOperator& op = grid.fold.cartesian(placed.operation);
  const Vec3 at = grid.to_steps * (op.rotation * atoms.xyz[i] + op.translation);
  placed.place = {at[0], into_cell(at[1], grid.choice.middle()),
                  into_cell(at[2], grid.choice.fast())};
  placed.radius = radius;
  const double reach = radius / grid.frame.s_z;
  placed.plane_begin = static_cast<int>(std::ceil(at[0] - reach));
  placed.plane_end = static_cast<int>(std::floor(at[0] + reach)) + 1;
  return placed;
}

}  // namespace

PlacedAtoms::PlacedAtoms(const GridGeometry& grid, const Atoms& atoms,
                         const std::function<double(std::size_t)>& radius, int ranks)
    : n_planes_(grid.choice.slab()) {
  std::vector<long> n_visits(static_cast<std::size_t>(n_planes_), 0);
  placed_.reserve(atoms.size());
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    placed_.push_back(place(grid, atoms, i, radius(i)));
    largest_radius_ = std::max(largest_radius_, placed_.back().radius);
    for (int p = placed_.back().plane_begin; p < placed_.back().plane_end; ++p)
      ++n_visits[static_cast<std::size_t>(wrapped(p, n_planes_))];
  }
  index_of_plane_.assign(n_visits.size(), -1);
  std::vector<double> work = {0};
  const double plane_cost = cost_of_point * grid.choice.middle() * grid.choice.fast();
  for (int p = 0; p < n_planes_; ++p) {
    const long n = n_visits[static_cast<std::size_t>(p)];
    if (n == 0) continue;
    index_of_plane_[static_cast<std::size_t>(p)] = static_cast<int>(planes_.planes.size());
    planes_.planes.push_back(p);
    work.push_back(work.back() + plane_cost + cost_of_visit * static_cast<double>(n));
  }
  // A plane goes to the rank in whose share of the work its middle lies.
  const std::size_t n_used = planes_.planes.size();
  std::vector<std::size_t> ends(static_cast<std::size_t>(ranks) + 1, n_used);
  ends[0] = 0;
  std::size_t plane = 0;
  for (int r = 1; r < ranks; ++r) {
    const double share = work.back() * r / ranks;
    while (plane < n_used && (work[plane] + work[plane + 1]) / 2 < share) ++plane;
    ends[static_cast<std::size_t>(r)] = plane;
  }
  planes_.ownership = parallel::Partition(std::move(ends));
}

std::vector<AtomPart> PlacedAtoms::parts(parallel::Block block) const {
  std::vector<AtomPart> found;
  found.reserve(placed_.size());
  const auto mine = [&](int unwrapped) {
    const auto index = static_cast<std::size_t>(
        index_of_plane_[static_cast<std::size_t>(wrapped(unwrapped, n_planes_))]);
    return block.contains(index) ? static_cast<long>(index - block.begin) : -1L;
  };
  for (std::size_t i = 0; i < placed_.size(); ++i) {
    const PlacedAtom& atom = placed_[i];
    long before = -2;
    for (int p = atom.plane_begin; p < atom.plane_end; ++p) {
      const long here = mine(p);
      if (here >= 0 && here == before + 1 && before >= 0) {
        ++found.back().sphere.n_planes;
      } else if (here >= 0) {
        found.push_back({i, {atom.place, atom.radius, p, 1, static_cast<std::size_t>(here)}});
      }
      before = here;
    }
  }
  std::sort(found.begin(), found.end(), [](const AtomPart& a, const AtomPart& b) {
    if (a.sphere.in_ring != b.sphere.in_ring) return a.sphere.in_ring < b.sphere.in_ring;
    if (a.sphere.place[1] != b.sphere.place[1]) return a.sphere.place[1] < b.sphere.place[1];
    return a.placed < b.placed ||
           (a.placed == b.placed && a.sphere.first_plane < b.sphere.first_plane);
  });
  return found;
}

}  // namespace polyform::density
