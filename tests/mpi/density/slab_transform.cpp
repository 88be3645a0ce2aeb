// SPDX-License-Identifier: MPL-2.0
// Maps on slabs: the transform against direct sums, there and back, on any number of ranks.
#include "polyform/density/slab_transform.hpp"

#include <random>

#include "polyform/parallel/traffic.hpp"
#include "support/catch.hpp"
#include "support/session.hpp"

using namespace polyform;
using Complex = std::complex<double>;
using crystal::Hkl;

namespace {

// A map of random numbers, the same whatever the ranks.
std::vector<float> random_map(const density::GridSize& size) {
  std::mt19937 random(7);
  std::normal_distribution<float> value;
  std::vector<float> map;
  for (int i = 0; i < size[0] * size[1] * size[2]; ++i) map.push_back(value(random));
  return map;
}

float& at(density::SlabTransform& transform, int u, int v, int w) {
  const auto plane = static_cast<std::size_t>(w) - transform.planes().begin;
  const auto row =
      plane * static_cast<std::size_t>(transform.size()[1]) + static_cast<std::size_t>(v);
  return transform.map()[row * transform.row_stride() + static_cast<std::size_t>(u)];
}

template <class Visit>
void for_points(const density::SlabTransform& transform, Visit visit) {
  const auto [nu, nv, nw] = transform.size();
  for (int w = 0; w < nw; ++w)
    for (int v = 0; v < nv; ++v)
      for (int u = 0; u < nu; ++u)
        if (transform.planes().contains(static_cast<std::size_t>(w)))
          visit(u, v, w, static_cast<std::size_t>((w * nv + v) * nu + u));
}

// sum map(x) exp(+2 pi i h.x)
Complex direct(const std::vector<float>& map, const density::GridSize& size, const Hkl& h) {
  Complex f;
  std::size_t i = 0;
  for (int w = 0; w < size[2]; ++w)
    for (int v = 0; v < size[1]; ++v)
      for (int u = 0; u < size[0]; ++u, ++i) {
        const double turn =
            1.0 * h[0] * u / size[0] + 1.0 * h[1] * v / size[1] + 1.0 * h[2] * w / size[2];
        f += std::polar(static_cast<double>(map[i]), 2 * M_PI * turn);
      }
  return f;
}

std::vector<density::CoefficientPlace> places(const density::SlabTransform& transform,
                                              const std::vector<Hkl>& indices) {
  std::vector<density::CoefficientPlace> all;
  for (const Hkl& h : indices) all.push_back(transform.locate(h));
  return all;
}

// Every rank asks for other indices.
std::vector<Hkl> some_indices(int rank) {
  std::vector<Hkl> all = {{0, 0, 0},  {1, -2, 1}, {-1, 2, -1}, {0, 1, -2},
                          {0, -1, 2}, {-3, 1, 0}, {2, 0, 0}};
  for (int i = 0; i < rank; ++i) all.push_back({i % 3, -i % 2, (i * 7) % 3});
  return all;
}

const density::GridSize sizes[] = {{8, 6, 9}, {7, 10, 4}, {12, 5, 5}, {6, 3, 2}};

}  // namespace

TEST_CASE("Coefficients of a map on slabs are direct sums over its points") {
  const density::GridSize size = sizes[GENERATE(0, 1, 2)];
  density::SlabTransform transform(size, test::world());
  const std::vector<float> map = random_map(size);
  for_points(transform,
             [&](int u, int v, int w, std::size_t i) { at(transform, u, v, w) = map[i]; });
  const std::vector<Hkl> indices =
      size[2] > 4 ? some_indices(test::world().rank()) : std::vector<Hkl>{{1, -2, 1}, {-1, 0, -1}};
  const density::SlabLookup lookup(places(transform, indices), test::world());
  std::vector<Complex> f(indices.size());
  transform.forward();
  lookup.collect(transform.coefficients(), f);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    CAPTURE(indices[i]);
    CHECK(std::abs(f[i] - direct(map, size, indices[i])) < 1e-4);
  }
}

TEST_CASE("A map transformed there and back is itself times the number of points") {
  const density::GridSize size = sizes[GENERATE(0, 1, 2, 3)];
  density::SlabTransform transform(size, test::world());
  const std::vector<float> map = random_map(size);
  for_points(transform,
             [&](int u, int v, int w, std::size_t i) { at(transform, u, v, w) = map[i]; });
  transform.forward();
  transform.inverse();
  double worst = 0;
  for_points(transform, [&](int u, int v, int w, std::size_t i) {
    const double back = at(transform, u, v, w) / static_cast<double>(transform.n_points());
    worst = std::max(worst, std::abs(back - map[i]));
  });
  CHECK(worst < 1e-5);
}

TEST_CASE("Structure factors spread over the ranks give the Fourier sum of the map") {
  const density::GridSize size = {10, 8, 9};
  density::SlabTransform transform(size, test::world());
  std::fill(transform.coefficients().begin(), transform.coefficients().end(),
            density::SlabTransform::Coefficient{});
  // Each index by one rank only; mates of h = 0 are written, too.
  const std::vector<Hkl> all = {{1, -2, 1}, {-3, 1, 2}, {0, 1, -2}, {0, -1, 2}, {2, 3, -4}};
  const std::vector<Complex> values = {{3, 1}, {-2, 5}, {1, 4}, {1, -4}, {0, 2}};
  std::vector<Hkl> mine;
  std::vector<Complex> my_values;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (static_cast<int>(i) % test::world().size() == test::world().rank()) {
      mine.push_back(all[i]);
      my_values.push_back(values[i]);
    }
  density::SlabLookup(places(transform, mine), test::world())
      .spread(my_values, transform.coefficients());
  transform.inverse();
  double worst = 0;
  for_points(transform, [&](int u, int v, int w, std::size_t) {
    // map(x) = sum over h and -h of F(h) exp(-2 pi i h.x)
    double expected = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const double turn = 1.0 * all[i][0] * u / size[0] + 1.0 * all[i][1] * v / size[1] +
                          1.0 * all[i][2] * w / size[2];
      const double term = (values[i] * std::polar(1.0, -2 * M_PI * turn)).real();
      expected += all[i][0] == 0 ? term : 2 * term;
    }
    worst = std::max(worst, std::abs(at(transform, u, v, w) - expected));
  });
  CHECK(worst < 1e-5);
}

TEST_CASE("A transform counts the coefficients that change their rank") {
  const density::GridSize size = {12, 10, 9};
  density::SlabTransform transform(size, test::world(), density::Planning::estimate);
  parallel::take_tallies();
  transform.forward();
  const parallel::Tally tally = parallel::take_tallies()["slab_transform"];
  const auto stay = static_cast<double>(transform.planes().size() * transform.columns().size());
  const double all = test::world().sum(8 * 7 * stay + tally.bytes);
  CHECK(all == 8.0 * 7 * 10 * 9);
  CHECK(tally.messages == test::world().size() - 1);
}

TEST_CASE("Slabs of more ranks than planes are empty and all planes have one owner") {
  density::SlabTransform transform({6, 3, 2}, test::world());
  const auto planes = static_cast<long>(transform.planes().size());
  const auto columns = static_cast<long>(transform.columns().size());
  CHECK(test::world().sum(planes) == 2);
  CHECK(test::world().sum(columns) == 3);
  CHECK(transform.plane_ownership().total() == 2);
  CHECK(transform.map().size() == static_cast<std::size_t>(planes) * 3 * 8);
}
