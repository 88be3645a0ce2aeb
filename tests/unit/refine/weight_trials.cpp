// SPDX-License-Identifier: MPL-2.0
// Trials of the weight: which reflections are set aside, who does which trial, which one wins.
#include "refine/weight_trials.hpp"

#include <cmath>
#include <set>

#include "support/catch.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;

namespace {

crystal::Reflections some_reflections() {
  return test::simulate_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 20, 2.0, 0.1).input.reflections;
}

TriedForm tried(double behind, double sigma, bool strained = false) {
  TriedForm one;
  one.behind = behind;
  one.behind_sigma = sigma;
  one.strained = strained;
  return one;
}

}  // namespace

TEST_CASE("work reflections are set aside by seed, cycle and index, and test reflections never") {
  const crystal::Reflections all = some_reflections();
  const auto chosen = [&](int seed, int cycle) {
    crystal::Reflections copy = all;
    return set_aside(copy, 10, seed, cycle);
  };
  const auto first = chosen(1, 1);
  const double n_work = static_cast<double>(all.count(crystal::Use::work));
  CHECK(static_cast<double>(first.size()) > 0.1 * n_work - 4 * std::sqrt(0.09 * n_work));
  CHECK(static_cast<double>(first.size()) < 0.1 * n_work + 4 * std::sqrt(0.09 * n_work));
  for (std::size_t i : first) CHECK(all.use[i] == crystal::Use::work);
  CHECK(chosen(1, 1) == first);
  CHECK(chosen(2, 1) != first);
  CHECK(chosen(1, 2) != first);

  crystal::Reflections left = all;
  set_aside(left, 10, 1, 1);
  CHECK(left.count(crystal::Use::work) + first.size() == all.count(crystal::Use::work));
  CHECK(left.count(crystal::Use::test) == all.count(crystal::Use::test));
  for (std::size_t i : first)
    CHECK((left.use[i] == crystal::Use::unobserved && std::isnan(left.f_obs[i])));
}

TEST_CASE("isomorphous forms set the same reflections aside, whatever else they hold") {
  crystal::Reflections all = some_reflections(), fewer = all;
  for (auto* column : {&fewer.f_obs, &fewer.sigma, &fewer.inverse_d2})
    column->erase(column->begin(), column->begin() + 100);
  fewer.hkl.erase(fewer.hkl.begin(), fewer.hkl.begin() + 100);
  fewer.use.erase(fewer.use.begin(), fewer.use.begin() + 100);
  std::set<crystal::Hkl> of_all, of_fewer;
  for (std::size_t i : set_aside(all, 20, 7, 3))
    if (i >= 100) of_all.insert(all.hkl[i]);
  for (std::size_t i : set_aside(fewer, 20, 7, 3)) of_fewer.insert(fewer.hkl[i]);
  CHECK(of_all == of_fewer);
}

TEST_CASE("every trial has one group, every group a leader, on any number of ranks") {
  for (int n_trials : {1, 2, 5, 7})
    for (int n_ranks = 1; n_ranks <= 16; ++n_ranks) {
      const TrialGroups groups{n_ranks, n_trials};
      CHECK(groups.count() == std::min(n_ranks, n_trials));
      std::vector<int> members(static_cast<std::size_t>(groups.count()), 0);
      for (int rank = n_ranks - 1; rank >= 0; --rank) {
        const int group = groups.of_rank(rank);
        REQUIRE((group >= 0 && group < groups.count()));
        ++members[static_cast<std::size_t>(group)];
        CHECK(groups.leader(group) <= rank);
        CHECK(groups.of_rank(groups.leader(group)) == group);
      }
      CHECK(groups.leader(0) == 0);
      const auto [least, most] = std::minmax_element(members.begin(), members.end());
      CHECK(*least >= 1);
      CHECK(*most - *least <= 1);
    }
}

TEST_CASE(
    "the nearest to the natural weight of those as good as the best is chosen, without strain") {
  const std::vector<double> factors = {4, 0.25, 1};
  CHECK(choose_trial({tried(0.1, 0.01), tried(0.2, 0.01), tried(0, 0)}, factors) == 2);
  CHECK(choose_trial({tried(0, 0), tried(0.2, 0.01), tried(0.02, 0.03)}, factors) == 2);
  CHECK(choose_trial({tried(0, 0), tried(0.2, 0.01), tried(0.03, 0.02)}, factors) == 0);
  CHECK(choose_trial({tried(0.01, 0.02), tried(0, 0), tried(0.03, 0.02)}, factors) == 1);
  CHECK(choose_trial({tried(-0.1, 0.01, true), tried(0, 0), tried(0.2, 0.01)}, factors) == 1);
}
