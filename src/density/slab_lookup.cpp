// SPDX-License-Identifier: MPL-2.0
// Values at chosen indices out of coefficients that lie on all ranks.
#include "polyform/density/slab_lookup.hpp"

#include <algorithm>
#include <numeric>

namespace polyform::density {
namespace {

using Coefficient = SlabTransform::Coefficient;

std::size_t wrapped(int index, int n) {
  return static_cast<std::size_t>(index < 0 ? index + n : index);
}

// One wanted index, or the mate of one with h = 0, and where it lies.
struct Request {
  int rank;
  std::uint32_t place;
  std::uint32_t value;
  bool mated;
};

Request request(const SlabTransform& transform, const crystal::Hkl& hkl, std::size_t value,
                bool mate) {
  const int sign = mate ? -1 : 1;
  const auto [nu, nv, nw] = transform.size();
  const std::size_t k = wrapped(sign * hkl[1], nv), l = wrapped(sign * hkl[2], nw);
  const auto h = static_cast<std::size_t>(sign * hkl[0]);
  const parallel::Partition& columns = transform.column_ownership();
  const int rank = columns.owner(k);
  const std::size_t row = (k - columns.block(rank).begin) * static_cast<std::size_t>(nw) + l;
  return {rank, static_cast<std::uint32_t>(row * transform.half_row() + h),
          static_cast<std::uint32_t>(value), mate};
}

// Sorted by rank, then by place, so that holders read their memory in order.
std::vector<Request> requests(const SlabTransform& transform,
                              std::span<const crystal::Hkl> wanted) {
  std::vector<Request> list;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    list.push_back(request(transform, wanted[i], i, wanted[i][0] < 0));
    if (wanted[i][0] == 0) list.push_back(request(transform, wanted[i], i, true));
  }
  std::sort(list.begin(), list.end(), [](const Request& a, const Request& b) {
    return a.rank != b.rank     ? a.rank < b.rank
           : a.place != b.place ? a.place < b.place
                                : a.value < b.value;
  });
  return list;
}

std::vector<int> exchange_counts(const std::vector<int>& mine, const parallel::Communicator& team) {
  const std::vector<int> one(mine.size(), 1);
  std::vector<int> theirs(mine.size());
  team.all_to_all<int>(mine, one, theirs, one);
  return theirs;
}

std::size_t total(const std::vector<int>& counts) {
  return static_cast<std::size_t>(std::accumulate(counts.begin(), counts.end(), 0L));
}

}  // namespace

SlabLookup::SlabLookup(const SlabTransform& transform, std::span<const crystal::Hkl> wanted)
    : team_(transform.team()),
      asked_(static_cast<std::size_t>(team_.size()), 0),
      size_(wanted.size()) {
  std::vector<std::uint32_t> places;
  for (const Request& each : requests(transform, wanted)) {
    places.push_back(each.place);
    wanted_.push_back({each.value, each.mated});
    ++asked_[static_cast<std::size_t>(each.rank)];
  }
  answered_ = exchange_counts(asked_, team_);
  source_.resize(total(answered_));
  team_.all_to_all<std::uint32_t>(places, asked_, source_, answered_);
}

void SlabLookup::collect(SlabTransform& transform, std::span<std::complex<double>> values) const {
  const std::span<const Coefficient> coefficients = transform.coefficients();
  std::vector<Coefficient> answers, received(wanted_.size());
  answers.reserve(source_.size());
  for (std::uint32_t place : source_) answers.push_back(coefficients[place]);
  team_.all_to_all<Coefficient>(answers, answered_, received, asked_);
  // F(h) = conj C(h) = C(-h)
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const std::complex<double> c(received[i]);
    values[wanted_[i].value] = wanted_[i].mated ? c : std::conj(c);
  }
}

void SlabLookup::spread(SlabTransform& transform,
                        std::span<const std::complex<double>> values) const {
  std::vector<Coefficient> sent, received(source_.size());
  sent.reserve(wanted_.size());
  for (const Wanted& each : wanted_) {
    const Coefficient f(values[each.value]);
    sent.push_back(each.mated ? f : std::conj(f));
  }
  team_.all_to_all<Coefficient>(sent, asked_, received, answered_);
  const std::span<Coefficient> coefficients = transform.coefficients();
  std::fill(coefficients.begin(), coefficients.end(), Coefficient{});
  for (std::size_t i = 0; i < source_.size(); ++i) coefficients[source_[i]] = received[i];
}

}  // namespace polyform::density
