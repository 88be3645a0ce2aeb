// SPDX-License-Identifier: MPL-2.0
// True structure factors on ranks: the direct sum over atoms and over a mask made point by point.
#include "polyform/simulate/true_factors.hpp"

#include <cmath>

#include "density/solvent_mask_frame.hpp"
#include "density/solvent_mask_radii.hpp"
#include "polyform/base/error.hpp"
#include "support/brute_mask.hpp"
#include "support/catch.hpp"
#include "support/compare_density.hpp"
#include "support/direct_sum.hpp"
#include "support/mask_cases.hpp"
#include "support/session.hpp"

using namespace polyform;
using namespace polyform::simulate;

namespace {

constexpr double d_min = 2.4;
const density::MaskOptions mask_options{.grid_spacing = 0.9};

struct Case {
  test::MaskCase lattice;
  std::vector<double> b;  // of the whole crystal, as its system allows
};
const std::vector<Case> cases = {{{"P 21 21 21", {13, 16, 14, 90, 90, 90}, 6}, {6, -4, 1, 0, 0, 0}},
                                 {{"C 1 2 1", {19, 11, 14, 90, 115, 90}, 6}, {3, -5, 8, 0, 2, 0}},
                                 {{"P 61 2 2", {15, 15, 21, 90, 90, 120}, 4}, {4, 4, -7, 0, 0, 0}},
                                 {{"H 3", {18, 18, 13, 90, 90, 120}, 4}, {-2, -2, 5, 0, 0, 0}},
                                 {{"P 1", {13, 11, 14, 75, 104, 111}, 6}, {3, 1, -2, 1, -0.5, 2}}};

Sample sample_of(const test::MaskCase& lattice) {
  Sample sample;
  std::copy_n(lattice.cell.begin(), 6, sample.cell.begin());
  sample.space_group = lattice.space_group;
  sample.atoms = test::atoms_of(lattice, test::crystal_of(lattice));
  return sample;
}

SimulateOptions options_of(const Case& one) {
  SimulateOptions options;
  options.anisotropic_b = one.b;
  options.scale = 1.7;
  options.k_sol = 0.38;
  options.b_sol = 35;
  return options;
}

std::vector<Complex> by_hand(const Sample& sample, const std::vector<crystal::Hkl>& hkl,
                             const SimulateOptions& options) {
  const crystal::Crystal crystal = crystal_of(sample);
  std::vector<Complex> f = test::direct_structure_factors(crystal, hkl, sample.atoms);
  std::vector<double> radii;
  for (std::size_t i = 0; i < sample.atoms.size(); ++i)
    radii.push_back(sample.atoms.is_hydrogen(i) || sample.atoms.occupancy[i] == 0
                        ? 0.0
                        : density::mask_radius(sample.atoms.element[i]) +
                              mask_options.probe_radius);
  const auto mask =
      test::brute_mask(crystal, sample.atoms, radii,
                       density::mask_grid_size(crystal, mask_options.grid_spacing, 1 / d_min),
                       mask_options.shrink_radius);
  const std::vector<Complex> f_mask = test::direct_f_mask(crystal, mask, hkl);
  const std::vector<double>& b = options.anisotropic_b;
  for (std::size_t i = 0; i < hkl.size(); ++i) {
    const kernels::Vec3 s =
        crystal.fractionalise.transpose() * kernels::Vec3(hkl[i][0], hkl[i][1], hkl[i][2]);
    const double b_s2 = b[0] * s[0] * s[0] + b[1] * s[1] * s[1] + b[2] * s[2] * s[2] +
                        2 * (b[3] * s[0] * s[1] + b[4] * s[0] * s[2] + b[5] * s[1] * s[2]);
    f[i] += options.k_sol * std::exp(-options.b_sol * s.squaredNorm() / 4) * f_mask[i];
    f[i] *= options.scale * std::exp(-b_s2 / 4);
  }
  return f;
}

// By one rank for all, since brute force takes its time.
std::vector<Complex> reference(const Sample& sample, const std::vector<crystal::Hkl>& hkl,
                               const SimulateOptions& options) {
  parallel::Packet packet;
  std::vector<Complex> f;
  if (test::world().is_root()) {
    f = by_hand(sample, hkl, options);
    packet(f);
  }
  test::world().broadcast(packet);
  if (!test::world().is_root()) packet(f);
  return f;
}

}  // namespace

TEST_CASE("true structure factors are the direct sums over atoms and solvent") {
  for (const Case& one : cases) {
    const Sample sample = sample_of(one.lattice);
    const auto hkl = test::unique_indices(crystal_of(sample), d_min);
    const SimulateOptions options = options_of(one);
    const TrueFactors truth = true_factors(sample, hkl, options, {}, mask_options, test::world());
    CAPTURE(one.lattice.space_group);
    REQUIRE(truth.f.size() == hkl.size());
    CHECK(truth.solvent_fraction > 0.05);
    CHECK(test::relative_difference(truth.f, reference(sample, hkl, options)) < 3e-4);
  }
}

TEST_CASE("the number of ranks does not show in a true amplitude") {
  for (const Case& one : cases) {
    const Sample sample = sample_of(one.lattice);
    const auto hkl = test::unique_indices(crystal_of(sample), d_min);
    const SimulateOptions options = options_of(one);
    const TrueFactors together =
        true_factors(sample, hkl, options, {}, mask_options, test::world());
    const TrueFactors alone =
        true_factors(sample, hkl, options, {}, mask_options, parallel::Communicator::self());
    double rms = 0;
    for (const Complex& f : alone.f) rms += std::norm(f) / static_cast<double>(alone.f.size());
    CAPTURE(one.lattice.space_group);
    for (std::size_t i = 0; i < hkl.size(); ++i)
      CHECK(std::abs(together.f[i] - alone.f[i]) <
            1e-5 * std::max(std::abs(alone.f[i]), 1e-3 * std::sqrt(rms)));
  }
}

TEST_CASE("symmetry mates of a reflection have one amplitude, whatever the overall B") {
  for (const Case& one : cases) {
    const Sample sample = sample_of(one.lattice);
    const crystal::Crystal crystal = crystal_of(sample);
    const auto hkl = test::unique_indices(crystal, 3.0);
    const kernels::Mat3 b = kernels::matrix_of(overall_b(options_of(one), crystal));
    const auto exponent = [&](const crystal::Hkl& h) {
      const kernels::Vec3 s = crystal.fractionalise.transpose() * kernels::Vec3(h[0], h[1], h[2]);
      return s.dot(b * s);
    };
    for (const crystal::SymmetryOperator& op : crystal.primitive)
      for (const crystal::Hkl& h : hkl) {
        const Eigen::RowVector3i mate = Eigen::RowVector3i(h[0], h[1], h[2]) * op.rotation;
        CHECK(exponent({mate[0], mate[1], mate[2]}) == Approx(exponent(h)).margin(1e-9));
      }
  }
}

TEST_CASE("an overall B that breaks the symmetry is refused with the nearest that does not") {
  SimulateOptions options;
  const auto said = [&](const test::MaskCase& lattice) -> std::string {
    try {
      overall_b(options, test::crystal_of(lattice));
    } catch (const base::UsageError& error) {
      return error.what();
    }
    return "";
  };
  options.anisotropic_b = {4, 2, -7, 0, 0, 0};
  CHECK(said(cases[0].lattice).empty());
  CHECK_THAT(said(cases[2].lattice), Catch::Contains("P 61 2 2") && Catch::Contains("hexagonal") &&
                                         Catch::Contains("3.00,3.00,-7.00,0.00,0.00,0.00"));
  options.anisotropic_b = {4, 2, -7, 0, 3, 0};
  CHECK(said(cases[1].lattice).empty());
  CHECK_THAT(said(cases[0].lattice), Catch::Contains("orthorhombic"));
}
