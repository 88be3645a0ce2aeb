// SPDX-License-Identifier: MPL-2.0
// Values at chosen indices out of coefficients that lie on all ranks.
#include "polyform/density/slab_lookup.hpp"

#include <algorithm>
#include <numeric>

namespace polyform::density {
namespace {

// The wanted places by rank, then by place, so that holders read their memory in order.
std::vector<std::uint32_t> reading_order(std::span<const CoefficientPlace> wanted) {
  std::vector<std::uint32_t> order(wanted.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return wanted[a].rank != wanted[b].rank ? wanted[a].rank < wanted[b].rank
                                            : wanted[a].place < wanted[b].place;
  });
  return order;
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

SlabLookup::SlabLookup(std::span<const CoefficientPlace> wanted, const parallel::Communicator& team)
    : team_(team), asked_(static_cast<std::size_t>(team.size()), 0) {
  std::vector<std::uint32_t> places;
  places.reserve(wanted.size());
  wanted_.reserve(wanted.size());
  for (std::uint32_t i : reading_order(wanted)) {
    places.push_back(wanted[i].place);
    wanted_.push_back({i, wanted[i].mated});
    ++asked_[static_cast<std::size_t>(wanted[i].rank)];
  }
  answered_ = exchange_counts(asked_, team_);
  source_.resize(total(answered_));
  team_.all_to_all<std::uint32_t>(places, asked_, source_, answered_);
}

void SlabLookup::collect(std::span<const Coefficient> coefficients,
                         std::span<std::complex<double>> values) const {
  std::vector<Coefficient> answers(source_.size()), received(wanted_.size());
  for (std::size_t i = 0; i < source_.size(); ++i) answers[i] = coefficients[source_[i]];
  team_.all_to_all<Coefficient>(answers, answered_, received, asked_);
  // F(h) = conj C(h) = C(-h)
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const std::complex<double> c(received[i]);
    values[wanted_[i].value] = wanted_[i].mated ? c : std::conj(c);
  }
}

void SlabLookup::spread(std::span<const std::complex<double>> values,
                        std::span<Coefficient> coefficients) const {
  std::vector<Coefficient> sent(wanted_.size()), received(source_.size());
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    const Coefficient f(values[wanted_[i].value]);
    sent[i] = wanted_[i].mated ? f : std::conj(f);
  }
  team_.all_to_all<Coefficient>(sent, asked_, received, answered_);
  for (std::size_t i = 0; i < source_.size(); ++i) coefficients[source_[i]] = received[i];
}

}  // namespace polyform::density
