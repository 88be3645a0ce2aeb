// SPDX-License-Identifier: MPL-2.0
// Counters of this process, which is one rank.
#include "polyform/parallel/traffic.hpp"

#include <time.h>

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

#include "polyform/parallel/communicator.hpp"

namespace polyform::parallel {
namespace {

constexpr double long_vector = 12288;  // [bytes] from which on vectors travel in pieces

// Places in the map stay where they are, so that phases may point to them.
struct Counters {
  Tallies tallies;
  Tally* now = &tallies["other"];
  clockid_t clock = CLOCK_MONOTONIC;
  double since = seconds();

  double seconds() const {
    timespec t;
    clock_gettime(clock, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  }
  // The time up to here belongs to the phase that ends here, or is interrupted.
  void enter(Tally* next) {
    const double here = seconds();
    now->seconds += here - since;
    since = here;
    now = next;
  }
};

Counters& counters() {
  static Counters all;
  return all;
}

double rounds(int ranks) { return std::bit_width(static_cast<unsigned>(ranks - 1)); }

Spread spread(const std::vector<Tallies>& ranks, const std::string& phase, double Tally::*field) {
  Spread found;
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    const auto at = ranks[r].find(phase);
    const double value = at == ranks[r].end() ? 0 : at->second.*field;
    found.least = r == 0 ? value : std::min(found.least, value);
    found.most = r == 0 ? value : std::max(found.most, value);
    found.mean += value / static_cast<double>(ranks.size());
  }
  return found;
}

// Of all ranks in their order, on root; empty elsewhere. Collective over group.
std::vector<Tallies> gather(const Communicator& group, Tallies mine) {
  if (!group.is_root()) {
    Packet packet;
    packet(mine);
    group.send(packet, 0);
    return {};
  }
  std::vector<Tallies> all = {std::move(mine)};
  for (int r = 1; r < group.size(); ++r) {
    Packet packet;
    group.receive(packet, r);
    packet(all.emplace_back());
  }
  return all;
}

}  // namespace

Phase::Phase(const char* name) : outer_(counters().now) {
  counters().enter(&counters().tallies[name]);
}
Phase::~Phase() { counters().enter(outer_); }

void count_processor_seconds() {
  counters().clock = CLOCK_PROCESS_CPUTIME_ID;
  counters().since = counters().seconds();
}

void count_work(double amount) { counters().now->work += amount; }

void count_call(double messages, double bytes) {
  Tally& now = *counters().now;
  ++now.calls;
  now.messages += messages;
  now.bytes += bytes;
}

void count_vector(int ranks, double bytes) {
  if (ranks == 1) return;
  if (bytes <= long_vector) return count_call(rounds(ranks), rounds(ranks) * bytes);
  count_call(2 * rounds(ranks), 2 * bytes * (ranks - 1) / ranks);
}

void count_blocks(int ranks, double bytes_of_others) {
  if (ranks > 1) count_call(rounds(ranks), bytes_of_others);
}

Tallies take_tallies() {
  Counters& all = counters();
  all.enter(all.now);
  Tallies taken = all.tallies;
  for (auto& [name, tally] : all.tallies) tally = {};
  std::erase_if(taken, [](const auto& entry) {
    const Tally& t = entry.second;
    return t.seconds == 0 && t.work == 0 && t.calls == 0;
  });
  return taken;
}

TrafficReport report(const Communicator& group, Tallies mine) {
  const std::vector<Tallies> ranks = gather(group, std::move(mine));
  std::set<std::string> names;
  for (const Tallies& rank : ranks)
    for (const auto& [name, tally] : rank) names.insert(name);
  TrafficReport found;
  for (const std::string& name : names) {
    const auto of = [&](double Tally::*field) { return spread(ranks, name, field); };
    found[name] = {of(&Tally::seconds), of(&Tally::work), of(&Tally::calls), of(&Tally::messages),
                   of(&Tally::bytes)};
  }
  return found;
}

}  // namespace polyform::parallel
