// SPDX-License-Identifier: MPL-2.0
// Scattering factors beside what physics and other tables say of them.
#include "polyform/density/scattering.hpp"

#include "support/catch.hpp"

using namespace polyform;
using density::scattering_of;

TEST_CASE("Neutral atoms scatter x-rays by their number of electrons in the forward direction") {
  for (const int z : {1, 6, 7, 8, 12, 15, 16, 20, 26, 30, 34, 53, 80})
    CHECK(scattering_of(static_cast<std::uint8_t>(z), {}).at(0) == Approx(z).epsilon(0.01));
}

TEST_CASE("Electrons and x-rays obey Mott's relation") {
  // f_e = 0.023934 (Z - f_x) / (s/2)^2 [A], Mott 1930, International Tables C 4.3.1.
  for (const int z : {6, 7, 8, 16, 26})
    for (const double s : {0.6, 0.8, 1.0, 1.4}) {
      const auto element = static_cast<std::uint8_t>(z);
      const double mott = 0.023934 * (z - scattering_of(element, {}).at(s * s)) / (s * s / 4);
      INFO("element " << z << " at s = " << s);
      CHECK(scattering_of(element, {.source = "electron"}).at(s * s) == Approx(mott).epsilon(0.03));
    }
}

TEST_CASE("f' is added at every angle and is largest at the edge") {
  const auto f_prime = [](std::uint8_t element, double wavelength, double s2) {
    return scattering_of(element, {.wavelength = wavelength}).at(s2) -
           scattering_of(element, {}).at(s2);
  };
  // Cu K alpha, International Tables C (1992) table 4.2.6.8.
  CHECK(f_prime(16, 1.5418, 0) == Approx(0.333).margin(0.03));
  CHECK(f_prime(26, 1.5418, 0) == Approx(-1.134).margin(0.15));
  CHECK(f_prime(34, 1.5418, 0) == Approx(-0.879).margin(0.15));
  CHECK(f_prime(34, 1.5418, 0.2) == Approx(f_prime(34, 1.5418, 0)));
  // The K edge of selenium is at 0.9795 A.
  CHECK(f_prime(34, 0.9795, 0) < -6);
  CHECK(f_prime(1, 1.0, 0) == 0);
  CHECK(std::abs(f_prime(6, 1.0, 0)) < 0.02);
}

TEST_CASE("An element without a table is named") {
  CHECK_THROWS_WITH(scattering_of(0, {}), Catch::Contains("element number 0"));
  CHECK_THROWS_WITH(scattering_of(112, {.source = "electron"}), Catch::Contains("number 112"));
}
