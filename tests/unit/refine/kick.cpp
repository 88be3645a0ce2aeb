// SPDX-License-Identifier: MPL-2.0
// Kicks: bounded, seeded, falling with the cycles, along what a site allows.
#include "refine/kick.hpp"

#include <cmath>

#include "refine/random.hpp"
#include "support/catch.hpp"
#include "support/simulated_form.hpp"

using namespace polyform;
using namespace polyform::refine;

TEST_CASE("shifts fill a sphere evenly: none beyond the radius, r.m.s. 0.775 of it") {
  double sum2 = 0, most = 0;
  kernels::Vec3 mean = kernels::Vec3::Zero();
  const int n = 20000;
  for (int i = 0; i < n; ++i) {
    const kernels::Vec3 v = RandomStream(1, 2, static_cast<std::uint64_t>(i)).in_sphere(0.5);
    sum2 += v.squaredNorm();
    most = std::max(most, v.norm());
    mean += v / n;
  }
  CHECK(most <= 0.5);
  CHECK(std::sqrt(sum2 / n) == Approx(0.5 * std::sqrt(0.6)).epsilon(0.01));
  CHECK(mean.norm() < 0.01);
}

TEST_CASE("the amplitude falls linearly from the first cycle to the last") {
  KickOptions options;
  options.first = 0.4;
  options.last = 0.1;
  const auto amplitude = [&](int cycle, int cycles) {
    return kick_amplitude(options.first, options.last, options, cycle, cycles);
  };
  CHECK(amplitude(1, 4) == Approx(0.4));
  CHECK(amplitude(2, 4) == Approx(0.3));
  CHECK(amplitude(4, 4) == Approx(0.1));
  CHECK(amplitude(1, 1) == Approx(0.4));
  options.cycles = 3;  // fast cooling, then plain cycles
  CHECK(amplitude(2, 8) == Approx(0.25));
  CHECK(amplitude(3, 8) == Approx(0.1));
  CHECK(amplitude(4, 8) == 0);
}

TEST_CASE(
    "a kick is the same for the same seed, another for another, and keeps atoms on their axis") {
  FormInput input = test::simulate_form("P 1 21 1", {24, 31, 27, 90, 104, 90}, 20, 4.0, 0.0).input;
  crystal::SpecialPosition site;
  site.atom = 7;
  site.projector = kernels::Vec3(0, 1, 0) * kernels::Vec3(0, 1, 0).transpose();
  site.rotations = {kernels::Mat3::Identity()};
  input.atoms.special = {site};
  RefineOptions options;
  options.kick.first = 0.3;
  const auto kicked = [&](int seed) {
    Ensemble ensemble(parallel::Communicator::self(), {input}, options);
    options.seed = seed;
    const auto lines = kick_for_cycle(ensemble, options, 1);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0] == "cycle 1, kick: positions of 20 atoms by up to 0.3 A");
    return ensemble.atoms(0).xyz;
  };
  const auto first = kicked(1), again = kicked(1), other = kicked(2);
  CHECK(first[3] == again[3]);
  CHECK((first[3] - other[3]).norm() > 1e-3);
  const kernels::Vec3 moved = first[7] - input.atoms.xyz[7];
  CHECK(moved.y() != 0.0);
  CHECK(moved.x() == 0.0);
  CHECK(moved.z() == 0.0);
}
