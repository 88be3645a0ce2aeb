// SPDX-License-Identifier: MPL-2.0
// LINK records: glycans, sialic acid, bonds that no dictionary knows, records that cannot be.
#include <cmath>

#include "support/catch.hpp"
#include "support/restrained_model.hpp"

using namespace polyform;
using test::RestrainedModel;
using test::Vec3;

namespace {

/// Residues joined one to the next: `leaving` of each sits at the atom of its parent.
struct Joint {
  const char* name;
  int parent;           ///< index of an earlier residue
  const char* on;       ///< atom of the parent
  const char* leaving;  ///< atom of this residue that it replaces
  const char* bonded;   ///< atom of this residue that makes the bond
};

RestrainedModel joined(const char* first, const std::vector<Joint>& joints) {
  gemmi::Structure structure = test::empty_structure();
  auto& residues = structure.models[0].chains[0].residues;
  residues.push_back(test::dictionary_residue(first, 1));
  for (const Joint& joint : joints) {
    gemmi::Residue next =
        test::dictionary_residue(joint.name, static_cast<int>(residues.size()) + 1);
    test::attach(residues[static_cast<std::size_t>(joint.parent)], joint.on, next, joint.leaving);
    residues.push_back(next);
    test::add_link(structure, residues[static_cast<std::size_t>(joint.parent)], joint.on,
                   residues.back(), joint.bonded);
  }
  return test::restrain(structure);
}

void check_relaxes(const RestrainedModel& m) {
  auto chemistry = m.chemistry();
  const auto report = chemistry.report(test::relaxed(chemistry, m.model.atoms.xyz, 4000));
  CHECK(report.bond.rmsz < 0.5);
  CHECK(report.angle.rmsz < 0.8);
  CHECK(report.chirality.rmsz < 0.6);
}

// Chitobiose without its record: C1 of the second residue stands by O4 of the first.
gemmi::Structure two_glucosamines() {
  gemmi::Structure structure = test::empty_structure();
  auto& residues = structure.models[0].chains[0].residues;
  residues.push_back(test::dictionary_residue("NAG", 1));
  gemmi::Residue next = test::dictionary_residue("NAG", 2);
  test::attach(residues[0], "O4", next, "O1");
  residues.push_back(next);
  return structure;
}

}  // namespace

TEST_CASE("The core of an N-glycan is made of alpha and beta links and relaxes") {
  const RestrainedModel m = joined("NAG", {{"NAG", 0, "O4", "O1", "C1"},
                                           {"BMA", 1, "O4", "O1", "C1"},
                                           {"MAN", 2, "O3", "O1", "C1"},
                                           {"MAN", 2, "O6", "O1", "C1"},
                                           {"MAN", 4, "O2", "O1", "C1"}});
  CHECK(m.says("link BETA1-4 (2 times)"));
  CHECK(m.says("link ALPHA1-3"));
  CHECK(m.says("link ALPHA1-6"));
  CHECK(m.says("link ALPHA1-2"));
  CHECK(m.bonded("A/NAG 1/O4", "A/NAG 2/C1"));
  check_relaxes(m);
}

TEST_CASE("Sialic acid and fucose are linked to galactose and glucosamine") {
  for (const char* oxygen : {"O3", "O6"}) {
    const RestrainedModel m = joined("GAL", {{"SIA", 0, oxygen, "O2", "C2"}});
    CHECK(m.says(std::string("link ALPHA2-") + oxygen[1]));
    CHECK(m.bonded(std::string("A/GAL 1/") + oxygen, "A/SIA 2/C2"));
    check_relaxes(m);
  }
  const RestrainedModel fucose = joined("NAG", {{"FUC", 0, "O6", "O1", "C1"}});
  CHECK(fucose.bonded("A/NAG 1/O6", "A/FUC 2/C1"));
  check_relaxes(fucose);
}

TEST_CASE(
    "A sugar's name decides alpha or beta where its carbon is flat; clear coordinates do else") {
  for (const double height :
       {0.15, -0.15, -1.0}) {  // of C1 above the plane of its neighbours, of the right one
    gemmi::Structure structure = two_glucosamines();
    auto& residues = structure.models[0].chains[0].residues;
    const auto at = [&](std::size_t r, const char* name) {
      const gemmi::Position& p = residues[r].find_atom(name, '*')->pos;
      return Vec3(p.x, p.y, p.z);
    };
    const Vec3 a = at(0, "O4"), b = at(1, "O5"), c = at(1, "C2"), middle = (a + b + c) / 3;
    const Vec3 up = at(1, "C1") - middle;
    for (gemmi::Atom& atom : residues[1].atoms)
      if (atom.name == "C1") {
        const Vec3 moved = middle + height * up;
        atom.pos = {moved.x(), moved.y(), moved.z()};
      }
    test::add_link(structure, residues[0], "O4", residues[1], "C1");
    const RestrainedModel m = test::restrain(structure);
    CHECK(m.says(height > -0.5 ? "link BETA1-4" : "link ALPHA1-4"));
    CHECK(m.says("other hand than NAG says") == (height < -0.5));
  }
}

TEST_CASE("An SSBOND record is about every conformer of its residues") {
  gemmi::Structure structure = test::empty_structure();
  auto& residues = structure.models[0].chains[0].residues;
  // Ends of two side chains, the sulphurs in two places each.
  const auto add = [&](int number, double cb, double sg) {
    gemmi::Residue& residue = residues.emplace_back();
    residue.name = "CYS";
    residue.seqid.num = number;
    residue.het_flag = 'A';
    for (const char conformer : {' ', 'A', 'B'}) {
      gemmi::Atom& atom = residue.atoms.emplace_back();
      const bool carbon = conformer == ' ';
      atom.name = carbon ? "CB" : "SG";
      atom.element = carbon ? gemmi::El::C : gemmi::El::S;
      atom.altloc = carbon ? '\0' : conformer;
      atom.occ = carbon ? 1.0F : 0.5F;
      atom.b_iso = 20;
      atom.pos = {carbon ? cb : sg, conformer == 'B' ? 0.8 : 0.0, 0.0};
    }
  };
  add(1, 0, 1.8);
  add(5, 5.6, 3.8);
  gemmi::Connection& record = structure.connections.emplace_back();
  record.type = gemmi::Connection::Disulf;  // as gemmi reads it: of the first conformer
  record.partner1 = gemmi::AtomAddress("A", residues[0].seqid, "CYS", "SG", 'A');
  record.partner2 = gemmi::AtomAddress("A", residues[1].seqid, "CYS", "SG", 'A');
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.bonded("A/CYS 1/SG.A", "A/CYS 5/SG.A"));
  CHECK(m.bonded("A/CYS 1/SG.B", "A/CYS 5/SG.B"));
  CHECK_FALSE(m.bonded("A/CYS 1/SG.A", "A/CYS 5/SG.B"));
}

TEST_CASE("Either order of the atoms in a record means the same link") {
  gemmi::Structure structure = two_glucosamines();
  auto& residues = structure.models[0].chains[0].residues;
  test::add_link(structure, residues[1], "C1", residues[0], "O4");
  test::add_link(structure, residues[0], "O4", residues[1], "C1");  // and said twice
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.says("link BETA1-4 (2 times)"));
  int bonds = 0;
  for (const auto& bond : m.lists.bonds)
    bonds += (bond.atom[0] == m.atom("A/NAG 1/O4") && bond.atom[1] == m.atom("A/NAG 2/C1")) ||
             (bond.atom[1] == m.atom("A/NAG 1/O4") && bond.atom[0] == m.atom("A/NAG 2/C1"));
  CHECK(bonds == 1);
}

TEST_CASE("A link that no dictionary knows gets a usual bond, angles, and a line in the log") {
  gemmi::Structure structure = test::part_of_1cbs(5, 12);
  const gemmi::Residue& lys = test::residue(structure, 8);
  const gemmi::Residue& ile = test::residue(structure, 9);
  const gemmi::Atom* nz = lys.find_atom("NZ", '*');
  for (gemmi::Atom& atom : test::residue(structure, 9).atoms)
    if (atom.name == "CD1") atom.pos = nz->pos + gemmi::Position(1.2, 0.9, 0);
  test::add_link(structure, lys, "NZ", ile, "CD1");
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.says("no dictionary has LYS NZ - ILE CD1: a bond of 1.47 +- 0.02 A"));
  REQUIRE(m.bonded("A/LYS 8/NZ", "A/ILE 9/CD1"));
  int angles = 0;
  for (const auto& angle : m.lists.angles)
    angles += (angle.atom[1] == m.atom("A/LYS 8/NZ") || angle.atom[1] == m.atom("A/ILE 9/CD1")) &&
              angle.atom[0] != angle.atom[2];
  CHECK(angles == 2);  // CE-NZ-CD1 and CG1-CD1-NZ
}

TEST_CASE("A metal has distances to its ligands and no angles; what is bonded is not repelled") {
  gemmi::Structure structure = test::part_of_1cbs(5, 12);
  gemmi::Residue zinc;
  zinc.name = "ZN";
  zinc.seqid.num = 301;
  zinc.het_flag = 'H';
  const gemmi::Atom* nz = test::residue(structure, 8).find_atom("NZ", '*');
  test::add_atom(zinc, "ZN", gemmi::El::Zn, {nz->pos.x + 1.3, nz->pos.y + 1.5, nz->pos.z});
  structure.models[0].chains[0].residues.push_back(zinc);
  test::add_link(structure, test::residue(structure, 8), "NZ", zinc, "ZN");
  const RestrainedModel m = test::restrain(structure);
  REQUIRE(m.bonded("A/LYS 8/NZ", "A/ZN 301/ZN"));
  const int zn = m.atom("A/ZN 301/ZN");
  for (const auto& angle : m.lists.angles)
    CHECK(std::count(angle.atom.begin(), angle.atom.end(), zn) == 0);
  for (const auto& outlier : m.chemistry().outliers(m.model.atoms.xyz, 1000))
    if (outlier.kind == "contact")
      CHECK(std::count(outlier.atoms.begin(), outlier.atoms.end(), zn) == 0);
}

TEST_CASE("Records whose atoms are absent or far apart are left out with a warning") {
  gemmi::Structure structure = test::part_of_1cbs(5, 30);
  test::add_link(structure, test::residue(structure, 5), "N", test::residue(structure, 28), "CA");
  gemmi::Residue absent = test::residue(structure, 6);
  absent.seqid.num = 400;
  test::add_link(structure, absent, "N", test::residue(structure, 6), "CA");
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.says("A long and is left out"));
  CHECK(m.says("is left out: its atoms are not in the model"));
}

TEST_CASE("A record that repeats a peptide bond changes nothing") {
  gemmi::Structure structure = test::part_of_1cbs(5, 12);
  const RestrainedModel plain = test::restrain(structure);
  test::add_link(structure, test::residue(structure, 7), "C", test::residue(structure, 8), "N");
  const RestrainedModel repeated = test::restrain(structure);
  CHECK(repeated.lists.bonds.size() == plain.lists.bonds.size());
  CHECK(repeated.lists.angles.size() == plain.lists.angles.size());
}

TEST_CASE("A chain that a record closes to a ring has a peptide bond there") {
  gemmi::Structure structure = test::part_of_1cbs(5, 12);
  gemmi::Residue& last = test::residue(structure, 12);
  const gemmi::Atom* n = test::residue(structure, 5).find_atom("N", '*');
  for (gemmi::Atom& atom : last.atoms)
    if (atom.name == "C") atom.pos = n->pos + gemmi::Position(1.0, 0.9, 0);
  test::add_link(structure, last, "C", test::residue(structure, 5), "N");
  const RestrainedModel m = test::restrain(structure);
  CHECK((m.says("link TRANS") || m.says("link CIS")));
  CHECK(m.bonded("A/" + last.name + " 12/C", "A/GLY 5/N"));
}
