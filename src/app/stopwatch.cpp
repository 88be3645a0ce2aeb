// SPDX-License-Identifier: MPL-2.0
// Medians of times.
#include "app/stopwatch.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace polyform::app {

double median_seconds(const parallel::Communicator& world, const std::function<void()>& step) {
  using Clock = std::chrono::steady_clock;
  step();
  std::vector<double> times;
  double total = 0;
  while (times.size() < 5 || (total < 1.0 && times.size() < 51)) {
    world.barrier();
    const Clock::time_point start = Clock::now();
    step();
    const double mine = std::chrono::duration<double>(Clock::now() - start).count();
    times.push_back(world.max(mine));
    total += times.back();
  }
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                   times.end());
  return times[times.size() / 2];
}

}  // namespace polyform::app
