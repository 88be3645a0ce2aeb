// SPDX-License-Identifier: MPL-2.0
// A map between its grid points, against the Fourier sum that it stands for.
#include "polyform/density/map_spline.hpp"

#include <map>
#include <random>

#include "polyform/density/structure_factors.hpp"
#include "support/catch.hpp"
#include "support/random_crystal.hpp"
#include "support/session.hpp"

using namespace polyform;
using kernels::Vec3;
using Complex = std::complex<double>;

namespace {

struct Map {
  test::RandomCrystal made;
  std::vector<Complex> f;  // of made.hkl
  density::MapSpline spline;
};

constexpr double d_min = 2.5;

// A crystal's own F_calc as the map, its reflections dealt to the ranks.
Map map_of(const test::Setting& setting, double more_b = 0) {
  test::RandomCrystal made = test::random_crystal(setting, d_min, 20, 11);
  for (double& b : made.atoms.b) b += more_b;
  made.atoms.u_aniso.clear();
  density::StructureFactors engine(made.crystal, made.hkl, 2.0, {}, test::world());
  const parallel::Block own = engine.owned();
  std::vector<Complex> mine(own.size()), all(made.hkl.size());
  engine.calculate(made.atoms, mine);
  test::world().all_gather(std::span<const Complex>(mine), std::span(all), engine.ownership());
  density::MapSpline spline(made.crystal, std::span(made.hkl).subspan(own.begin, own.size()), d_min,
                            test::world());
  spline.calculate(mine);
  return {std::move(made), std::move(all), std::move(spline)};
}

// rho(x) = 1/V sum over the sphere of F(h) exp(-2 pi i h.x), each operator and Friedel mate once.
double direct_density(const Map& map, const Vec3& xyz) {
  const Vec3 x = map.made.crystal.fractionalise * xyz;
  double sum = 0;
  for (std::size_t i = 0; i < map.f.size(); ++i) {
    const Eigen::RowVector3i h(map.made.hkl[i][0], map.made.hkl[i][1], map.made.hkl[i][2]);
    std::map<std::array<int, 3>, Complex> mates;
    for (const auto& op : map.made.crystal.primitive) {
      const Eigen::RowVector3i m = h * op.rotation;
      const Complex f =
          map.f[i] * std::polar(1.0, -2 * M_PI * h.cast<double>().dot(op.translation));
      mates[{m[0], m[1], m[2]}] = f;
      mates[{-m[0], -m[1], -m[2]}] = std::conj(f);
    }
    for (const auto& [index, f] : mates)
      sum +=
          (f * std::polar(1.0, -2 * M_PI * (index[0] * x[0] + index[1] * x[1] + index[2] * x[2])))
              .real();
  }
  return sum / map.made.crystal.cell.volume;
}

std::vector<Vec3> places(const crystal::Crystal& crystal) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> part(-0.7, 1.6);
  std::vector<Vec3> xyz;
  for (int i = 0; i < 12; ++i)
    xyz.push_back(crystal.orthogonalise * Vec3(part(random), part(random), part(random)));
  return xyz;
}

double score_of_team(const density::MapSpline& map, const std::vector<Vec3>& xyz,
                     const std::vector<double>& weight, std::vector<Vec3>& gradient) {
  gradient.assign(xyz.size(), Vec3::Zero());
  const double energy = test::world().sum(map.score(xyz, weight, gradient));
  for (Vec3& g : gradient) test::world().sum(std::span(g.data(), 3));
  return energy;
}

}  // namespace

TEST_CASE("A map at any place is the Fourier sum of its structure factors") {
  const std::string group = GENERATE("P 1", "P 1 21 1", "C 1 2 1", "P 32 2 1", "I 4 3 2", "H 3");
  const double more_b = GENERATE(0.0, 25.0);
  const Map map = map_of(test::setting(group), more_b);
  CAPTURE(group, more_b);
  double difference = 0, norm = 0;
  // At and around the atoms, where maps are asked.
  std::vector<Vec3> asked = map.made.atoms.xyz;
  for (const Vec3& xyz : map.made.atoms.xyz) asked.push_back(xyz + Vec3(0.5, -0.3, 0.4));
  for (const Vec3& xyz : asked) {
    std::vector<Vec3> gradient;
    const double rho = -score_of_team(map.spline, {xyz}, {1.0}, gradient);
    const double exact = direct_density(map, xyz);
    difference += std::pow(rho - exact, 2);
    norm += exact * exact;
  }
  // The alias of the highest wave bounds it; what falls off as real data do stays far below.
  CHECK(std::sqrt(difference / norm) < (more_b > 0 ? 1e-4 : std::pow(1.0 / 4.0, 6)));
}

TEST_CASE("The score of a map at atoms has the gradient that central differences have") {
  const std::string group = GENERATE("P 1 21 1", "P 65 2 2", "H 3");
  const Map map = map_of(test::setting(group));
  CAPTURE(group);
  std::vector<Vec3> xyz = places(map.made.crystal), gradient, ignored;
  std::vector<double> weight(xyz.size(), 6.0);
  weight[3] = 0.5;
  score_of_team(map.spline, xyz, weight, gradient);
  constexpr double step = 1e-3;
  for (std::size_t i : {std::size_t{0}, std::size_t{3}, std::size_t{7}})
    for (int k = 0; k < 3; ++k) {
      const double here = xyz[i][k];
      xyz[i][k] = here + step;
      const double above = score_of_team(map.spline, xyz, weight, ignored);
      xyz[i][k] = here - step;
      const double below = score_of_team(map.spline, xyz, weight, ignored);
      xyz[i][k] = here;
      CHECK(gradient[i][k] == Approx((above - below) / (2 * step)).epsilon(1e-3).margin(1e-4));
    }
}

TEST_CASE("An atom sits on a slope-free place of its own density") {
  // One carbon in a cell: the map is its density, the same at every symmetry mate.
  test::RandomCrystal made = test::random_crystal(test::setting("P 21 21 21"), d_min, 1, 5);
  density::StructureFactors engine(made.crystal, made.hkl, 2.0, {}, test::world());
  crystal::Atoms one;
  one.xyz = {made.crystal.orthogonalise * Vec3(0.13, 0.31, 0.22)};
  one.b = {15.0};
  one.occupancy = one.weight = {1.0};
  one.element = {6};
  one.altloc = {'\0'};
  one.charge = {0};
  std::vector<Complex> f(engine.owned().size());
  engine.calculate(one, f);
  density::MapSpline map(made.crystal,
                         std::span(made.hkl).subspan(engine.owned().begin, engine.owned().size()),
                         d_min, test::world());
  map.calculate(f);
  std::vector<Vec3> gradient;
  const double own = score_of_team(map, one.xyz, {1.0}, gradient);
  for (const crystal::SymmetryOperator& op : made.crystal.all_operators()) {
    const Vec3 mate =
        made.crystal.orthogonalise *
        (op.rotation.cast<double>() * (made.crystal.fractionalise * one.xyz[0]) + op.translation);
    CHECK(score_of_team(map, {mate}, {1.0}, gradient) == Approx(own).epsilon(1e-4));
    CHECK(gradient[0].norm() < 0.05 * std::abs(own));
  }
}
