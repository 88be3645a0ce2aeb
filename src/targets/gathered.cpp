// SPDX-License-Identifier: MPL-2.0
// Reflections of one use, gathered to every rank.
#include "gathered.hpp"
#include "polyform/kernels/magnitude.hpp"

namespace polyform::targets {
namespace {

// Blocks of the ranks among n gathered values.
parallel::Partition partition_of(const parallel::Communicator& team, std::size_t mine) {
  std::vector<std::size_t> offsets = {0};
  for (double count : team.all_gather(static_cast<double>(mine)))
    offsets.push_back(offsets.back() + static_cast<std::size_t>(count));
  return parallel::Partition(offsets);
}

}  // namespace

void gather(const Share& share, crystal::Use use, std::span<const Complex> f_model,
            Gathered& pairs) {
  std::vector<double> mine;
  for (std::size_t k = 0; k < share.size(); ++k)
    if (share.all.use[share.global(k)] == use) mine.push_back(kernels::magnitude(f_model[k]));
  const parallel::Partition parts = partition_of(share.team, mine.size());
  std::vector<double> everyone(parts.total());
  share.team.all_gather(std::span<const double>(mine), std::span<double>(everyone), parts);
  pairs.f_model.insert(pairs.f_model.end(), everyone.begin(), everyone.end());

  for (std::size_t i = 0; i < share.all.size(); ++i) {
    if (share.all.use[i] != use) continue;
    pairs.index.push_back(i);
    pairs.f_obs.push_back(share.all.f_obs[i]);
    pairs.s2.push_back(share.all.inverse_d2[i]);
    pairs.epsilon.push_back(share.all.epsilon[i]);
    pairs.centric.push_back(static_cast<char>(share.all.centric[i]));
  }
}

}  // namespace polyform::targets
