// SPDX-License-Identifier: MPL-2.0
// The communicators of a run.
#include "polyform/parallel/teams.hpp"

#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;

TEST_CASE("Every form is served by as many ranks as planned, and a team sums over itself") {
  const std::vector<double> costs =
      GENERATE(std::vector<double>{1}, std::vector<double>{3, 1}, std::vector<double>{1, 2, 3},
               std::vector<double>{5, 1, 1, 1, 1, 1, 2});
  CAPTURE(costs, test::world().size());
  const parallel::Teams teams(test::world(), costs);
  REQUIRE(teams.plan.size() == costs.size());
  REQUIRE(teams.form.size() == teams.served.size());
  // Teams of a rank are asked in the order of their forms, which is the same on all of its ranks.
  std::vector<double> served_by(costs.size(), 0.0);
  for (std::size_t i = 0; i < teams.served.size(); ++i) {
    const auto form = static_cast<std::size_t>(teams.served[i]);
    CHECK(teams.plan[form].has(test::world().rank()));
    CHECK(teams.form[i].size() == teams.plan[form].count);
    CHECK(teams.form[i].rank() == test::world().rank() - teams.plan[form].first);
    CHECK(teams.form[i].sum(1L) == teams.plan[form].count);
    served_by[form] += 1;
  }
  test::world().sum(served_by);
  for (std::size_t form = 0; form < costs.size(); ++form)
    CHECK(served_by[form] == teams.plan[form].count);
}

TEST_CASE("Each rank has something to do") {
  const parallel::Teams teams(test::world(), {2, 2, 1});
  CHECK_FALSE(teams.served.empty());
  CHECK(std::is_sorted(teams.served.begin(), teams.served.end()));
}
