// SPDX-License-Identifier: MPL-2.0
// Ranks dealt to crystal forms.
#include "polyform/parallel/teams.hpp"

#include <algorithm>
#include <numeric>

namespace polyform::parallel {
namespace {

std::vector<std::size_t> dearest_first(const std::vector<double>& costs) {
  std::vector<std::size_t> order(costs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  return order;
}

// More forms than ranks: each form alone on the rank with the least to do so far.
std::vector<TeamPlan> share_ranks(const std::vector<double>& costs, int ranks) {
  std::vector<TeamPlan> plan(costs.size());
  std::vector<double> load(static_cast<std::size_t>(ranks), 0.0);
  for (std::size_t form : dearest_first(costs)) {
    const auto least = std::min_element(load.begin(), load.end());
    *least += costs[form];
    plan[form] = {static_cast<int>(least - load.begin()), 1};
  }
  return plan;
}

// At least as many ranks as forms: one each, then the next rank to the form whose ranks have most
// to do each.
std::vector<TeamPlan> share_out(const std::vector<double>& costs, int ranks) {
  std::vector<TeamPlan> plan(costs.size());
  for (int left = ranks - static_cast<int>(costs.size()); left > 0; --left) {
    std::size_t busiest = 0;
    for (std::size_t f = 1; f < costs.size(); ++f)
      if (costs[f] / plan[f].count > costs[busiest] / plan[busiest].count) busiest = f;
    ++plan[busiest].count;
  }
  int first = 0;
  for (TeamPlan& team : plan) {
    team.first = first;
    first += team.count;
  }
  return plan;
}

}  // namespace

std::vector<TeamPlan> deal(const std::vector<double>& costs, int ranks) {
  if (costs.empty()) return {};
  return static_cast<int>(costs.size()) > ranks ? share_ranks(costs, ranks)
                                                : share_out(costs, ranks);
}

Teams::Teams(Communicator all, const std::vector<double>& costs)
    : world(std::move(all)), plan(deal(costs, world.size())) {
  for (std::size_t f = 0; f < plan.size(); ++f)
    if (plan[f].has(world.rank())) served.push_back(static_cast<int>(f));
  // Teams of one rank need no communicator made; larger ones are disjoint, so one split makes them.
  const int mine = served.empty() ? -1 : served.front();
  const Communicator team = world.split(mine + 1);
  for (int f : served)
    form.push_back(plan[static_cast<std::size_t>(f)].count == 1 ? Communicator::self() : team);
}

}  // namespace polyform::parallel
