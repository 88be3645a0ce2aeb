// SPDX-License-Identifier: MPL-2.0
// The bulk solvent mask and F_mask on any number of ranks, against brute force.
#include "polyform/density/solvent_mask.hpp"

#include <numeric>

#include "density/solvent_mask_frame.hpp"
#include "density/solvent_mask_radii.hpp"
#include "support/brute_mask.hpp"
#include "support/catch.hpp"
#include "support/mask_cases.hpp"
#include "support/session.hpp"

using namespace polyform;
using density::Complex;

namespace {

std::vector<double> radii_of(const crystal::Atoms& atoms, double probe) {
  std::vector<double> radii;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    radii.push_back(atoms.is_hydrogen(i) || atoms.occupancy[i] == 0
                        ? 0.0
                        : density::mask_radius(atoms.element[i]) + probe);
  return radii;
}

// F_mask of all reflections, on every rank.
struct Result {
  double fraction;
  std::vector<Complex> f;
};
Result solvent(const crystal::Crystal& crystal, const crystal::Atoms& atoms,
               std::span<const crystal::Hkl> hkl, const density::MaskOptions& options,
               const parallel::Communicator& team) {
  const parallel::Partition ownership(hkl.size(), team.size());
  density::SolventMask mask(crystal, hkl, options, team);
  std::vector<Complex> mine(ownership.block(team.rank()).size());
  mask.calculate(atoms, mine);
  Result result{mask.solvent_fraction(), std::vector<Complex>(hkl.size())};
  team.all_gather<Complex>(mine, result.f, ownership);
  return result;
}

// |a - b| over |a|, root mean squares.
double difference(const std::vector<Complex>& a, const std::vector<Complex>& b) {
  double apart = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    apart += std::norm(a[i] - b[i]);
    size += std::norm(a[i]);
  }
  return std::sqrt(apart / size);
}

}  // namespace

TEST_CASE("F_mask is the direct sum over the mask that distances give, in every space group") {
  const auto& one = test::mask_cases()[GENERATE(range(std::size_t{0}, test::mask_cases().size()))];
  // The usual radii, and a shrink radius that reaches over several planes and rows.
  const auto options =
      GENERATE(density::MaskOptions{.grid_spacing = 0.9}, density::MaskOptions{1.3, 1.9, 0.9});
  CAPTURE(one.space_group, one.cell, options.shrink_radius);
  const crystal::Crystal crystal = test::crystal_of(one);
  const crystal::Atoms atoms = test::atoms_of(one, crystal);
  const auto hkl = test::unique_indices(crystal, 2.6);
  const Result result = solvent(crystal, atoms, hkl, options, test::world());

  parallel::Packet packet;
  double fraction = 0;
  std::vector<Complex> expected;
  if (test::world().is_root()) {
    const auto brute =
        test::brute_mask(crystal, atoms, radii_of(atoms, options.probe_radius),
                         density::mask_grid_size(crystal, 0.9, 1 / 2.6), options.shrink_radius);
    expected = test::direct_f_mask(crystal, brute, hkl);
    fraction = brute.fraction();
    packet(expected)(fraction);
  }
  test::world().broadcast(packet);
  if (!test::world().is_root()) packet(expected)(fraction);
  CHECK(result.fraction == Approx(fraction).epsilon(1e-12));
  CHECK(fraction < 0.99);
  if (one.cell[0] > 5) {
    CHECK(fraction > 0.01);
    CHECK(difference(expected, result.f) < 2e-6);
  }
}

TEST_CASE("F_mask does not depend on the number of ranks") {
  const auto& one = test::mask_cases()[GENERATE(0, 3, 7, 9)];
  CAPTURE(one.space_group);
  const crystal::Crystal crystal = test::crystal_of(one);
  const crystal::Atoms atoms = test::atoms_of(one, crystal);
  const auto hkl = test::unique_indices(crystal, 2.0);
  const Result together = solvent(crystal, atoms, hkl, {}, test::world());
  const Result alone = solvent(crystal, atoms, hkl, {}, parallel::Communicator::self());
  CHECK(together.fraction == alone.fraction);
  CHECK(difference(alone.f, together.f) < 1e-6);
}

TEST_CASE("F_mask obeys the phase relations of the space group") {
  const auto& one = test::mask_cases()[GENERATE(2, 3, 4, 6, 7, 8, 9)];
  CAPTURE(one.space_group);
  const crystal::Crystal crystal = test::crystal_of(one);
  const crystal::Atoms atoms = test::atoms_of(one, crystal);
  const auto unique = test::unique_indices(crystal, 2.5);
  // Every image of the unique indices is calculated as a reflection of its own.
  for (const auto& s : crystal.primitive) {
    std::vector<crystal::Hkl> images;
    for (const auto& h : unique) {
      const Eigen::RowVector3i image = Eigen::RowVector3i(h[0], h[1], h[2]) * s.rotation;
      images.push_back({image[0], image[1], image[2]});
    }
    const auto f = solvent(crystal, atoms, unique, {.grid_spacing = 0.7}, test::world()).f;
    auto f_images = solvent(crystal, atoms, images, {.grid_spacing = 0.7}, test::world()).f;
    // F(hR) = exp(-2 pi i h.t) F(h)
    for (std::size_t i = 0; i < unique.size(); ++i) {
      const kernels::Vec3 h(unique[i][0], unique[i][1], unique[i][2]);
      f_images[i] *= std::polar(1.0, 2 * M_PI * h.dot(s.translation));
    }
    CHECK(difference(f, f_images) < 1e-6);
  }
}

TEST_CASE("A mask made twice has the same bits, and moving an atom there and back restores them") {
  const auto& one = test::mask_cases()[4];
  const crystal::Crystal crystal = test::crystal_of(one);
  crystal::Atoms atoms = test::atoms_of(one, crystal);
  const auto hkl = test::unique_indices(crystal, 2.0);
  const auto block =
      parallel::Partition(hkl.size(), test::world().size()).block(test::world().rank());
  density::SolventMask mask(crystal, hkl, {}, test::world());
  std::vector<Complex> first(block.size()), moved(block.size()), again(block.size());
  mask.calculate(atoms, first);
  const double fraction = mask.solvent_fraction();
  const kernels::Vec3 place = atoms.xyz[1];
  atoms.xyz[1] += kernels::Vec3(1.5, 0, 0.7);
  mask.calculate(atoms, moved);
  atoms.xyz[1] = place;
  mask.calculate(atoms, again);
  CHECK(first == again);
  CHECK(mask.solvent_fraction() == fraction);
  CHECK(test::world().any(first != moved));
}

TEST_CASE("Without atoms the whole cell is solvent and F_mask vanishes away from the origin") {
  const auto& one = test::mask_cases()[7];
  const crystal::Crystal crystal = test::crystal_of(one);
  const auto hkl = test::unique_indices(crystal, 2.5);
  const Result result = solvent(crystal, {}, hkl, {}, test::world());
  CHECK(result.fraction == 1.0);
  for (const Complex& f : result.f) CHECK(std::abs(f) < 1e-6 * crystal.cell.volume);
}
