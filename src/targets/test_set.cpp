// SPDX-License-Identifier: MPL-2.0
// The test reflections of a form, gathered to every rank.
#include "test_set.hpp"

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

TestReflections gather_test_set(const Share& share, std::span<const Complex> f_model) {
  std::vector<double> mine;
  for (std::size_t k = 0; k < share.size(); ++k)
    if (share.all.use[share.global(k)] == crystal::Use::test) mine.push_back(std::abs(f_model[k]));

  TestReflections test;
  const parallel::Partition parts = partition_of(share.team, mine.size());
  test.f_model.resize(parts.total());
  share.team.all_gather(std::span<const double>(mine), std::span<double>(test.f_model), parts);

  for (std::size_t i = 0; i < share.all.size(); ++i) {
    if (share.all.use[i] != crystal::Use::test) continue;
    test.index.push_back(i);
    test.f_obs.push_back(share.all.f_obs[i]);
    test.s2.push_back(share.all.inverse_d2[i]);
    test.epsilon.push_back(share.all.epsilon[i]);
    test.centric.push_back(static_cast<char>(share.all.centric[i]));
  }
  return test;
}

}  // namespace polyform::targets
