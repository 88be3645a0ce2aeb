// SPDX-License-Identifier: MPL-2.0
// Values packed to travel.
#include "polyform/parallel/packet.hpp"

#include <array>
#include <complex>
#include <map>
#include <string>
#include <vector>

#include "polyform/kernels/vector.hpp"
#include "support/catch.hpp"

using polyform::parallel::Packet;

namespace {

struct Inner {
  std::string name;
  std::vector<double> values;
  void travel(Packet& p) { p(name)(values); }
  bool operator==(const Inner&) const = default;
};

struct Outer {
  int count = 0;
  bool flag = false;
  std::array<int, 3> hkl{};
  std::vector<Inner> inner;
  std::vector<std::string> names;
  std::vector<std::vector<int>> lists;
  std::vector<std::complex<double>> f;
  std::map<std::string, std::vector<int>> named;
  void travel(Packet& p) { p(count)(flag)(hkl)(inner)(names)(lists)(f)(named); }
  bool operator==(const Outer&) const = default;
};

}  // namespace

TEST_CASE("A struct comes out of a packet as it went in") {
  Outer sent{7,
             true,
             {1, -2, 3},
             {{"a", {1, 2}}, {"", {}}},
             {"x", "", "long name"},
             {{1}, {}, {2, 3}},
             {{1, 2}},
             {{"loop", {0, 1, 1}}, {"", {}}}};
  Packet packet;
  packet(sent);
  packet.start_reading();
  Outer received;
  received.names = {"what was there", "is gone"};
  received.named = {{"gone", {1}}};
  packet(received);
  CHECK(received == sent);
}

TEST_CASE("Vectors of positions travel") {
  std::vector<polyform::kernels::Vec3> sent = {{1, 2, 3}, {4, 5, 6}}, received;
  Packet packet;
  packet(sent);
  packet.start_reading();
  packet(received);
  CHECK(received == sent);
}

TEST_CASE("Reading more than was written is an error, not memory of others") {
  Packet packet;
  int one = 1;
  packet(one);
  packet.start_reading();
  packet(one);
  CHECK_THROWS_AS(packet(one), polyform::base::Error);
  std::vector<double> values;
  std::vector<std::string> names;
  CHECK_THROWS_AS(packet(values), polyform::base::Error);

  // A number that is mistaken for a length takes no memory.
  Packet lengths;
  std::size_t huge = std::size_t{1} << 62;
  lengths(huge)(huge);
  lengths.start_reading();
  CHECK_THROWS_AS(lengths(values), polyform::base::Error);
  CHECK_THROWS_AS(lengths(names), polyform::base::Error);
}
