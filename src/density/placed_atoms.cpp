// SPDX-License-Identifier: MPL-2.0
// Atoms placed on the grid, and the planes shared out.
#include "density/placed_atoms.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace polyform::density {
namespace {

// Relative costs, in nanoseconds on one ordinary core: of an atom on a plane and of a plane's
// point.
constexpr double cost_of_visit = 40, cost_of_point = 3;

int wrapped(int i, int n) {
  const int r = i % n;
  return r < 0 ? r + n : r;
}

// In [0, n), also where a small negative place is n to rounding.
double into_cell(double place, int n) {
  const double within = place - n * std::floor(place / n);
  return within < n ? within : 0;
}

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

// visit(unwrapped, wrapped) of each plane that an atom reaches.
template <class Visit>
void for_planes(const PlacedAtom& atom, int n_planes, Visit visit) {
  int plane = wrapped(atom.plane_begin, n_planes);
  for (int p = atom.plane_begin; p < atom.plane_end; ++p) {
    visit(p, static_cast<std::size_t>(plane));
    if (++plane == n_planes) plane = 0;
  }
}

// 0 ... n - 1 by ascending key in [0, n_keys), in their order where keys are equal.
template <class Key>
std::vector<std::size_t> stable_order(std::size_t n, std::size_t n_keys, Key key) {
  std::vector<std::size_t> next(n_keys + 1, 0), order(n);
  for (std::size_t i = 0; i < n; ++i) ++next[key(i) + 1];
  std::partial_sum(next.begin(), next.end(), next.begin());
  for (std::size_t i = 0; i < n; ++i) order[next[key(i)]++] = i;
  return order;
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
    for_planes(placed_.back(), n_planes_, [&](int, std::size_t plane) { ++n_visits[plane]; });
  }
  by_row_ =
      stable_order(placed_.size(), static_cast<std::size_t>(grid.choice.middle()),
                   [&](std::size_t i) { return static_cast<std::size_t>(placed_[i].place[1]); });
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
  std::vector<long> here(index_of_plane_.size(), -1);  // of this block's planes, from its first
  for (std::size_t i = block.begin; i < block.end; ++i)
    here[static_cast<std::size_t>(planes_.planes[i])] = static_cast<long>(i - block.begin);
  std::vector<AtomPart> found;
  found.reserve(placed_.size());
  for (const std::size_t i : by_row_) {
    const PlacedAtom& atom = placed_[i];
    long before = -2;
    for_planes(atom, n_planes_, [&](int p, std::size_t plane) {
      if (here[plane] >= 0 && here[plane] == before + 1 && before >= 0) {
        ++found.back().sphere.n_planes;
      } else if (here[plane] >= 0) {
        const auto in_ring = static_cast<std::size_t>(here[plane]);
        found.push_back({i, {atom.place, atom.radius, p, 1, in_ring}});
      }
      before = here[plane];
    });
  }
  std::vector<AtomPart> sorted;
  sorted.reserve(found.size());
  for (const std::size_t k : stable_order(found.size(), block.size(), [&](std::size_t part) {
         return found[part].sphere.in_ring;
       }))
    sorted.push_back(found[k]);
  return sorted;
}

}  // namespace polyform::density
