// SPDX-License-Identifier: MPL-2.0
// Scattering factors of fewer Gaussians.
#include "polyform/kernels/fewer_gaussians.hpp"

#include <cmath>

#include "polyform/density/scattering.hpp"
#include "support/catch.hpp"

using namespace polyform;
using kernels::FormFactor;

namespace {

// r.m.s. of f - g to d_min, weights s^2 exp(-5 s^2), by the midpoint rule.
double difference(const FormFactor& f, const FormFactor& g, double d_min) {
  constexpr int n = 1000;
  double sum = 0;
  for (int i = 0; i < n; ++i) {
    const double s = (i + 0.5) / n / d_min, d = f.at(s * s) - g.at(s * s);
    sum += s * s * std::exp(-5 * s * s) * d * d;
  }
  return std::sqrt(sum / n);
}

FormFactor nothing() {
  FormFactor none;
  none.terms = 0;
  return none;
}

}  // namespace

TEST_CASE("fewer Gaussians are as near to a scattering factor as asked for") {
  for (const int z : {1, 6, 8, 16, 30})
    for (const double d_min : {1.0, 1.5, 3.0})
      for (const double tolerance : {1e-4, 1e-3}) {
        INFO("element " << z << ", " << d_min << " A, " << tolerance);
        const FormFactor f = density::scattering_of(static_cast<std::uint8_t>(z), {});
        const FormFactor few = kernels::fewer_gaussians(f, d_min, tolerance);
        CHECK(few.terms <= f.terms);
        CHECK(difference(f, few, d_min) < 1.05 * tolerance * difference(f, nothing(), d_min));
      }
}

TEST_CASE("a looser tolerance needs no more terms, and norms compare elements") {
  const FormFactor h = density::scattering_of(1, {}), c = density::scattering_of(6, {});
  CHECK(kernels::fewer_gaussians(h, 1.5, 1e-3).terms <
        kernels::fewer_gaussians(h, 1.5, 1e-4).terms);
  CHECK(kernels::weighted_norm(c, 1.5) / kernels::weighted_norm(h, 1.5) ==
        Approx(difference(c, nothing(), 1.5) / difference(h, nothing(), 1.5)).epsilon(0.02));
}
