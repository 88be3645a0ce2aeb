// SPDX-License-Identifier: MPL-2.0
// The chemistry of 1CBS shared among ranks against one rank alone.
#include "support/catch.hpp"
#include "support/restrained_model.hpp"
#include "support/session.hpp"

using namespace polyform;
using test::Vec3;

TEST_CASE("Energies and gradients summed over the ranks are those of one rank") {
  const auto& world = test::world();
  const auto model = test::restrain(test::retinoic_acid_binding_protein());
  restraints::ChemistryOptions options;
  options.elec = 1;
  auto alone = model.chemistry(options);
  auto shared = model.chemistry(options, world.rank(), world.size());
  auto xyz = test::shaken(model.model.atoms.xyz, 0.1, 11);
  for (int step = 0; step < 3; ++step) {  // far enough for the lists to be made again
    std::vector<Vec3> whole(xyz.size(), Vec3::Zero()), part(xyz.size(), Vec3::Zero());
    const restraints::Energies expected = alone.evaluate(xyz, whole);
    const restraints::Energies mine = shared.evaluate(xyz, part);
    CHECK(world.sum(mine.bond) == Approx(expected.bond).epsilon(1e-12));
    CHECK(world.sum(mine.angl) == Approx(expected.angl).epsilon(1e-12));
    CHECK(world.sum(mine.dihe) == Approx(expected.dihe).epsilon(1e-12));
    CHECK(world.sum(mine.impr) == Approx(expected.impr).epsilon(1e-12));
    CHECK(world.sum(mine.vdw) == Approx(expected.vdw).epsilon(1e-12));
    CHECK(world.sum(mine.elec) == Approx(expected.elec).epsilon(1e-12));
    CHECK(world.sum(mine.hold) == Approx(expected.hold).epsilon(1e-12));
    world.sum(std::span<double>(part[0].data(), 3 * part.size()));
    double worst = 0;
    for (std::size_t i = 0; i < xyz.size(); ++i)
      worst = std::max(worst, (part[i] - whole[i]).norm());
    CHECK(worst < 1e-8);
    for (Vec3& x : xyz) x += Vec3(0.6, 0.3, -0.2);
    xyz[0] += Vec3(0, 1, 0);
  }
}

TEST_CASE("Lists travel to the other ranks and restrain there as they did at home") {
  const auto& world = test::world();
  test::RestrainedModel model = test::restrain(test::part_of_1cbs(1, 30));
  auto at_home = model.chemistry();
  std::vector<Vec3> gradient(model.model.atoms.size(), Vec3::Zero());
  const double expected = at_home.evaluate(model.model.atoms.xyz, gradient).total();
  parallel::Packet packet;
  if (world.is_root()) packet(model.lists);
  world.broadcast(packet);
  if (!world.is_root()) model.lists = {};
  packet.start_reading();
  packet(model.lists);
  auto arrived = model.chemistry();
  std::fill(gradient.begin(), gradient.end(), Vec3::Zero());
  CHECK(arrived.evaluate(model.model.atoms.xyz, gradient).total() == expected);
}
