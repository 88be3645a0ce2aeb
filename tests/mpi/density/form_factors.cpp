// SPDX-License-Identifier: MPL-2.0
// Anomalous and electron scattering factors: F_calc and gradients on ranks against direct sums.
#include "polyform/density/structure_factors.hpp"
#include "support/catch.hpp"
#include "support/compare_density.hpp"
#include "support/direct_sum.hpp"
#include "support/random_crystal.hpp"
#include "support/session.hpp"

using namespace polyform;
using namespace polyform::density;
using namespace polyform::test;

namespace {

// The crystal of random atoms, a selenium and an iron among them.
RandomCrystal with_metals(const char* group) {
  RandomCrystal made = random_crystal(setting(group), 2.1, 24, 61);
  made.atoms.element[0] = 34;
  made.atoms.element[5] = 26;
  return made;
}

void check_against_direct_sums(const RandomCrystal& made, const FormFactorOptions& options,
                               const Scattering& f) {
  StructureFactors engine(made.crystal, made.hkl, 2.0, options, world());
  const double error =
      relative_difference(calculated(engine, made.atoms),
                          direct_structure_factors(made.crystal, made.hkl, made.atoms, f, world()));
  const std::vector<Complex> slope = random_slopes(made.hkl.size(), 5);
  const GradientDifference wrong = gradient_difference(
      gradient_of(engine, made.atoms, slope),
      direct_gradient(made.crystal, made.hkl, made.atoms, slope, f, world()), made.atoms);
  INFO("F " << error << ", gradients by xyz " << wrong.xyz << ", B " << wrong.b << ", U " << wrong.u
            << ", weight " << wrong.weight);
  CHECK(error < 2e-4);
  CHECK(wrong.xyz < 1.5e-3);
  CHECK(wrong.b < 4e-3);
  CHECK(wrong.u < 4e-3);
  CHECK(wrong.weight < 1.5e-3);
}

}  // namespace

TEST_CASE("f' of the wavelength is in F_calc and its gradients") {
  for (const char* group : {"P 1", "P 65 2 2"})
    for (const double wavelength : {0.9795, 1.5418, 1.7433}) {
      INFO(group << ", " << wavelength << " A");
      check_against_direct_sums(with_metals(group), {.wavelength = wavelength},
                                anomalous_scattering(wavelength));
    }
}

TEST_CASE("electrons scatter by their own table, in F_calc and its gradients") {
  for (const char* group : {"P 1", "I 21 3"}) {
    INFO(group);
    check_against_direct_sums(with_metals(group), {.source = "electron"}, electron_scattering);
  }
}

TEST_CASE("a wavelength changes nothing where electrons scatter") {
  const RandomCrystal made = with_metals("P 1 21 1");
  StructureFactors plain(made.crystal, made.hkl, 2.0, {.source = "electron"}, world());
  StructureFactors other(made.crystal, made.hkl, 2.0, {.source = "electron", .wavelength = 1.0},
                         world());
  CHECK(calculated(plain, made.atoms) == calculated(other, made.atoms));
}
