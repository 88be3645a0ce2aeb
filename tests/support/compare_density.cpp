// SPDX-License-Identifier: MPL-2.0
// Gathered results and differences.
#include "support/compare_density.hpp"

#include <cmath>
#include <span>

#include "support/session.hpp"

namespace polyform::test {

using crystal::Atoms;
using density::AtomGradient;
using density::Complex;
using density::StructureFactors;

std::vector<Complex> calculated(StructureFactors& engine, const Atoms& atoms) {
  std::vector<Complex> mine(engine.owned().size());
  engine.calculate(atoms, mine);
  std::vector<Complex> all(engine.ownership().total());
  world().all_gather<Complex>(mine, all, engine.ownership());
  return all;
}

AtomGradient gradient_of(StructureFactors& engine, const Atoms& atoms,
                         const std::vector<Complex>& slope) {
  const parallel::Block mine = engine.owned();
  AtomGradient g;
  engine.gradient(atoms, std::span(slope).subspan(mine.begin, mine.size()),
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

namespace {

struct Rms {
  double wrong = 0, whole = 0;
  void add(double value, double reference) {
    wrong += (value - reference) * (value - reference);
    whole += reference * reference;
  }
  double relative() const { return whole > 0 ? std::sqrt(wrong / whole) : 0; }
};

}  // namespace

GradientDifference gradient_difference(const AtomGradient& g, const AtomGradient& reference,
                                       const Atoms& atoms) {
  Rms xyz, b, u, weight;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    for (int k = 0; k < 3; ++k) xyz.add(g.xyz[i][k], reference.xyz[i][k]);
    b.add(g.b[i], reference.b[i]);
    weight.add(g.weight[i], reference.weight[i]);
    if (!atoms.is_anisotropic(i)) continue;
    for (std::size_t k = 0; k < 6; ++k) u.add(g.u_aniso[i][k], reference.u_aniso[i][k]);
  }
  return {xyz.relative(), b.relative(), u.relative(), weight.relative()};
}

}  // namespace polyform::test
