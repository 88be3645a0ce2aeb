// SPDX-License-Identifier: MPL-2.0
// The steps between planes and reflections, and what ranks exchange in them.
#include "density/pruned_transform.hpp"

#include <algorithm>

#include "polyform/parallel/traffic.hpp"

namespace polyform::density {
namespace {

// Of two numbers for each of the things shared.
parallel::Partition doubled(const parallel::Partition& parts) {
  std::vector<std::size_t> ends = {0};
  for (int r = 0; r < parts.ranks(); ++r) ends.push_back(2 * parts.block(r).end);
  return parallel::Partition(ends);
}

// `times` numbers for each of the things shared, by rank.
std::vector<int> counts(const parallel::Partition& parts, std::size_t times) {
  std::vector<int> result;
  for (int r = 0; r < parts.ranks(); ++r)
    result.push_back(static_cast<int>(parts.block(r).size() * times));
  return result;
}

}  // namespace

template <class Real>
PrunedTransform<Real>::PrunedTransform(const Crystal& crystal, std::span<const Hkl> hkl,
                                       const GridChoice& choice, const parallel::Communicator& team)
    : team_(team),
      columns_(find_columns(crystal, hkl, choice)),
      column_ownership_(columns_.places.size(), team.size()),
      ownership_(hkl.size(), team.size()),
      my_columns_(column_ownership_.block(team.rank()).size()),
      symmetry_(crystal, hkl, choice, columns_, column_ownership_.block(team.rank())),
      plane_(choice, columns_),
      slab_axis_(choice.slab(), my_columns_),
      all_(hkl.size()) {}

template <class Real>
void PrunedTransform<Real>::forward(const SharedPlanes& planes, const Give& give,
                                    std::span<Complex> f) {
  make_room(planes);
  const std::size_t my_planes = planes.ownership.block(team_.rank()).size();
  for (std::size_t i = 0; i < my_planes; ++i) {
    Real* const plane = give(i);
    const parallel::Phase phase("plane_transform");
    plane_.forward(plane);
    for_each_owner(my_planes, i, [&](parallel::Block columns, std::size_t at) {
      plane_.pack(columns, by_plane_.data() + at);
    });
    parallel::count_work(plane_.work());
  }
  exchange(planes, Direction::to_columns);
  transform_columns([&] { slab_axis_.forward(planes.planes, by_column_.data()); });
  sum_symmetry([&] { symmetry_.template forward<Real>(slab_axis_.columns().data(), all_); });
  const parallel::Phase phase("reflection_exchange");
  if (team_.size() == 1) {
    std::copy(all_.begin(), all_.end(), f.begin());
    return;
  }
  team_.reduce_scatter({reinterpret_cast<const double*>(all_.data()), 2 * all_.size()},
                       {reinterpret_cast<double*>(f.data()), 2 * f.size()}, doubled(ownership_));
  bytes_ += all_.size() * sizeof(Complex);
}

template <class Real>
void PrunedTransform<Real>::adjoint(const SharedPlanes& planes, std::span<const Complex> slope,
                                    const Room& room, const Take& take) {
  make_room(planes);
  gather_slopes(slope);
  sum_symmetry([&] { symmetry_.template adjoint<Real>(all_, slab_axis_.columns()); });
  transform_columns([&] { slab_axis_.adjoint(planes.planes, by_column_.data()); });
  exchange(planes, Direction::to_planes);
  const std::size_t my_planes = planes.ownership.block(team_.rank()).size();
  plane_.clear_columns();
  for (std::size_t i = 0; i < my_planes; ++i) {
    adjoint_of_plane(my_planes, i, room(i));
    take(i);
  }
}

template <class Real>
void PrunedTransform<Real>::adjoint_of_plane(std::size_t my_planes, std::size_t i, Real* plane) {
  const parallel::Phase phase("plane_transform");
  for_each_owner(my_planes, i, [&](parallel::Block columns, std::size_t at) {
    plane_.unpack(columns, by_plane_.data() + at);
  });
  plane_.adjoint(plane);
  parallel::count_work(plane_.work());
}

template <class Real>
void PrunedTransform<Real>::gather_slopes(std::span<const Complex> slope) {
  const parallel::Phase phase("reflection_exchange");
  team_.all_gather<Complex>(slope, all_, ownership_);
  bytes_ += all_.size() * sizeof(Complex);
}

template <class Real>
template <class Step>
void PrunedTransform<Real>::transform_columns(Step step) {
  const parallel::Phase phase("column_transform");
  step();
  parallel::count_work(slab_axis_.work());
}

template <class Real>
template <class Step>
void PrunedTransform<Real>::sum_symmetry(Step step) {
  const parallel::Phase phase("symmetry_sum");
  step();
  parallel::count_work(static_cast<double>(all_.size() + symmetry_.n_terms()));
}

template <class Real>
void PrunedTransform<Real>::make_room(const SharedPlanes& planes) {
  by_plane_.resize(planes.ownership.block(team_.rank()).size() * columns_.places.size());
  by_column_.resize(planes.planes.size() * my_columns_);
}

template <class Real>
void PrunedTransform<Real>::exchange(const SharedPlanes& planes, Direction direction) {
  const parallel::Phase phase("column_exchange");
  if (team_.size() == 1) return std::swap(by_plane_, by_column_);
  const std::size_t my_planes = planes.ownership.block(team_.rank()).size();
  const std::vector<int> plane_side = counts(column_ownership_, my_planes);
  const std::vector<int> column_side = counts(planes.ownership, my_columns_);
  if (direction == Direction::to_columns)
    team_.all_to_all<Element>(by_plane_, plane_side, by_column_, column_side);
  else
    team_.all_to_all<Element>(by_column_, column_side, by_plane_, plane_side);
  bytes_ += (direction == Direction::to_columns ? by_plane_ : by_column_).size() * sizeof(Element);
}

// Calls visit(columns of a rank, where my plane `plane` of them starts in by_plane_) for all ranks.
template <class Real>
template <class Visitor>
void PrunedTransform<Real>::for_each_owner(std::size_t my_planes, std::size_t plane,
                                           Visitor visit) const {
  for (int r = 0; r < team_.size(); ++r) {
    const parallel::Block columns = column_ownership_.block(r);
    visit(columns, my_planes * columns.begin + plane * columns.size());
  }
}

template class PrunedTransform<float>;
template class PrunedTransform<double>;

}  // namespace polyform::density
