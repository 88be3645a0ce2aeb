// SPDX-License-Identifier: MPL-2.0
// What ranks count of calls whose messages and bytes are known, and the phases they count for.
#include "polyform/parallel/traffic.hpp"

#include "polyform/parallel/communicator.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;
using parallel::Phase;
using parallel::take_tallies;
using parallel::Tally;

namespace {

int rank() { return test::world().rank(); }
int size() { return test::world().size(); }
double rounds() { return size() == 1 ? 0 : size() == 2 ? 1 : size() == 3 ? 2 : 3; }

// What a step counts.
template <class Step>
Tally counted(Step step) {
  take_tallies();
  {
    const Phase phase("step");
    step();
  }
  return take_tallies()["step"];
}

void check(const Tally& tally, double calls, double messages, double bytes) {
  CHECK(tally.calls == (size() == 1 ? 0 : calls));
  CHECK(tally.messages == (size() == 1 ? 0 : messages));
  CHECK(tally.bytes == Approx(size() == 1 ? 0 : bytes));
}

}  // namespace

TEST_CASE("all_to_all counts a message to every other rank that gets something, with its bytes") {
  // Rank r sends s numbers to rank s: none to rank 0.
  std::vector<int> send_counts, receive_counts;
  for (int to = 0; to < size(); ++to) {
    send_counts.push_back(to);
    receive_counts.push_back(rank());
  }
  std::vector<long> sent(static_cast<std::size_t>(size() * (size() - 1) / 2));
  std::vector<long> received(static_cast<std::size_t>(rank() * size()));
  const Tally tally =
      counted([&] { test::world().all_to_all<long>(sent, send_counts, received, receive_counts); });
  const int others = rank() == 0 ? size() - 1 : size() - 2;
  check(tally, 1, others, 8.0 * (size() * (size() - 1) / 2 - rank()));
}

TEST_CASE("Short vectors travel in log2 P rounds, long ones in pieces") {
  std::vector<double> few(10), many(10000);
  const double share = static_cast<double>(size() - 1) / size();
  check(counted([&] { test::world().sum(few); }), 1, rounds(), rounds() * 80);
  check(counted([&] { test::world().sum_to_root(few); }), 1, rounds(), rounds() * 80);
  check(counted([&] { test::world().broadcast(std::span<double>(few)); }), 1, rounds(),
        rounds() * 80);
  check(counted([&] { test::world().sum(many); }), 1, 2 * rounds(), 2 * share * 80000);
  check(counted([&] { test::world().broadcast(std::span<double>(many)); }), 1, 2 * rounds(),
        2 * share * 80000);
  check(counted([&] { test::world().barrier(); }), 1, rounds(), 0);
  check(counted([&] { test::world().max(1.0); }), 1, rounds(), rounds() * 8);
}

TEST_CASE("Blocks count the bytes of all ranks but one's own") {
  const parallel::Partition parts(101, size());
  std::vector<double> mine(parts.block(rank()).size()), all(101);
  const double others = 8.0 * static_cast<double>(all.size() - mine.size());
  check(counted([&] { test::world().all_gather<double>(mine, all, parts); }), 1, rounds(), others);
  check(counted([&] { test::world().reduce_scatter(all, mine, parts); }), 1, rounds(), others);
}

TEST_CASE("A packet is one message, of the rank that sends it") {
  if (size() == 1) return;
  const Tally tally = counted([&] {
    parallel::Packet packet;
    double number = 1;
    if (rank() == 1) {
      packet(number);
      test::world().send(packet, 0);
    } else if (rank() == 0) {
      test::world().receive(packet, 1);
    }
  });
  const bool sends = rank() == 1;
  check(tally, sends, sends, sends ? 8 : 0);
}

TEST_CASE(
    "Phases nest: each has its own work, and the outer one goes on where the inner one ends") {
  take_tallies();
  parallel::count_work(1);
  {
    const Phase outer("outer");
    parallel::count_work(10);
    {
      const Phase inner("inner");
      parallel::count_work(100);
    }
    parallel::count_work(20);
    try {
      const Phase failing("failing");
      throw base::Error("in the middle of a phase");
    } catch (const base::Error&) {
      parallel::count_work(30);
    }
  }
  parallel::count_work(2);
  parallel::Tallies found = take_tallies();
  CHECK(found["other"].work == 3);
  CHECK(found["outer"].work == 60);
  CHECK(found["inner"].work == 100);
  CHECK(found["failing"].work == 0);
  CHECK(take_tallies().count("outer") == 0);
}

TEST_CASE("Time counts for the phase a rank is in, and once") {
  take_tallies();
  const Phase outer("outer");
  {
    const Phase inner("inner");
    double sum = 0;
    for (int i = 1; i < 2000000; ++i) sum += 1.0 / i;
    CHECK(sum > 1);
  }
  parallel::Tallies found = take_tallies();
  CHECK(found["inner"].seconds > 0);
  CHECK(found["outer"].seconds < found["inner"].seconds);
}

TEST_CASE("A report has least, mean and most of all ranks, also of phases that only some were in") {
  take_tallies();
  {
    const Phase phase("all");
    parallel::count_work(rank());
  }
  if (rank() == size() - 1) {
    const Phase phase("last");
    parallel::count_work(6);
  }
  parallel::TrafficReport report = parallel::report(test::world(), take_tallies());
  if (rank() != 0) {
    CHECK(report.empty());
    return;
  }
  CHECK(report["all"].work.least == 0);
  CHECK(report["all"].work.mean == Approx((size() - 1) / 2.0));
  CHECK(report["all"].work.most == size() - 1);
  CHECK(report["last"].work.least == (size() == 1 ? 6 : 0));
  CHECK(report["last"].work.mean == Approx(6.0 / size()));
  CHECK(report["last"].work.most == 6);
}
