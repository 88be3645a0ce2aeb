// SPDX-License-Identifier: MPL-2.0
// Real structures of many kinds: none fails, and deposited models meet their restraints.
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/restrained_model.hpp"
#include "support/session.hpp"

using namespace polyform;
using test::RestrainedModel;
using test::Vec3;

namespace {

std::string ligand(const char* name) {
  return (test::shared() / "data" / (std::string(name) + "_restraints.cif")).string();
}

RestrainedModel deposited(const char* name, const std::vector<std::string>& ligands = {}) {
  crystal::DictionaryOptions options = test::debian_monomers();
  options.ligands = ligands;
  return test::restrain_file(test::shared_case(name, "model.pdb").string(), options);
}

int count(const RestrainedModel& m, const std::string& part) {
  int n = 0;
  for (std::size_t at = 0; (at = m.log.find(part, at)) != std::string::npos; ++at) ++n;
  return n;
}

}  // namespace

TEST_CASE("Deposited models meet Debian's dictionary, whatever they hold", "[shared]") {
  struct Case {
    const char* name;
    std::vector<std::string> ligands;
    double bond_rmsz;  // no worse than
  };
  const std::vector<Case> cases = {{"p53_1aie", {}, 1},
                                   {"t4l_6pgy", {ligand("MTN")}, 1},
                                   {"t4l_6pgz", {ligand("MTN")}, 1},
                                   {"gb1_5bmh", {ligand("MTN")}, 1},
                                   {"gb1_5bmi", {ligand("MTN")}, 1},
                                   {"gb1_3v3x", {ligand("MTN")}, 1.2},
                                   {"mdm2_4hg7", {ligand("NUT")}, 1},
                                   {"nsf_1nsf", {}, 1},
                                   {"lr_5c11", {ligand("4WQ")}, 1},
                                   {"lr_4gif", {}, 1},
                                   {"glyco_4iid", {}, 1.2},
                                   {"p1_2oeq", {}, 1},
                                   {"qfit_1g8a", {}, 1.3},
                                   {"sfc_1dur", {}, 1.2},
                                   {"dhfr_1rx2", {}, 2},  // refined in 1996 against other values
                                   {"gamma_xesad", {}, 1.2}};
  for (const Case& c : cases) {
    INFO(c.name);
    const RestrainedModel m = deposited(c.name, c.ligands);
    auto chemistry = m.chemistry();
    const auto report = chemistry.report(m.model.atoms.xyz);
    CHECK(report.bond.rmsz < c.bond_rmsz);
    CHECK(report.bond.rmsz > 0.1);
    CHECK(report.angle.rmsz < 1.7);
    CHECK(report.torsion.rmsz < 1.6);
    CHECK(report.chirality.rmsz < 1.3);
    CHECK(report.plane.rmsz < 1.0);
    CHECK(report.contacts < static_cast<long>(m.model.atoms.size()) / 10);
    std::vector<Vec3> gradient(m.model.atoms.size(), Vec3::Zero());
    const auto energies = chemistry.evaluate(m.model.atoms.xyz, gradient);
    CHECK(std::isfinite(energies.total()));
    for (const Vec3& g : gradient) CHECK(g.allFinite());
  }
}

TEST_CASE("A residue without restraints is named: nutlin, and the residue of a histone peptide",
          "[shared]") {
  const std::string nutlin = test::error_of([] { deposited("mdm2_4hg7"); });
  CHECK(nutlin.find("NUT at A/") != std::string::npos);
  CHECK(nutlin.find("--ligand") != std::string::npos);
  const std::string peptide = test::error_of([] { deposited("lr_5c11"); });
  CHECK(peptide.find("4WQ at B/4") != std::string::npos);
}

TEST_CASE("Eighty-three sugar links of a glycoprotein are links of the standard kinds",
          "[shared]") {
  const RestrainedModel m = deposited("glyco_4iid");
  for (const char* link :
       {"link ALPHA1-2 (12 times)", "link ALPHA1-3 (11 times)", "link ALPHA1-6 (15 times)",
        "link BETA1-4 (26 times)", "link BETA1-ASN (19 times)", "link SS (6 times)"})
    CHECK(m.says(link));
  CHECK(count(m, "no dictionary has") == 0);
  CHECK(m.says("16 cis peptides, 2 gaps"));
  CHECK(m.bonded("A/ASN 315/ND2", "A/NAG 909/C1"));
}

TEST_CASE("Zinc, a disulphide across a crystal axis and an odd residue in one small structure",
          "[shared]") {
  const RestrainedModel m = deposited("lr_5c11", {ligand("4WQ")});
  CHECK(m.says("no dictionary has CYS SG - ZN ZN: a bond of 2.33 +- 0.05 A (7 times)"));
  CHECK(m.says("link SS to a symmetry mate"));
  CHECK(m.bonded("B/THR 3/C", "B/4WQ 4/N"));
  const int sg = m.atom("A/CYS 12/SG");
  int across = 0;
  for (const auto& bond : m.lists.bonds)
    if (bond.image >= 0) {
      ++across;
      CHECK(bond.atom == std::array<int, 2>{sg, sg});
      const auto& image = m.lists.images[static_cast<std::size_t>(bond.image)];
      const Vec3& x = m.model.atoms.xyz[static_cast<std::size_t>(sg)];
      CHECK((image.rotation * x + image.shift - x).norm() == Approx(2.03).margin(0.05));
    }
  CHECK(across == 1);
  for (const auto& outlier : m.chemistry().outliers(m.model.atoms.xyz, 500))
    if (outlier.kind == "contact") CHECK(outlier.atoms != std::vector<int>{sg, sg});
  // Gradients across the axis.
  auto chemistry = m.chemistry();
  auto xyz = test::shaken(m.model.atoms.xyz, 0.1, 3);
  std::vector<Vec3> gradient(xyz.size(), Vec3::Zero()), unused(xyz.size(), Vec3::Zero());
  chemistry.evaluate(xyz, gradient);
  for (const int k : {0, 1, 2}) {
    auto there = xyz, back = xyz;
    there[static_cast<std::size_t>(sg)][k] += 1e-5;
    back[static_cast<std::size_t>(sg)][k] -= 1e-5;
    const double difference =
        (chemistry.evaluate(there, unused).total() - chemistry.evaluate(back, unused).total()) /
        2e-5;
    CHECK(difference ==
          Approx(gradient[static_cast<std::size_t>(sg)][k]).epsilon(1e-4).margin(0.05));
  }
}

TEST_CASE("Links to metals and ligands of symmetry mates, clusters, spin labels", "[shared]") {
  const RestrainedModel dhfr = deposited("dhfr_1rx2");
  const int mn = dhfr.atom("A/MN 300/MN");
  int across = 0;
  for (const auto& bond : dhfr.lists.bonds) across += bond.image >= 0 && bond.atom[0] == mn;
  CHECK(across == 2);  // HIS 149 and ASP 116 of a mate
  CHECK(dhfr.says("no dictionary has BME S2 - CYS SG: a bond of 2.04"));

  const RestrainedModel ferredoxin = deposited("sfc_1dur");
  CHECK(count(ferredoxin, "a bond of 2.30 +- 0.05 A (2 times)") == 4);
  const auto report = ferredoxin.chemistry().report(ferredoxin.model.atoms.xyz);
  CHECK(report.chirality.rmsz < 1);  // clusters have no handedness to restrain

  const RestrainedModel label = deposited("gb1_3v3x", {ligand("MTN")});
  CHECK(label.says("CYS SG - MTN S1: a bond of 2.04 +- 0.02 A (9 times)"));
  CHECK(label.bonded("D/CYS 8/SG.A", "D/MTN 81/S1.A"));
  CHECK(label.bonded("D/CYS 8/SG.B", "D/MTN 81/S1.B"));
}

TEST_CASE("Magnesium and ATP of old names; hydrogens of an atomic-resolution model", "[shared]") {
  const RestrainedModel nsf = deposited("nsf_1nsf");
  CHECK(nsf.says("no dictionary has MG MG - THR OG1: a bond of 2.08"));
  CHECK(nsf.bonded("A/ATP 858/O2'", "A/ATP 858/C2'"));
  CHECK(nsf.says("1 cis peptides"));

  const RestrainedModel qfit = deposited("qfit_1g8a");
  long hydrogens = 0, bonded = 0;
  std::vector<char> has_bond(qfit.model.atoms.size(), 0);
  for (const auto& bond : qfit.lists.bonds)
    for (const int id : bond.atom) has_bond[static_cast<std::size_t>(id)] = 1;
  for (std::size_t i = 0; i < has_bond.size(); ++i)
    if (qfit.model.atoms.is_hydrogen(i)) {
      ++hydrogens;
      bonded += has_bond[i];
    }
  CHECK(hydrogens == 1861);
  CHECK(bonded == hydrogens);
}

TEST_CASE("A full library gives gemmi's own r.m.s.Z, alone or overlaid on Debian's", "[shared]") {
  const auto monomers = (test::shared() / "monomers").string();
  // python3-gemmi 0.5.7, prepare_topology and calculate_z with the same library, no hydrogens.
  struct Expected {
    const char* name;
    double bond, angle;
  };
  for (const Expected& e : {Expected{"p53_1aie", 0.94, 0.77}, Expected{"lr_4gif", 1.24, 1.06},
                            Expected{"glyco_4iid", 1.79, 1.25}}) {
    INFO(e.name);
    const RestrainedModel m =
        test::restrain_file(test::shared_case(e.name, "model.pdb").string(), {monomers, {}});
    CHECK(m.says("with its links and modifications"));
    CHECK(m.says("since the library lacks them") == (e.name == std::string("glyco_4iid")));
    const auto report = m.chemistry().report(m.model.atoms.xyz);
    CHECK(report.bond.rmsz == Approx(e.bond).margin(0.015));
    CHECK(report.angle.rmsz == Approx(e.angle).margin(0.03));
  }
}

TEST_CASE("Chains kicked by 0.3 A r.m.s. keep all their links in every structure", "[shared]") {
  for (const char* name : {"p1_2oeq", "glyco_4iid", "nsf_1nsf", "sfc_1dur"}) {
    INFO(name);
    const RestrainedModel m = deposited(name);
    gemmi::Structure kicked = m.model.structure;
    const auto xyz = test::shaken(m.model.atoms.xyz, 0.3 / std::sqrt(3.0), 7);
    std::size_t i = 0;
    for (auto& chain : kicked.models[0].chains)
      for (auto& residue : chain.residues)
        for (auto& atom : residue.atoms) {
          atom.pos = {xyz[i].x(), xyz[i].y(), xyz[i].z()};
          ++i;
        }
    const RestrainedModel k = test::restrain(kicked);
    CHECK(k.lists.bonds.size() == m.lists.bonds.size());
    CHECK(k.lists.torsions.size() == m.lists.torsions.size());
    for (std::size_t b = 0; b < std::min(k.lists.bonds.size(), m.lists.bonds.size()); ++b)
      CHECK(k.lists.bonds[b].ideal == m.lists.bonds[b].ideal);
  }
}
