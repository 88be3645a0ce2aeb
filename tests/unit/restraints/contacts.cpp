// SPDX-License-Identifier: MPL-2.0
// Who may touch whom: conformers, shared sites, special positions, bonds across symmetry, ions.
#include "restraints/contacts.hpp"

#include <algorithm>

#include "crystal/special_positions.hpp"
#include "restraints/bond_graph.hpp"
#include "restraints/images.hpp"
#include "support/catch.hpp"

using namespace polyform;
using kernels::Vec3;
using restraints::AtomType;
using restraints::Contact;

namespace {

/// Carbons of radius 1.9 A in a crystal, to be changed atom by atom.
struct Made {
  crystal::Crystal crystal;
  crystal::Atoms atoms;
  restraints::Lists lists;

  explicit Made(const char* group = "P 1", double edge = 50)
      : crystal(crystal::make_crystal(gemmi::UnitCell(edge, edge, edge, 90, 90, 90), group)) {}

  int add(const Vec3& xyz, char altloc = '\0', double occupancy = 1.0, int element = 6) {
    atoms.xyz.push_back(xyz);
    atoms.b.push_back(20);
    atoms.occupancy.push_back(occupancy);
    atoms.weight.push_back(occupancy);
    atoms.element.push_back(static_cast<std::uint8_t>(element));
    atoms.altloc.push_back(altloc);
    atoms.charge.push_back(0);
    AtomType type;
    type.radius = 1.9f;
    type.ion_radius = std::numeric_limits<float>::quiet_NaN();
    type.hydrogen_bond_radius = 1.3f;
    lists.types.push_back(type);
    return static_cast<int>(atoms.size()) - 1;
  }
  void bond(int i, int j, int image = -1) { lists.bonds.push_back({{i, j}, 1.5, 0.02, image}); }

  std::vector<Contact> contacts() {
    restraints::fill_exclusions(lists, atoms.size(), {});
    lists.molecule_kind.assign(atoms.size(), 'l');
    const restraints::ContactRules rules(lists, atoms, 0.3);
    restraints::ImageTable images(crystal);
    return restraints::find_contacts(rules, images, atoms.xyz, 0.0, {0, atoms.size()});
  }
  bool touch(int i, int j) {
    const auto all = contacts();
    return std::any_of(all.begin(), all.end(), [&](const Contact& c) {
      return (c.i == i && c.j == j) || (c.i == j && c.j == i);
    });
  }
};

}  // namespace

TEST_CASE("Different conformers never see each other; each sees itself and what all share") {
  Made made;
  const int a = made.add({1, 1, 1}, 'A', 0.5), b = made.add({2, 1, 1}, 'B', 0.5);
  const int a2 = made.add({1, 3, 1}, 'A', 0.5), common = made.add({2, 3, 1});
  CHECK_FALSE(made.touch(a, b));
  CHECK_FALSE(made.touch(a2, b));
  CHECK(made.touch(a, a2));
  CHECK(made.touch(a, common));
  CHECK(made.touch(b, common));
}

TEST_CASE("Half-occupied atoms without conformers may share a site, unless they are one molecule") {
  Made made;
  const int water1 = made.add({1, 1, 1}, '\0', 0.5), water2 = made.add({2, 1, 1}, '\0', 0.5);
  const int water3 = made.add({1, 2.5, 1}, '\0', 0.7);
  CHECK_FALSE(made.touch(water1, water2));
  CHECK(made.touch(water1, water3));
  // The ends of a chain of five half-occupied atoms, bent back upon itself, do see each other.
  Made chain;
  for (const Vec3& x :
       {Vec3(0, 0, 0), Vec3(1.5, 0, 0), Vec3(2, 1.4, 0), Vec3(1.5, 2.8, 0), Vec3(0, 2.8, 0)})
    chain.add(x, '\0', 0.5);
  for (int i = 0; i < 4; ++i) chain.bond(i, i + 1);
  CHECK(chain.touch(0, 4));
}

TEST_CASE("One and two bonds apart atoms do not repel; three bonds apart they may come nearer") {
  Made made;
  for (const Vec3& x : {Vec3(0, 0, 0), Vec3(1.5, 0, 0), Vec3(2, 1.4, 0), Vec3(1.2, 2.4, 0)})
    made.add(x);
  for (int i = 0; i < 3; ++i) made.bond(i, i + 1);
  CHECK_FALSE(made.touch(0, 1));
  CHECK_FALSE(made.touch(0, 2));
  const auto contacts = made.contacts();
  REQUIRE(contacts.size() == 1);
  CHECK(static_cast<double>(contacts[0].distance) < 3.0);
  CHECK(static_cast<double>(contacts[0].distance) > 2.4);
}

TEST_CASE("Hydrogen bonds and metal ions are allowed their short distances") {
  Made made;
  const int donor = made.add({0, 0, 0}), acceptor = made.add({2.5, 0, 0});
  CHECK(made.touch(donor, acceptor));
  made.lists.types[0].hydrogen_bond = 'D';
  made.lists.types[1].hydrogen_bond = 'D';
  CHECK(static_cast<double>(made.contacts()[0].distance) == Approx(3.8));  // two donors
  made.lists.types[1].hydrogen_bond = 'A';
  CHECK(static_cast<double>(made.contacts()[0].distance) == Approx(2.6));
  made.atoms.xyz[1].x() = 2.7;
  CHECK_FALSE(made.touch(donor, acceptor));

  Made metal;
  const int zinc = metal.add({0, 0, 0}, '\0', 1.0, 30),
            sulphur = metal.add({2.3, 0, 0}, '\0', 1.0, 16);
  metal.lists.types[0].ion_radius = 0.6f;
  metal.lists.types[1].ion_radius = 1.55f;
  CHECK_FALSE(metal.touch(zinc, sulphur));
  metal.atoms.xyz[1].x() = 1.9;
  CHECK(metal.touch(zinc, sulphur));
}

TEST_CASE("A molecule meets its symmetry mates, once for each contact of the asymmetric unit") {
  Made made("P 1 2 1", 20);
  const int i = made.add({1.0, 5, 0.5});  // 2.24 A from its mate across the axis at x = z = 0
  auto contacts = made.contacts();
  REQUIRE(contacts.size() == 1);
  CHECK(contacts[0].i == i);
  CHECK(contacts[0].j == i);
  CHECK(static_cast<double>(contacts[0].weight) == Approx(0.5));  // shared by two asymmetric units
}

TEST_CASE("An atom on or beside an axis does not repel its own mates") {
  for (const double offset : {0.0, 0.3}) {
    Made made("P 1 2 1", 20);
    made.add({offset, 5, 0});
    CHECK(made.contacts().empty());
  }
}

TEST_CASE("Half-occupied atoms do not see half-occupied mates; fully occupied ones do") {
  for (const double occupancy : {0.5, 1.0}) {
    Made made("P 1 2 1", 20);
    made.add({1.0, 5, 0.5}, '\0', occupancy);
    made.add({1.5, 8, -1.0}, '\0', occupancy);  // its mate is at (-1.5, 8, 1)
    CHECK(made.contacts().empty() == (occupancy < 1));
  }
}

TEST_CASE("An atom on an axis counts each neighbour once, though every operator shows it again") {
  Made made("P 1 2 1", 20);
  const int ion = made.add({0, 5, 0}), neighbour = made.add({3, 5, 1});
  const crystal::SpecialPositions positions(made.crystal);
  const auto site = positions.find(made.atoms.xyz[0], 0.3);
  REQUIRE(site.has_value());
  made.atoms.special.push_back({0, site->order(), site->projector, site->rotations});
  double weight = 0;
  for (const Contact& c : made.contacts())
    if (c.i == ion && c.j == neighbour) weight += static_cast<double>(c.weight);
  CHECK(weight == Approx(1.0));
  // Bonded to the ion, the neighbour's mate is bonded as well.
  made.bond(ion, neighbour);
  CHECK_FALSE(made.touch(ion, neighbour));
}

TEST_CASE("A bond to a symmetry mate takes its atoms and their neighbours out of the contacts") {
  // Two sulphurs across a two-fold axis, each with a carbon: CB-SG...SG'-CB'.
  Made made("P 1 2 1", 20);
  const int sg = made.add({1.0, 5, 0}), cb = made.add({1.5, 6.7, 0});
  made.bond(cb, sg);
  CHECK(made.touch(sg, sg));
  CHECK(made.touch(sg, cb));
  const auto mate = restraints::nearest_image(made.crystal, made.atoms.xyz[0], made.atoms.xyz[0],
                                              restraints::Allow::symmetry_mates);
  made.lists.images = {mate.image};
  made.bond(sg, sg, 0);
  CHECK_FALSE(made.touch(sg, sg));
  CHECK_FALSE(made.touch(sg, cb));
  const auto contacts = made.contacts();  // CB and CB' are three bonds apart: nearer, still seen
  for (const Contact& c : contacts) {
    CHECK(c.i == cb);
    CHECK(static_cast<double>(c.distance) < 3.0);
  }
}
