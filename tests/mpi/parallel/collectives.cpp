// SPDX-License-Identifier: MPL-2.0
// What ranks do together, on any number of them.
#include <cmath>
#include <cstring>
#include <numeric>

#include "polyform/parallel/communicator.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;
using parallel::Communicator;
using parallel::Partition;

namespace {
int rank() { return test::world().rank(); }
int size() { return test::world().size(); }
std::size_t unsigned_rank() { return static_cast<std::size_t>(rank()); }
std::size_t unsigned_size() { return static_cast<std::size_t>(size()); }
}  // namespace

TEST_CASE("Sums, extremes and any() are over all ranks") {
  const Communicator& world = test::world();
  CHECK(world.sum(static_cast<long>(rank())) == size() * (size() - 1) / 2);
  CHECK(world.sum(0.5) == 0.5 * size());
  CHECK(world.max(static_cast<double>(rank())) == size() - 1);
  CHECK(world.min(static_cast<double>(rank())) == 0);
  CHECK(world.any(rank() == size() - 1));
  CHECK_FALSE(world.any(false));
  std::vector<double> values = {1.0 * rank(), 1.0};
  world.sum(values);
  CHECK(values == std::vector<double>{size() * (size() - 1) / 2.0, 1.0 * size()});
  std::vector<double> at_root = {2.0, 1.0 * rank()};
  world.sum_to_root(at_root);
  if (world.is_root())
    CHECK(at_root == std::vector<double>{2.0 * size(), size() * (size() - 1) / 2.0});
}

TEST_CASE("A sum has the same bits on every rank and every time") {
  // Numbers whose sum depends on the order of adding.
  std::vector<double> mine;
  for (int i = 0; i < 5000; ++i)
    mine.push_back(std::sin(1.0 + i + 1e3 * rank()) * std::pow(10.0, i % 9));
  std::vector<double> first = mine, second = mine;
  test::world().sum(first);
  test::world().sum(second);
  CHECK(std::memcmp(first.data(), second.data(), first.size() * sizeof(double)) == 0);
  std::vector<double> of_root = first;
  test::world().broadcast(std::span<double>(of_root));
  CHECK(std::memcmp(first.data(), of_root.data(), first.size() * sizeof(double)) == 0);
}

TEST_CASE("Blocks of uneven sizes are gathered in order, empty ones too") {
  const std::size_t n = GENERATE(as<std::size_t>(), 0, 1, 4, 101);
  const Partition parts(n, size());
  const auto block = parts.block(rank());
  std::vector<int> mine(block.size()), all(n, -1);
  std::iota(mine.begin(), mine.end(), static_cast<int>(block.begin));
  test::world().all_gather<int>(mine, all, parts);
  for (std::size_t i = 0; i < n; ++i) CHECK(all[i] == static_cast<int>(i));
}

TEST_CASE("Strings of different lengths are gathered, empty ones too") {
  const auto all = test::world().all_gather(std::string(unsigned_rank(), 'a'));
  REQUIRE(all.size() == unsigned_size());
  for (std::size_t r = 0; r < all.size(); ++r) CHECK(all[r] == std::string(r, 'a'));
  const auto numbers = test::world().all_gather(1.5 * rank());
  for (std::size_t r = 0; r < numbers.size(); ++r)
    CHECK(numbers[r] == 1.5 * static_cast<double>(r));
}

TEST_CASE("reduce_scatter leaves each rank its part of the sum") {
  const Partition parts(7, size());
  const auto block = parts.block(rank());
  std::vector<double> all(7), mine(block.size());
  for (std::size_t i = 0; i < 7; ++i) all[i] = static_cast<double>(i) + rank();
  test::world().reduce_scatter(all, mine, parts);
  for (std::size_t i = 0; i < mine.size(); ++i)
    CHECK(mine[i] ==
          static_cast<double>((block.begin + i) * unsigned_size()) + size() * (size() - 1) / 2.0);
}

TEST_CASE("all_to_all hands every pair what it was meant to have") {
  // Rank r sends s numbers to rank s, each 100 r + s.
  std::vector<int> send_counts, receive_counts;
  std::vector<long> sent;
  for (int to = 0; to < size(); ++to) {
    send_counts.push_back(to);
    receive_counts.push_back(rank());
    sent.insert(sent.end(), static_cast<std::size_t>(to), 100L * rank() + to);
  }
  std::vector<long> received(unsigned_rank() * unsigned_size(), -1);
  test::world().all_to_all<long>(sent, send_counts, received, receive_counts);
  for (std::size_t i = 0; i < received.size(); ++i)
    CHECK(received[i] == 100L * static_cast<long>(i / unsigned_rank()) + rank());
}

TEST_CASE("Root's values, packets and their lengths reach everyone, whoever is root") {
  const int root = size() - 1;
  CHECK(test::world().broadcast_value(rank() == root ? 42 : 0, root) == 42);
  std::vector<std::string> names;
  if (rank() == root) names = {"chain A", "", std::string(100000, 'x')};
  parallel::Packet packet;
  if (rank() == root) packet(names);
  test::world().broadcast(packet, root);
  if (rank() != root) packet(names);
  REQUIRE(names.size() == 3);
  CHECK(names[0] == "chain A");
  CHECK(names[2].size() == 100000);
}

TEST_CASE("A packet goes from one rank to another") {
  const int last = size() - 1;
  if (last == 0) return;
  std::vector<int> values;
  parallel::Packet packet;
  if (rank() == 0) {
    values = {1, 2, 3};
    packet(values);
    test::world().send(packet, last);
  } else if (rank() == last) {
    test::world().receive(packet, 0);
    packet(values);
    CHECK(values == std::vector<int>{1, 2, 3});
  }
}

TEST_CASE("A split groups ranks of one colour in order, and its copies outlive it") {
  Communicator copy = Communicator::self();
  {
    const Communicator part = test::world().split(rank() % 2);
    copy = part;
    CHECK(part.size() == (size() + 1 - rank() % 2) / 2);
    CHECK(part.rank() == rank() / 2);
  }
  long expected = 0;
  for (int r = rank() % 2; r < size(); r += 2) expected += r;
  CHECK(copy.sum(static_cast<long>(rank())) == expected);
  const Communicator alone = copy.split(rank());
  CHECK(alone.size() == 1);
  CHECK(alone.sum(3.0) == 3.0);
}

TEST_CASE("A rank alone does everything with itself") {
  const Communicator self = Communicator::self();
  CHECK(self.size() == 1);
  CHECK(self.is_root());
  CHECK(self.sum(2.0) == 2.0);
  CHECK(self.sum(2L) == 2);
  CHECK(self.max(-1.0) == -1.0);
  const std::vector<int> values = {1, 2, 3}, counts = {3};
  std::vector<int> all(3), exchanged(3);
  self.all_gather<int>(values, all, Partition(3, 1));
  self.all_to_all<int>(values, counts, exchanged, counts);
  CHECK(all == values);
  CHECK(exchanged == values);
  const std::vector<double> terms = {0.5, 1.5};
  std::vector<double> sums(2);
  self.reduce_scatter(terms, sums, Partition(2, 1));
  CHECK(sums == terms);
  CHECK(self.all_gather(std::string("x")) == std::vector<std::string>{"x"});
  CHECK(self.split(4).size() == 1);
  self.barrier();
}
