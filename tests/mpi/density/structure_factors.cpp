// SPDX-License-Identifier: MPL-2.0
// F_calc and gradients on ranks against direct summation, and as adjoints of each other.
#include "polyform/density/structure_factors.hpp"

#include <cmath>

#include "polyform/base/units.hpp"
#include "polyform/parallel/traffic.hpp"
#include "support/catch.hpp"
#include "support/compare_density.hpp"
#include "support/direct_sum.hpp"
#include "support/random_crystal.hpp"
#include "support/session.hpp"

using namespace polyform;
using namespace polyform::density;
using namespace polyform::test;

namespace {

constexpr double b_min = 2.0;

// Re sum conj(a) b.
double product(const std::vector<Complex>& a, const std::vector<Complex>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (std::conj(a[i]) * b[i]).real();
  return sum;
}

// T = sum (|F| - F_observed)^2, with amplitudes observed that differ from those of the atoms by a
// few tenths.
struct LeastSquares {
  std::vector<double> observed;
  explicit LeastSquares(const std::vector<Complex>& f) {
    for (std::size_t i = 0; i < f.size(); ++i)
      observed.push_back(std::abs(f[i]) * (1 + 0.3 * std::sin(static_cast<double>(i))));
  }
  double value(const std::vector<Complex>& f) const {
    double sum = 0;
    for (std::size_t i = 0; i < f.size(); ++i) sum += std::pow(std::abs(f[i]) - observed[i], 2);
    return sum;
  }
  std::vector<Complex> slope(const std::vector<Complex>& f) const {
    std::vector<Complex> s;
    for (std::size_t i = 0; i < f.size(); ++i)
      s.push_back(2 * (std::abs(f[i]) - observed[i]) * f[i] / std::abs(f[i]));
    return s;
  }
};

// Models of isotropic atoms alone are put on the grid in another way than mixed ones.
enum class Kind { isotropic, mixed };

RandomCrystal crystal_of(Kind kind, const Setting& setting, double d_min, int n_atoms, int seed) {
  RandomCrystal made = random_crystal(setting, d_min, n_atoms, seed);
  if (kind == Kind::isotropic) made.atoms.u_aniso.clear();
  return made;
}
const char* name_of(Kind kind) { return kind == Kind::isotropic ? "isotropic" : "mixed"; }

}  // namespace

TEST_CASE("structure factors and gradients equal direct sums in every kind of space group") {
  const Kind kind = GENERATE(Kind::isotropic, Kind::mixed);
  for (const Setting& setting : settings()) {
    const RandomCrystal made = crystal_of(kind, setting, 2.1, 24, 11);
    StructureFactors engine(made.crystal, made.hkl, b_min, {}, world());
    const double error = relative_difference(
        calculated(engine, made.atoms),
        direct_structure_factors(made.crystal, made.hkl, made.atoms, x_ray_scattering, world()));
    const std::vector<Complex> slope = random_slopes(made.hkl.size(), 5);
    const GradientDifference wrong = gradient_difference(
        gradient_of(engine, made.atoms, slope),
        direct_gradient(made.crystal, made.hkl, made.atoms, slope, x_ray_scattering, world()),
        made.atoms);
    INFO(name_of(kind) << ' ' << setting.space_group << ": F " << error << ", gradients by xyz "
                       << wrong.xyz << ", B " << wrong.b << ", U " << wrong.u << ", weight "
                       << wrong.weight);
    CHECK(error < 2e-4);
    CHECK(wrong.xyz < 1.5e-3);
    CHECK(wrong.b < 4e-3);
    CHECK(wrong.u < 4e-3);
    CHECK(wrong.weight < 1.5e-3);
  }
}

TEST_CASE("accuracy holds from 1.2 to 4 A") {
  const Kind kind = GENERATE(Kind::isotropic, Kind::mixed);
  for (const double d_min : {1.2, 1.6, 2.8, 4.0}) {
    const RandomCrystal made = crystal_of(kind, setting("P 21 21 21"), d_min, 30, 3);
    StructureFactors engine(made.crystal, made.hkl, b_min, {}, world());
    const double error = relative_difference(
        calculated(engine, made.atoms),
        direct_structure_factors(made.crystal, made.hkl, made.atoms, x_ray_scattering, world()));
    const std::vector<Complex> slope = random_slopes(made.hkl.size(), 6);
    const GradientDifference wrong = gradient_difference(
        gradient_of(engine, made.atoms, slope),
        direct_gradient(made.crystal, made.hkl, made.atoms, slope, x_ray_scattering, world()),
        made.atoms);
    INFO(name_of(kind) << ' ' << d_min << " A: F " << error << ", gradients by xyz " << wrong.xyz
                       << ", B " << wrong.b << ", U " << wrong.u);
    CHECK(error < 2e-4);
    CHECK(wrong.xyz < 1.5e-3);
    CHECK(wrong.b < 4e-3);
    CHECK(wrong.u < 4e-3);
  }
}

TEST_CASE("the gradient is the adjoint of the structure factors") {
  const Kind kind = GENERATE(Kind::isotropic, Kind::mixed);
  for (const Setting& setting : settings()) {
    const RandomCrystal made = crystal_of(kind, setting, 2.5, 20, 17);
    StructureFactors engine(made.crystal, made.hkl, b_min, {}, world());
    // F is linear in the weights w: <F(w), y> = <w, F'y>.
    const std::vector<Complex> f = calculated(engine, made.atoms);
    const std::vector<Complex> y = random_slopes(made.hkl.size(), 7);
    const AtomGradient g = gradient_of(engine, made.atoms, y);
    double of_weights = 0;
    for (std::size_t i = 0; i < made.atoms.size(); ++i)
      of_weights += made.atoms.weight[i] * g.weight[i];
    const double of_f = product(y, f);
    const double scale = std::sqrt(product(y, y) * product(f, f));
    INFO(setting.space_group << ": " << of_f << " and " << of_weights);
    CHECK(std::abs(of_f - of_weights) < 1e-6 * scale);
  }
}

TEST_CASE("gradients of a least-squares target equal central differences") {
  // In double precision T is smooth. In single precision it is not: its rounding hides what a
  // cut-off adds where it passes a grid point.
  const Kind kind = GENERATE(Kind::isotropic, Kind::mixed);
  for (const Setting& setting : settings()) {
    const RandomCrystal made = crystal_of(kind, setting, 2.5, 6, 23);
    StructureFactors engine(made.crystal, made.hkl, b_min, {}, world(), Precision::double_grid);
    crystal::Atoms atoms = made.atoms;
    const std::vector<Complex> f = calculated(engine, atoms);
    const LeastSquares target(f);
    const AtomGradient g = gradient_of(engine, atoms, target.slope(f));
    const auto difference = [&](double& parameter, double step) {
      const double at = parameter;
      parameter = at + step;
      const double above = target.value(calculated(engine, atoms));
      parameter = at - step;
      const double below = target.value(calculated(engine, atoms));
      parameter = at;
      return (above - below) / (2 * step);
    };
    double largest_xyz = 0, largest_b = 0, largest_weight = 0;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      largest_xyz = std::max(largest_xyz, g.xyz[i].norm());
      largest_b = std::max(largest_b, std::abs(g.b[i]));
      largest_weight = std::max(largest_weight, std::abs(g.weight[i]));
    }
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      INFO(name_of(kind) << ' ' << setting.space_group << ", atom " << i);
      for (int k = 0; k < 3; ++k)
        CHECK(std::abs(difference(atoms.xyz[i][k], 1e-4) - g.xyz[i][k]) < 1e-6 * largest_xyz);
      CHECK(std::abs(difference(atoms.weight[i], 1e-4) - g.weight[i]) < 1e-6 * largest_weight);
      if (!atoms.is_anisotropic(i))
        CHECK(std::abs(difference(atoms.b[i], 1e-3) - g.b[i]) < 1e-6 * largest_b);
      else
        for (std::size_t k = 0; k < 6; ++k) {
          INFO("U component " << k);
          CHECK(std::abs(difference(atoms.u_aniso[i][k], 1e-5) - g.u_aniso[i][k]) <
                1e-6 * base::b_per_u * largest_b);
        }
    }
  }
}

TEST_CASE("shares of the ranks add up to what one rank finds alone") {
  const Kind kind = GENERATE(Kind::isotropic, Kind::mixed);
  for (const Setting& setting : settings()) {
    const RandomCrystal made = crystal_of(kind, setting, 2.5, 12, 29);
    const std::vector<Complex> slope = random_slopes(made.hkl.size(), 8);
    const auto compare = [&](Precision precision, double tolerance) {
      StructureFactors together(made.crystal, made.hkl, b_min, {}, world(), precision);
      const std::size_t n = made.atoms.size();
      std::vector<Complex> f(made.hkl.size());
      AtomGradient g{std::vector<kernels::Vec3>(n, kernels::Vec3::Zero()),
                     std::vector<double>(n, 0.0), std::vector<kernels::Sym3>(n, kernels::Sym3{}),
                     std::vector<double>(n, 0.0)};
      if (world().rank() == 0) {  // the others add zeros
        StructureFactors alone(made.crystal, made.hkl, b_min, {}, parallel::Communicator::self(),
                               precision);
        alone.calculate(made.atoms, f);
        alone.gradient(made.atoms, slope,
                       {.xyz = true, .b = true, .u_aniso = true, .occupancy = true}, g);
      }
      world().sum(std::span(reinterpret_cast<double*>(f.data()), 2 * f.size()));
      world().sum(std::span(reinterpret_cast<double*>(g.xyz.data()), 3 * n));
      world().sum(std::span(g.b));
      world().sum(std::span(reinterpret_cast<double*>(g.u_aniso.data()), 6 * n));
      world().sum(std::span(g.weight));
      CHECK(relative_difference(calculated(together, made.atoms), f) < tolerance);
      const GradientDifference d =
          gradient_difference(gradient_of(together, made.atoms, slope), g, made.atoms);
      CHECK(d.xyz < tolerance);
      CHECK(d.b < tolerance);
      CHECK(d.u < tolerance);
      CHECK(d.weight < tolerance);
    };
    INFO(setting.space_group);
    compare(Precision::single_grid, 1e-5);
    // The same code but for the type: a screw axis, a centring and hexagonal axes are enough.
    for (const char* group : {"P 65 2 2", "C 1 2 1", "H 3"})
      if (group == std::string(setting.space_group)) compare(Precision::double_grid, 1e-10);
  }
}

TEST_CASE("work that ranks share adds up to that of one rank alone") {
  const RandomCrystal made = crystal_of(Kind::isotropic, setting("P 65 2 2"), 2.5, 30, 31);
  const auto counted = [&](const parallel::Communicator& team) {
    StructureFactors engine(made.crystal, made.hkl, b_min, {}, team);
    std::vector<Complex> f(engine.owned().size());
    AtomGradient gradient;
    parallel::take_tallies();
    engine.calculate(made.atoms, f);
    engine.gradient(made.atoms, f, {}, gradient);
    return parallel::take_tallies();
  };
  parallel::Tallies together = counted(world()), alone = counted(parallel::Communicator::self());
  for (const char* phase :
       {"atoms_to_planes", "planes_to_atoms", "plane_transform", "column_transform"}) {
    INFO(phase);
    CHECK(alone[phase].work > 0);
    CHECK(world().sum(together[phase].work) == Approx(alone[phase].work));
  }
  // Once: the gradient finds the atoms where F_calc put them.
  CHECK(together["placement"].work == static_cast<double>(made.atoms.size()));
  CHECK(alone["column_exchange"].calls == 0);
  CHECK(together["column_exchange"].calls == (world().size() > 1 ? 2 : 0));
}

TEST_CASE("the same evaluation twice gives the same bits") {
  const Kind kind = GENERATE(Kind::isotropic, Kind::mixed);
  const RandomCrystal made = crystal_of(kind, setting("P 65 2 2"), 2.5, 30, 31);
  const std::vector<Complex> slope = random_slopes(made.hkl.size(), 9);
  StructureFactors first(made.crystal, made.hkl, b_min, {}, world());
  StructureFactors second(made.crystal, made.hkl, b_min, {}, world());
  const std::vector<Complex> f = calculated(first, made.atoms);
  const AtomGradient g = gradient_of(first, made.atoms, slope);
  CHECK(calculated(first, made.atoms) == f);
  CHECK(calculated(second, made.atoms) == f);
  const AtomGradient again = gradient_of(second, made.atoms, slope);
  CHECK(again.xyz == g.xyz);
  CHECK(again.b == g.b);
  CHECK(again.u_aniso == g.u_aniso);
}

TEST_CASE("more ranks than planes, and atoms wider than the cell") {
  // Cells of four grid steps: every atom meets its own images, and the fifth rank has no plane.
  const Setting small[] = {{"P 1", {4.1, 4.12, 4.08, 88, 93, 95}},
                           {"P 1 21 1", {4.1, 4.12, 4.08, 90, 96, 90}}};
  const Kind kind = GENERATE(Kind::isotropic, Kind::mixed);
  for (const Setting& cell : small) {
    const RandomCrystal made = crystal_of(kind, cell, 2.8, 3, 37);
    REQUIRE(made.hkl.size() > 4);
    StructureFactors engine(made.crystal, made.hkl, b_min, {}, world());
    for (const int n : engine.report().grid) REQUIRE(n == 4);
    const std::vector<Complex> slope = random_slopes(made.hkl.size(), 10);
    CHECK(relative_difference(calculated(engine, made.atoms),
                              direct_structure_factors(made.crystal, made.hkl, made.atoms,
                                                       x_ray_scattering, world())) < 3e-4);
    const GradientDifference wrong = gradient_difference(
        gradient_of(engine, made.atoms, slope),
        direct_gradient(made.crystal, made.hkl, made.atoms, slope, x_ray_scattering, world()),
        made.atoms);
    INFO(cell.space_group << ": by xyz " << wrong.xyz << ", B " << wrong.b);
    CHECK(wrong.xyz < 3e-3);
    CHECK(wrong.b < 5e-3);
  }
}

TEST_CASE("random crystals have anisotropic atoms and, where the group has any, special ones") {
  int with_special = 0;
  for (const Setting& setting : settings()) {
    const RandomCrystal made = random_crystal(setting, 4.0, 6, 23);
    int special = 0, anisotropic = 0;
    for (std::size_t i = 0; i < made.atoms.size(); ++i) {
      special += made.atoms.weight[i] < 0.6 * made.atoms.occupancy[i];
      anisotropic += made.atoms.is_anisotropic(i);
    }
    CHECK(anisotropic >= 2);
    with_special += special > 0;
  }
  // All but P1, P2(1) and P2(1)2(1)2(1).
  CHECK(settings().size() == 10);
  CHECK(with_special == 7);
}

TEST_CASE("one atom leaves most ranks without a plane") {
  const Setting& long_cell = setting("P 65 2 2");
  const RandomCrystal made = random_crystal(long_cell, 3.0, 1, 41);
  crystal::Atoms atoms = made.atoms;
  StructureFactors engine(made.crystal, made.hkl, b_min, {}, world());
  CHECK(relative_difference(calculated(engine, atoms),
                            direct_structure_factors(made.crystal, made.hkl, atoms,
                                                     x_ray_scattering, world())) < 3e-4);
}

TEST_CASE("a model without atoms has structure factors of zero and no gradient") {
  const RandomCrystal made = random_crystal(setting("P 4 2 2"), 3.0, 1, 43);
  StructureFactors engine(made.crystal, made.hkl, b_min, {}, world());
  for (const Complex& f : calculated(engine, {})) REQUIRE(f == Complex(0, 0));
  const AtomGradient g = gradient_of(engine, {}, random_slopes(made.hkl.size(), 11));
  CHECK(g.xyz.empty());
  CHECK(g.b.empty());
}

TEST_CASE("moving an atom by a symmetry operator and whole cells changes nothing") {
  for (const Setting& setting : settings()) {
    const RandomCrystal made = random_crystal(setting, 2.5, 8, 47);
    crystal::Atoms moved = made.atoms;
    const auto operators = made.crystal.all_operators();
    for (std::size_t i = 0; i < moved.size(); ++i) {
      const auto& op = operators[i % operators.size()];
      const kernels::Vec3 x = made.crystal.fractionalise * moved.xyz[i];
      moved.xyz[i] = made.crystal.orthogonalise *
                     (op.rotation.cast<double>() * x + op.translation + kernels::Vec3(2, -1, 3));
      const kernels::Mat3 rotation =
          made.crystal.orthogonalise * op.rotation.cast<double>() * made.crystal.fractionalise;
      moved.u_aniso[i] = kernels::tensor_of(rotation * kernels::matrix_of(moved.u_aniso[i]) *
                                            rotation.transpose());
    }
    StructureFactors engine(made.crystal, made.hkl, b_min, {}, world());
    INFO(setting.space_group);
    // Where mates are equally low, another one may be put on the grid, with other grid errors.
    CHECK(relative_difference(calculated(engine, moved), calculated(engine, made.atoms)) < 2e-4);
  }
}

TEST_CASE("atoms that cannot have a density stop every rank with one message") {
  const RandomCrystal made = random_crystal(setting("P 1"), 3.0, 4, 53);
  StructureFactors engine(made.crystal, made.hkl, b_min, {}, world());
  crystal::Atoms atoms = made.atoms;
  atoms.u_aniso[2] = {0.1, 0.1, -8.0, 0, 0, 0};
  std::vector<Complex> f(engine.owned().size());
  CHECK_THROWS_WITH(engine.calculate(atoms, f), Catch::Contains("atom 3 of the model"));
  atoms = made.atoms;
  atoms.element[1] = 110;
  CHECK_THROWS_WITH(engine.calculate(atoms, f), Catch::Contains("no scattering factors"));
}
