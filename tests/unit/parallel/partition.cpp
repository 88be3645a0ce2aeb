// SPDX-License-Identifier: MPL-2.0
// Contiguous shares of things among ranks.
#include "polyform/parallel/partition.hpp"

#include <algorithm>

#include "support/catch.hpp"

using polyform::parallel::Block;
using polyform::parallel::Partition;

TEST_CASE("Blocks follow one another, cover everything and differ by at most one") {
  const auto n = GENERATE(as<std::size_t>(), 0, 1, 2, 7, 64, 99146);
  const int ranks = GENERATE(1, 2, 3, 5, 64);
  const Partition partition(n, ranks);
  CAPTURE(n, ranks);
  REQUIRE(partition.ranks() == ranks);
  CHECK(partition.total() == n);
  std::size_t at = 0, least = n, most = 0;
  for (int rank = 0; rank < ranks; ++rank) {
    const Block block = partition.block(rank);
    CHECK(block.begin == at);
    at = block.end;
    least = std::min(least, block.size());
    most = std::max(most, block.size());
  }
  CHECK(at == n);
  CHECK(most - least <= 1);
}

TEST_CASE("The owner of a thing is the rank whose block has it, empty blocks or not") {
  const Partition partition = GENERATE(Partition(17, 5), Partition(3, 5),
                                       Partition({0, 2, 2, 2, 5, 5}), Partition({0, 0, 4}));
  for (std::size_t i = 0; i < partition.total(); ++i)
    CHECK(partition.block(partition.owner(i)).contains(i));
}

TEST_CASE("A block is half-open") {
  const Block block{3, 5};
  CHECK(block.size() == 2);
  CHECK(!block.contains(2));
  CHECK(block.contains(3));
  CHECK(block.contains(4));
  CHECK(!block.contains(5));
}
