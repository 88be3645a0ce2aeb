// SPDX-License-Identifier: MPL-2.0
// Planes to reflections and back on any number of ranks: direct sums over points, and the adjoint.
#include "density/pruned_transform.hpp"

#include <random>

#include "support/catch.hpp"
#include "support/random_crystal.hpp"
#include "support/session.hpp"

using namespace polyform;
using namespace polyform::density;
using namespace polyform::test;

namespace {

// Random numbers on a few planes, [plane of the list][middle][fast], the same on every rank.
struct PlaneMap {
  GridChoice choice;
  SharedPlanes planes;
  std::vector<double> value;

  std::size_t place(std::size_t plane, int middle, int fast) const {
    return (plane * static_cast<std::size_t>(choice.middle()) + static_cast<std::size_t>(middle)) *
               static_cast<std::size_t>(choice.fast()) +
           static_cast<std::size_t>(fast);
  }
  std::size_t first_here() const { return planes.ownership.block(world().rank()).begin; }
};

// One plane in memory.
struct Plane {
  PlaneShape shape;
  AlignedArray<float> data;
  explicit Plane(const PlaneShape& of) : shape(of), data(of.size()) {}

  template <class Visit>
  void for_points(Visit visit) {
    for (int m = 0; m < shape.n_middle; ++m)
      for (int f = 0; f < shape.n_fast; ++f) visit(m, f, data.data()[m * shape.stride + f]);
  }
  // Fills the grid; the margin stays 0.
  template <class Value>
  float* filled(Value value) {
    data.clear();
    for_points([&](int m, int k, float& point) { point = static_cast<float>(value(m, k)); });
    return data.data();
  }
};

PlaneMap random_planes(const GridChoice& choice, std::vector<int> planes) {
  PlaneMap map{choice, {planes, parallel::Partition(planes.size(), world().size())}, {}};
  map.value.resize(map.place(planes.size(), 0, 0));
  std::mt19937 random(3);
  for (double& v : map.value) v = static_cast<double>(random()) / 4294967296.0 - 0.5;
  return map;
}

// sum_s exp(2 pi i h.t_s) sum over points of map(x) exp(2 pi i (h R_s).x)
Complex direct(const PlaneMap& map, const crystal::Crystal& crystal, const Hkl& hkl) {
  const GridChoice& c = map.choice;
  Complex sum;
  for (const auto& op : crystal.primitive) {
    const Eigen::RowVector3d h(hkl[0], hkl[1], hkl[2]);
    const Eigen::RowVector3d image = h * op.rotation.cast<double>();
    for (std::size_t p = 0; p < map.planes.planes.size(); ++p)
      for (int m = 0; m < c.middle(); ++m)
        for (int f = 0; f < c.fast(); ++f) {
          kernels::Vec3 x;
          x[c.axis[0]] = map.planes.planes[p] / static_cast<double>(c.slab());
          x[c.axis[1]] = m / static_cast<double>(c.middle());
          x[c.axis[2]] = f / static_cast<double>(c.fast());
          sum += std::polar(map.value[map.place(p, m, f)],
                            2 * M_PI * (image.dot(x) + h.dot(op.translation)));
        }
  }
  return sum;
}

const GridChoice choices[] = {
    {{12, 15, 14}, {2, 1, 0}, 0}, {{12, 15, 14}, {1, 0, 2}, 0}, {{13, 14, 16}, {0, 2, 1}, 0}};

}  // namespace

TEST_CASE("Planes give the direct sums of their points and symmetry, along any axis") {
  const char* group = GENERATE("P 1", "P 1 21 1", "P 32 2 1");
  const Setting& s = setting(group);
  const RandomCrystal made = random_crystal(s, 5.5, 1, 3);
  for (const GridChoice& choice : choices) {
    const PlaneMap map = random_planes(choice, {10, 11, 0, 1, 4});
    PrunedTransform<float> transform(made.crystal, made.hkl, choice, world());
    std::vector<Complex> f(transform.ownership().block(world().rank()).size());
    Plane plane(transform.plane_shape());
    transform.forward(
        map.planes,
        [&](std::size_t i) {
          return plane.filled(
              [&](int m, int k) { return map.value[map.place(map.first_here() + i, m, k)]; });
        },
        f);
    double worst = 0;
    for (std::size_t i = 0; i < f.size(); ++i)
      worst = std::max(
          worst,
          std::abs(f[i] - direct(map, made.crystal,
                                 made.hkl[transform.ownership().block(world().rank()).begin + i])));
    INFO(group << ", slab axis " << choice.axis[0]);
    CHECK(worst < 1e-4);
  }
}

TEST_CASE("The way back is the adjoint: <F m, y> = <m, F' y>") {
  const char* group = GENERATE("P 1", "C 1 2 1", "P 65 2 2", "I 21 3");
  const RandomCrystal made = random_crystal(setting(group), 5.5, 1, 3);
  const GridChoice choice{{18, 20, 24}, {1, 0, 2}, 0};
  const PlaneMap map = random_planes(choice, {0, 3, 7, 8, 19});
  PrunedTransform<float> transform(made.crystal, made.hkl, choice, world());
  const parallel::Block mine = transform.ownership().block(world().rank());
  const std::vector<Complex> all = random_slopes(made.hkl.size(), 12);
  const std::span<const Complex> y = std::span(all).subspan(mine.begin, mine.size());
  std::vector<Complex> f(mine.size());
  const auto value = [&](std::size_t i, int m, int k) {
    return map.value[map.place(map.first_here() + i, m, k)];
  };
  Plane plane(transform.plane_shape());
  double forth = 0, back = 0, scale = 0;
  // Twice, since buffers must not remember.
  for (int turn = 0; turn < 2; ++turn) {
    transform.forward(
        map.planes,
        [&](std::size_t i) { return plane.filled([&](int m, int k) { return value(i, m, k); }); },
        f);
    forth = back = scale = 0;
    for (std::size_t i = 0; i < f.size(); ++i) {
      forth += (std::conj(y[i]) * f[i]).real();
      scale += std::abs(y[i]) * std::abs(f[i]);
    }
    transform.adjoint(
        map.planes, y, [&](std::size_t) { return plane.data.data(); },
        [&](std::size_t i) {
          plane.for_points([&](int m, int k, float& point) { back += point * value(i, m, k); });
        });
  }
  INFO(group);
  CHECK(std::abs(world().sum(forth) - world().sum(back)) < 1e-6 * world().sum(scale));
}
