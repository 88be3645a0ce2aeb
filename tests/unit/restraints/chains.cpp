// SPDX-License-Identifier: MPL-2.0
// Restraints along chains: peptides, ends, gaps, conformers, hydrogens, nucleotides.
#include <algorithm>
#include <cmath>
#include <gemmi/calculate.hpp>

#include <Eigen/Geometry>

#include "polyform/base/error.hpp"
#include "polyform/base/units.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/restrained_model.hpp"

using namespace polyform;
using restraints::Bond;
using test::RestrainedModel;
using test::Vec3;

namespace {

const Bond& bond_of(const RestrainedModel& m, const std::string& a, const std::string& b) {
  const int i = m.atom(a), j = m.atom(b);
  for (const Bond& bond : m.lists.bonds)
    if ((bond.atom[0] == i && bond.atom[1] == j) || (bond.atom[0] == j && bond.atom[1] == i))
      return bond;
  throw std::runtime_error("no bond " + a + " - " + b);
}

long restraints_with(const RestrainedModel& m, const std::string& a, const std::string& b) {
  const int i = m.atom(a), j = m.atom(b);
  long count = 0;
  const auto count_in = [&](const auto& list) {
    for (const auto& r : list)
      count += std::count(r.atom.begin(), r.atom.end(), i) > 0 &&
               std::count(r.atom.begin(), r.atom.end(), j) > 0;
  };
  count_in(m.lists.bonds);
  count_in(m.lists.angles);
  count_in(m.lists.torsions);
  count_in(m.lists.chiralities);
  return count;
}

Vec3 position(const gemmi::Residue& residue, const char* name) {
  const gemmi::Atom* atom = residue.find_atom(name, '*');
  return {atom->pos.x, atom->pos.y, atom->pos.z};
}

/// Omega torsion between two residues: its ideal in degrees.
double ideal_omega(const RestrainedModel& m, const std::string& c, const std::string& n) {
  const int i = m.atom(c), j = m.atom(n);
  for (const auto& t : m.lists.torsions)
    if (t.atom[1] == i && t.atom[2] == j) return base::degrees(t.ideal);
  throw std::runtime_error("no omega");
}

}  // namespace

TEST_CASE("Neighbours are joined by peptide bonds with omega and planes") {
  const RestrainedModel m = test::restrain(test::part_of_1cbs(5, 12));
  CHECK(m.says("7 links along chains (0 cis peptides, 0 gaps)"));
  const Bond& bond = bond_of(m, "A/GLY 5/C", "A/ASN 6/N");
  CHECK(bond.ideal == Approx(1.33).margin(0.02));
  CHECK(bond.sigma == Approx(0.02).margin(0.01));
  CHECK(std::abs(ideal_omega(m, "A/GLY 5/C", "A/ASN 6/N")) == Approx(180));
  CHECK(m.lists.molecule_kind[0] == 'p');
}

TEST_CASE("Proline is linked as proline, though Debian's dictionary calls it a plain peptide") {
  const RestrainedModel m = test::restrain(test::part_of_1cbs(37, 41));
  const std::array<int, 3> at_cd = {m.atom("A/LYS 38/C"), m.atom("A/PRO 39/N"),
                                    m.atom("A/PRO 39/CD")};
  double ideal = 0;
  for (const auto& angle : m.lists.angles)
    if (angle.atom[1] == at_cd[1] &&
        (angle.atom == at_cd || (angle.atom[0] == at_cd[2] && angle.atom[2] == at_cd[0])))
      ideal = angle.ideal;
  CHECK(ideal * 180 / M_PI == Approx(128.4));
  bool flat = false;
  for (const auto& plane : m.lists.planes) {
    const auto begin = m.lists.plane_atoms.begin() + plane.first, end = begin + plane.count;
    flat = flat || (std::count(begin, end, at_cd[0]) == 1 && std::count(begin, end, at_cd[2]) == 1);
  }
  CHECK(flat);
}

TEST_CASE("A missing residue leaves no bond over the gap") {
  gemmi::Structure structure = test::part_of_1cbs(5, 16);
  auto& residues = structure.models[0].chains[0].residues;
  residues.erase(residues.begin() + 5);
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.says("9 links along chains (0 cis peptides, 1 gaps)"));
  CHECK_FALSE(m.bonded("A/" + residues[4].name + " 9/C", "A/" + residues[5].name + " 11/N"));
}

TEST_CASE("Neighbours with insertion codes and with jumping numbers are joined when near") {
  gemmi::Structure structure = test::part_of_1cbs(5, 12);
  auto& residues = structure.models[0].chains[0].residues;
  residues[1].seqid = gemmi::SeqId("5A");
  residues[2].seqid = gemmi::SeqId("5B");
  for (std::size_t k = 5; k < residues.size(); ++k)
    residues[k].seqid.num = *residues[k].seqid.num + 70;
  CHECK(test::restrain(structure).says("7 links along chains (0 cis peptides, 0 gaps)"));
}

TEST_CASE("Chains shaken by 0.3 A keep every link and gain none") {
  gemmi::Structure structure = test::retinoic_acid_binding_protein();
  for (unsigned seed = 1; seed <= 5; ++seed) {
    gemmi::Structure kicked = structure;
    std::vector<Vec3> xyz;
    for (const auto& chain : kicked.models[0].chains)
      for (const auto& r : chain.residues)
        for (const auto& a : r.atoms) xyz.emplace_back(a.pos.x, a.pos.y, a.pos.z);
    xyz = test::shaken(xyz, 0.3 / std::sqrt(3.0), seed);
    std::size_t i = 0;
    for (auto& chain : kicked.models[0].chains)
      for (auto& r : chain.residues)
        for (auto& a : r.atoms) {
          a.pos = {xyz[i].x(), xyz[i].y(), xyz[i].z()};
          ++i;
        }
    CHECK(test::restrain(kicked).says("136 links along chains (0 cis peptides, 0 gaps)"));
  }
}

TEST_CASE("A cis peptide is told by its torsion; a wrong CISPEP record does not make one") {
  gemmi::Structure structure = test::part_of_1cbs(5, 6);
  const gemmi::Residue& first = test::residue(structure, 5);
  const Vec3 c = position(first, "C");
  const Vec3 n = position(test::residue(structure, 6), "N");
  test::residue(structure, 5).is_cis = true;
  CHECK(std::abs(ideal_omega(test::restrain(structure), "A/GLY 5/C", "A/ASN 6/N")) == Approx(180));
  test::residue(structure, 5).is_cis = false;
  const Eigen::AngleAxisd half_turn(base::pi, (n - c).normalized());
  for (gemmi::Atom& atom : test::residue(structure, 6).atoms) {
    const Vec3 x = half_turn * (Vec3(atom.pos.x, atom.pos.y, atom.pos.z) - c) + c;
    atom.pos = {x.x(), x.y(), x.z()};
  }
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.says("1 cis peptides"));
  CHECK(ideal_omega(m, "A/GLY 5/C", "A/ASN 6/N") == Approx(0).margin(1e-9));
}

TEST_CASE("OXT is part of a carboxylate; without it the chain goes on unseen") {
  const RestrainedModel whole = test::restrain(test::part_of_1cbs(130, 137));
  const Bond& oxt = bond_of(whole, "A/GLU 137/C", "A/GLU 137/OXT");
  CHECK(oxt.ideal == Approx(1.25).margin(0.01));
  CHECK(bond_of(whole, "A/GLU 137/C", "A/GLU 137/O").ideal == Approx(oxt.ideal));
  CHECK(restraints_with(whole, "A/GLU 137/CA", "A/GLU 137/OXT") == 1);
  const RestrainedModel cut = test::restrain(test::part_of_1cbs(130, 136));
  CHECK(bond_of(cut, "A/ARG 136/C", "A/ARG 136/O").ideal == Approx(1.23).margin(0.01));
}

TEST_CASE("Three hydrogens on the first nitrogen make it an ammonium, whatever they are called") {
  for (const auto& names : {std::array{"H1", "H2", "H3"}, std::array{"H", "H2", "H3"},
                            std::array{"HT1", "HT2", "HT3"}, std::array{"D1", "D2", "D3"}}) {
    INFO(names[0]);
    gemmi::Structure structure = test::part_of_1cbs(5, 7);
    gemmi::Residue& first = test::residue(structure, 5);
    const Vec3 n = position(first, "N"), ca = position(first, "CA");
    const Vec3 out = (n - ca).normalized();
    const Vec3 side = out.cross(Vec3(1, 0, 0)).normalized();
    for (int k = 0; k < 3; ++k) {
      const Eigen::AngleAxisd turn(k * base::two_pi / 3, out);
      test::add_atom(first, names[static_cast<std::size_t>(k)],
                     names[0][0] == 'D' ? gemmi::El::D : gemmi::El::H,
                     n + 0.3 * out + 0.84 * (turn * side));
    }
    const RestrainedModel m = test::restrain(structure);
    for (const char* name : names)
      CHECK(bond_of(m, "A/GLY 5/N", std::string("A/GLY 5/") + name).ideal ==
            Approx(0.89).margin(0.03));
    CHECK(restraints_with(m, std::string("A/GLY 5/") + names[0],
                          std::string("A/GLY 5/") + names[2]) == 1);  // the angle between them
  }
}

TEST_CASE("Hydrogens of old names and of none take the place the dictionary has on their parent") {
  gemmi::Structure structure = test::part_of_1cbs(5, 9);
  gemmi::Residue& asn = test::residue(structure, 6);
  const Vec3 cb = position(asn, "CB");
  const Vec3 to_ca = cb - position(asn, "CA"), to_cg = cb - position(asn, "CG");
  const Vec3 out = 0.57 * (to_ca + to_cg).normalized(),
             side = 0.8 * to_ca.cross(to_cg).normalized();
  test::add_atom(asn, "HB9", gemmi::El::H, cb + out + side);
  test::add_atom(asn, "1HB", gemmi::El::H, cb + out - side);
  test::add_atom(asn, "HQQ", gemmi::El::H, cb + 1.7 * out);  // one more than CB can have
  const RestrainedModel m = test::restrain(structure);
  for (const char* name : {"HB9", "1HB", "HQQ"})
    CHECK(bond_of(m, "A/ASN 6/CB", std::string("A/ASN 6/") + name).ideal ==
          Approx(0.97).margin(0.02));
  CHECK(m.says("1 atoms are not in the dictionary's form"));
}

TEST_CASE("An atom that the dictionary does not know is named with its place") {
  gemmi::Structure structure = test::part_of_1cbs(5, 9);
  gemmi::Residue& asn = test::residue(structure, 6);
  test::add_atom(asn, "CX", gemmi::El::C, position(asn, "CB") + Vec3(1, 1, 0));
  const std::string message = test::error_of([&] { test::restrain(structure); });
  CHECK(message.find("A/ASN 6/CX") != std::string::npos);
  CHECK(message.find("--ligand") != std::string::npos);
}

TEST_CASE("Atoms missing from a side chain take their restraints with them and are named") {
  gemmi::Structure structure = test::part_of_1cbs(5, 12);
  gemmi::Residue& lys = test::residue(structure, 8);
  REQUIRE(lys.name == "LYS");
  std::erase_if(lys.atoms, [](const gemmi::Atom& a) { return a.name == "CD"; });
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.bonded("A/LYS 8/CB", "A/LYS 8/CG"));
  CHECK(m.bonded("A/LYS 8/CE", "A/LYS 8/NZ"));
  CHECK_FALSE(m.bonded("A/LYS 8/CG", "A/LYS 8/CE"));
  CHECK(m.says("1 atoms that the dictionary has are not in the model: A/LYS 8"));
}

TEST_CASE("Conformers of a side chain are restrained each by itself") {
  gemmi::Structure structure = test::part_of_1cbs(5, 12);
  gemmi::Residue& lys = test::residue(structure, 8);
  std::vector<gemmi::Atom> second;
  for (gemmi::Atom& atom : lys.atoms)
    if (atom.name.size() == 2 && atom.name != "CA") {
      atom.altloc = 'A';
      atom.occ = 0.6f;
      second.push_back(atom);
      second.back().altloc = 'B';
      second.back().occ = 0.4f;
      second.back().pos.x += 1.0;
    }
  lys.atoms.insert(lys.atoms.end(), second.begin(), second.end());
  const RestrainedModel m = test::restrain(structure);
  for (const char conformer : {'A', 'B'}) {
    const std::string dot = std::string(".") + conformer;
    CHECK(m.bonded("A/LYS 8/CA", "A/LYS 8/CB" + dot));
    CHECK(m.bonded("A/LYS 8/CB" + dot, "A/LYS 8/CG" + dot));
    CHECK(restraints_with(m, "A/LYS 8/N", "A/LYS 8/CB" + dot) > 0);
  }
  CHECK(restraints_with(m, "A/LYS 8/CB.A", "A/LYS 8/CB.B") == 0);
  CHECK(restraints_with(m, "A/LYS 8/CB.A", "A/LYS 8/CG.B") == 0);
  // The common backbone has its angle once; the chirality, which holds CB, once a conformer.
  CHECK(restraints_with(m, "A/LYS 8/N", "A/LYS 8/C") == 3);
}

TEST_CASE("Two kinds of residue at one place are both joined to their neighbours") {
  gemmi::Structure structure = test::part_of_1cbs(5, 12);
  auto& residues = structure.models[0].chains[0].residues;
  gemmi::Residue other = residues[3];  // LYS 8
  for (gemmi::Atom& atom : residues[3].atoms) atom.altloc = 'A';
  other.name = "ALA";
  std::erase_if(other.atoms, [](const gemmi::Atom& a) {
    return a.name != "N" && a.name != "CA" && a.name != "C" && a.name != "O" && a.name != "CB";
  });
  for (gemmi::Atom& atom : other.atoms) {
    atom.altloc = 'B';
    atom.pos.y += 0.2;
  }
  residues.insert(residues.begin() + 4, other);
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.bonded("A/TRP 7/C", "A/LYS 8/N.A"));
  CHECK(m.bonded("A/TRP 7/C", "A/ALA 8/N.B"));
  CHECK(m.bonded("A/LYS 8/C.A", "A/ILE 9/N"));
  CHECK(m.bonded("A/ALA 8/C.B", "A/ILE 9/N"));
  CHECK(restraints_with(m, "A/LYS 8/CA.A", "A/ALA 8/CA.B") == 0);
}

TEST_CASE("Selenomethionine, whose dictionary is of the free acid, is restrained as in a chain") {
  gemmi::Structure structure = test::part_of_1cbs(90, 96);
  gemmi::Residue& met = test::residue(structure, 93);
  REQUIRE(met.name == "MET");
  met.name = "MSE";
  met.het_flag = 'H';
  for (gemmi::Atom& atom : met.atoms)
    if (atom.name == "SD") {
      atom.name = "SE";
      atom.element = gemmi::El::Se;
    }
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.says("6 links along chains"));
  CHECK(bond_of(m, "A/MSE 93/C", "A/MSE 93/O").ideal == Approx(1.23).margin(0.01));
  CHECK(m.bonded("A/MSE 93/CG", "A/MSE 93/SE"));
}

TEST_CASE("Acetyl and amide caps are joined to the chain") {
  gemmi::Structure structure = test::part_of_1cbs(4, 12);
  auto& residues = structure.models[0].chains[0].residues;
  residues[0].name = "ACE";
  std::erase_if(residues[0].atoms, [](const gemmi::Atom& a) {
    return a.name != "C" && a.name != "O" && a.name != "CA";
  });
  for (gemmi::Atom& atom : residues[0].atoms)
    if (atom.name == "CA") atom.name = "CH3";
  residues.back().name = "NH2";
  std::erase_if(residues.back().atoms, [](const gemmi::Atom& a) { return a.name != "N"; });
  const std::string last = residues[residues.size() - 2].name;
  const RestrainedModel m = test::restrain(structure);
  CHECK(bond_of(m, "A/ACE 4/C", "A/GLY 5/N").ideal == Approx(1.33).margin(0.02));
  CHECK(std::abs(ideal_omega(m, "A/ACE 4/C", "A/GLY 5/N")) == Approx(180));
  CHECK(m.bonded("A/" + last + " 11/C", "A/NH2 12/N"));
}

TEST_CASE("Waters with and without hydrogens, heavy ones, and lone ions need nothing of the user") {
  gemmi::Structure structure = test::part_of_1cbs(5, 7);
  auto& residues = structure.models[0].chains[0].residues;
  const auto add_residue = [&](const char* name, int number) -> gemmi::Residue& {
    gemmi::Residue r;
    r.name = name;
    r.seqid.num = number;
    r.het_flag = 'H';
    residues.push_back(r);
    return residues.back();
  };
  gemmi::Residue& water = add_residue("HOH", 201);
  test::add_atom(water, "O", gemmi::El::O, {40, 40, 40});
  test::add_atom(water, "H1", gemmi::El::H, {40.8, 40.5, 40});
  test::add_atom(water, "H2", gemmi::El::H, {39.2, 40.5, 40});
  gemmi::Residue& heavy = add_residue("DOD", 202);
  test::add_atom(heavy, "O", gemmi::El::O, {30, 40, 40});
  test::add_atom(heavy, "D1", gemmi::El::D, {30.8, 40.5, 40});
  test::add_atom(heavy, "D2", gemmi::El::D, {29.2, 40.5, 40});
  test::add_atom(add_residue("HOH", 203), "O", gemmi::El::O, {20, 40, 40});
  test::add_atom(add_residue("ZN", 204), "ZN", gemmi::El::Zn, {10, 40, 40});
  test::add_atom(add_residue("Z0Z", 205), "Y", gemmi::El::Y, {10, 30, 40});
  const RestrainedModel m = test::restrain(structure);
  CHECK(m.bonded("A/HOH 201/O", "A/HOH 201/H1"));
  CHECK(m.bonded("A/DOD 202/O", "A/DOD 202/D2"));
  CHECK(restraints_with(m, "A/DOD 202/D1", "A/DOD 202/D2") == 1);
  CHECK(m.lists.molecule_kind[static_cast<std::size_t>(m.atom("A/HOH 203/O"))] == 'w');
  CHECK(m.says("Z0Z is a single atom"));
  CHECK(m.lists.types[static_cast<std::size_t>(m.atom("A/HOH 203/O"))].hydrogen_bond == 'B');
}

TEST_CASE("Nucleotides join by phosphodiesters and relax into the dictionary's geometry") {
  for (const auto& names : {std::array{"A", "C", "G", "U"}, std::array{"DA", "DC", "DG", "DT"}}) {
    gemmi::Structure structure = test::empty_structure();
    auto& residues = structure.models[0].chains[0].residues;
    for (int k = 0; k < 4; ++k) {
      gemmi::Residue next = test::dictionary_residue(names[static_cast<std::size_t>(k)], k + 1);
      if (k > 0) test::attach(residues.back(), "O3'", next, "OP3");
      residues.push_back(next);
    }
    const RestrainedModel m = test::restrain(structure);
    INFO(names[0]);
    CHECK(m.says("3 links along chains"));
    const std::string second = std::string("A/") + names[1] + " 2/P";
    CHECK(bond_of(m, std::string("A/") + names[0] + " 1/O3'", second).ideal ==
          Approx(1.607).margin(0.01));
    auto chemistry = m.chemistry();
    const auto report = chemistry.report(test::relaxed(chemistry, m.model.atoms.xyz, 3000));
    CHECK(report.bond.rmsz < 0.6);
    CHECK(report.angle.rmsz < 0.8);
    CHECK(report.chirality.rmsz < 0.5);
    CHECK(report.plane.rmsz < 0.5);
  }
}

TEST_CASE("A bond that is longer than a bond can be is named") {
  gemmi::Structure structure = test::part_of_1cbs(1, 4);
  test::residue(structure, 2).find_atom("CB", '*')->pos = gemmi::Position(0, 0, 0);
  const test::RestrainedModel moved = test::restrain(structure);
  CHECK(moved.says("longer than they can be"));
  CHECK(moved.says("CB"));
  CHECK_FALSE(test::restrain(test::part_of_1cbs(1, 4)).says("longer than they can be"));
}
