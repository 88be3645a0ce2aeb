// SPDX-License-Identifier: MPL-2.0
// F_calc and gradients on ranks against direct summation, and against each other.
#include "polyform/density/structure_factors.hpp"

#include <cstdio>

#include "support/catch.hpp"
#include "support/direct_sum.hpp"
#include "support/random_crystal.hpp"
#include "support/session.hpp"

using namespace polyform;
using namespace polyform::density;
using namespace polyform::test;

namespace {

template <class T>
std::vector<T> of_block(const std::vector<T>& all, parallel::Block block) {
  return {all.begin() + static_cast<long>(block.begin), all.begin() + static_cast<long>(block.end)};
}

std::vector<Complex> on_ranks(StructureFactors& engine, const crystal::Atoms& atoms) {
  std::vector<Complex> mine(engine.owned().size());
  engine.calculate(atoms, mine);
  std::vector<Complex> all(engine.ownership().total());
  world().all_gather<Complex>(mine, all, engine.ownership());
  return all;
}

AtomGradient gradient_on_ranks(StructureFactors& engine, const crystal::Atoms& atoms,
                               const std::vector<Complex>& slope) {
  AtomGradient g;
  engine.gradient(atoms, of_block(slope, engine.owned()),
                  {.xyz = true, .b = true, .u_aniso = true, .occupancy = true}, g);
  const std::size_t n = atoms.size();
  world().sum(std::span(reinterpret_cast<double*>(g.xyz.data()), 3 * n));
  world().sum(std::span(g.b));
  world().sum(std::span(reinterpret_cast<double*>(g.u_aniso.data()), 6 * n));
  world().sum(std::span(g.weight));
  return g;
}

double relative_difference(const std::vector<Complex>& f, const std::vector<Complex>& reference) {
  double wrong = 0, whole = 0;
  for (std::size_t i = 0; i < f.size(); ++i) {
    wrong += std::abs(f[i] - reference[i]);
    whole += std::abs(reference[i]);
  }
  return wrong / whole;
}

struct GradientErrors {
  double xyz, b, u, weight;
};
GradientErrors errors_of(const AtomGradient& g, const AtomGradient& reference,
                         const crystal::Atoms& atoms) {
  double wrong[4] = {}, whole[4] = {};
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    wrong[0] += (g.xyz[i] - reference.xyz[i]).squaredNorm();
    whole[0] += reference.xyz[i].squaredNorm();
    wrong[1] += std::pow(g.b[i] - reference.b[i], 2);
    whole[1] += std::pow(reference.b[i], 2);
    wrong[3] += std::pow(g.weight[i] - reference.weight[i], 2);
    whole[3] += std::pow(reference.weight[i], 2);
    if (!atoms.is_anisotropic(i)) continue;
    for (std::size_t k = 0; k < 6; ++k) {
      wrong[2] += std::pow(g.u_aniso[i][k] - reference.u_aniso[i][k], 2);
      whole[2] += std::pow(reference.u_aniso[i][k], 2);
    }
  }
  return {std::sqrt(wrong[0] / whole[0]), std::sqrt(wrong[1] / whole[1]),
          std::sqrt(wrong[2] / whole[2]), std::sqrt(wrong[3] / whole[3])};
}

}  // namespace

TEST_CASE("structure factors and gradients equal direct sums in every kind of space group") {
  for (const Setting& setting : settings()) {
    const RandomCrystal made = random_crystal(setting, 2.1, 24, 11);
    StructureFactors engine(made.crystal, made.hkl, 2.0, {}, world());
    const double error = relative_difference(
        on_ranks(engine, made.atoms), direct_structure_factors(made.crystal, made.hkl, made.atoms));
    const std::vector<Complex> slope = random_slopes(made.hkl.size(), 5);
    const GradientErrors errors =
        errors_of(gradient_on_ranks(engine, made.atoms, slope),
                  direct_gradient(made.crystal, made.hkl, made.atoms, slope), made.atoms);
    INFO(setting.space_group << ": F " << error << ", gradients by xyz " << errors.xyz << ", B "
                             << errors.b << ", U " << errors.u << ", weight " << errors.weight);
    if (world().is_root() && std::getenv("SHOW"))
      std::printf("%-12s F %.2e xyz %.2e B %.2e U %.2e w %.2e\n", setting.space_group.c_str(),
                  error, errors.xyz, errors.b, errors.u, errors.weight);
    CHECK(error < 2e-4);
    CHECK(errors.xyz < 1.5e-3);
    CHECK(errors.b < 4e-3);
    CHECK(errors.u < 4e-3);
    CHECK(errors.weight < 1.5e-3);
  }
}
