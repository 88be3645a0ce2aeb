// SPDX-License-Identifier: MPL-2.0
// Ranks dealt to crystal forms.
#include <algorithm>
#include <numeric>

#include "polyform/parallel/teams.hpp"
#include "support/catch.hpp"

using polyform::parallel::deal;
using polyform::parallel::TeamPlan;

namespace {

// The work of the busiest rank.
double longest(const std::vector<double>& costs, const std::vector<TeamPlan>& plan, int ranks) {
  std::vector<double> load(static_cast<std::size_t>(ranks), 0.0);
  for (std::size_t form = 0; form < costs.size(); ++form)
    for (int r = plan[form].first; r < plan[form].first + plan[form].count; ++r)
      load[static_cast<std::size_t>(r)] += costs[form] / plan[form].count;
  return *std::max_element(load.begin(), load.end());
}

}  // namespace

TEST_CASE("One form gets all ranks") {
  const auto plan = deal({3.0}, 5);
  REQUIRE(plan.size() == 1);
  CHECK(plan[0].first == 0);
  CHECK(plan[0].count == 5);
}

TEST_CASE("Ranks are dealt in proportion to cost, every rank once, every form at least one") {
  const std::vector<double> costs = {6, 1, 3};
  const auto plan = deal(costs, 10);
  CHECK(plan[0].count == 6);
  CHECK(plan[1].count == 1);
  CHECK(plan[2].count == 3);
  for (int rank = 0; rank < 10; ++rank)
    CHECK(std::count_if(plan.begin(), plan.end(), [&](const TeamPlan& t) { return t.has(rank); }) ==
          1);
}

TEST_CASE("A form that costs next to nothing still gets a rank") {
  for (const TeamPlan& team : deal({1000, 0.001, 1000}, 4)) CHECK(team.count >= 1);
}

TEST_CASE("With as many ranks as forms each form has one") {
  const auto plan = deal({5, 1, 9}, 3);
  for (std::size_t form = 0; form < 3; ++form) {
    CHECK(plan[form].first == static_cast<int>(form));
    CHECK(plan[form].count == 1);
  }
}

TEST_CASE("With fewer ranks than forms the dearest forms are spread first") {
  const std::vector<double> costs = {4, 4, 3, 3, 2};
  const auto plan = deal(costs, 2);
  for (const TeamPlan& team : plan) {
    CHECK(team.count == 1);
    CHECK(team.first < 2);
  }
  // 16 units on 2 ranks; dearest first comes to 9 and 7 at worst.
  CHECK(longest(costs, plan, 2) <= 9);
}

TEST_CASE("The busiest rank is never above twice the ideal share plus the dearest form") {
  std::vector<double> costs(13);
  std::iota(costs.begin(), costs.end(), 1.0);
  const double total = std::accumulate(costs.begin(), costs.end(), 0.0);
  for (int ranks : {1, 2, 3, 5, 12, 13, 14, 40}) {
    const auto plan = deal(costs, ranks);
    CHECK(longest(costs, plan, ranks) <= 2 * total / ranks + 13.0);
  }
}

TEST_CASE("No forms need no teams") { CHECK(deal({}, 3).empty()); }
