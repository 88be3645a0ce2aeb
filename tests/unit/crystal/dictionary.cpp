// SPDX-License-Identifier: MPL-2.0
// Monomer libraries: Debian's, fuller ones, the user's files, and what is said when one lacks.
#include "polyform/crystal/dictionary.hpp"

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "crystal/dictionary_files.hpp"
#include "crystal/link_notation.hpp"
#include "crystal/model_atoms.hpp"
#include "crystal/standard_links.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/session.hpp"

using namespace polyform;
using crystal::Dictionary;
using crystal::DictionaryOptions;

namespace {

namespace fs = std::filesystem;
const char* const debian = "/usr/share/refmac/monomers";

/// One residue of each name, two atoms each, numbered from 1 in chain B.
crystal::Model model_with(const std::vector<std::string>& names) {
  crystal::Model model;
  model.source = "some.pdb";
  model.structure.models.emplace_back("1");
  model.structure.models[0].chains.emplace_back("B");
  int number = 0;
  for (const std::string& name : names) {
    gemmi::Residue residue;
    residue.name = name;
    residue.seqid.num = ++number;
    for (const char* atom_name : {"C1", "C2"}) {
      gemmi::Atom atom;
      atom.name = atom_name;
      atom.element = gemmi::El::C;
      residue.atoms.push_back(atom);
    }
    model.structure.models[0].chains[0].residues.push_back(residue);
  }
  crystal::flatten(model);
  return model;
}

std::string restraints_of(const std::string& name, const char* length) {
  return "data_comp_list\nloop_\n_chem_comp.id\n_chem_comp.group\n" + name + " non-polymer\n" +
         "data_comp_" + name +
         "\nloop_\n_chem_comp_atom.comp_id\n_chem_comp_atom.atom_id\n"
         "_chem_comp_atom.type_symbol\n_chem_comp_atom.type_energy\n" +
         name + " C1 C CH3\n" + name +
         " C2 C CH3\nloop_\n_chem_comp_bond.comp_id\n_chem_comp_bond.atom_id_1\n"
         "_chem_comp_bond.atom_id_2\n_chem_comp_bond.type\n_chem_comp_bond.value_dist\n"
         "_chem_comp_bond.value_dist_esd\n" +
         name + " C1 C2 single " + length + " 0.02\n";
}

/// A library directory of its own with the given files.
fs::path library(const std::string& name,
                 const std::vector<std::pair<std::string, std::string>>& files) {
  const fs::path root = test::scratch() / name;
  for (const auto& [file, content] : files) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << content;
  }
  return root;
}

double first_bond(const Dictionary& dictionary, const std::string& name) {
  return dictionary.library.monomers.at(name).rt.bonds.at(0).value;
}

}  // namespace

TEST_CASE("Amino acids, nucleotides, sugars and waters come from Debian's library with own links") {
  test::RecordedLog log;
  const std::vector<std::string> names = {
      "ALA", "ARG", "ASN", "ASP", "CYS", "GLN", "GLU", "GLY", "HIS", "ILE", "LEU", "LYS",
      "MET", "PHE", "PRO", "SER", "THR", "TRP", "TYR", "VAL", "MSE", "UNK", "A",   "C",
      "G",   "U",   "DA",  "DC",  "DG",  "DT",  "NAG", "BMA", "MAN", "FUC", "SIA", "HOH"};
  const Dictionary dictionary =
      crystal::load_dictionary(model_with(names), {debian, {}}, log.log());
  for (const std::string& name : names) {
    INFO(name);
    const auto& monomer = dictionary.library.monomers.at(name);
    CHECK(!monomer.rt.bonds.empty());
    for (const auto& bond : monomer.rt.bonds) {
      CHECK(std::isfinite(bond.value));
      CHECK(bond.id1.atom.find(' ') == std::string::npos);  // Debian's file of A has "H5' "
      CHECK(bond.id2.atom.find(' ') == std::string::npos);
    }
    for (const auto& atom : monomer.atoms)
      CHECK(dictionary.library.ener_lib.atoms.count(atom.chem_type) == 1);
  }
  CHECK(dictionary.own_links);
  CHECK(dictionary.directory == debian);
  for (const char* link :
       {"TRANS", "CIS", "PTRANS", "PCIS", "NMTRANS", "NMCIS", "SS", "p", "ALPHA1-2", "BETA1-4",
        "BETA1-ASN", "ALPHA1-SER", "ALPHA2-3", "ALPHA2-8"})
    CHECK(dictionary.library.links.count(link) == 1);
}

TEST_CASE("Every standard link has a bond, positive sigmas and modifications that exist") {
  gemmi::MonLib links;
  crystal::add_standard_links(links);
  CHECK(links.links.size() > 30);
  for (const auto& [id, link] : links.links) {
    INFO(id);
    REQUIRE(link.rt.bonds.size() == 1);
    CHECK(link.rt.bonds[0].id1.comp == 1);
    CHECK(link.rt.bonds[0].id2.comp == 2);
    CHECK(link.rt.bonds[0].value > 1.2);
    CHECK(link.rt.bonds[0].value < 2.2);
    CHECK(link.rt.angles.size() >= 2);
    for (const auto& angle : link.rt.angles) {
      CHECK(angle.value > 90);
      CHECK(angle.value < 135);
      CHECK(angle.esd > 0);
    }
    for (const auto* side : {&link.side1, &link.side2})
      if (!side->mod.empty()) CHECK(links.modifications.count(side->mod) == 1);
  }
}

TEST_CASE("Angles around each link's bond fit round a point: three of a plane sum to 360 degrees") {
  gemmi::MonLib links;
  crystal::add_standard_links(links);
  const auto& carbonyl = links.modifications.at("DEL-OXT").rt.angles;  // CA-C-O in the chain
  REQUIRE(carbonyl.size() == 1);
  for (const char* id : {"TRANS", "CIS"}) {
    double sum = carbonyl[0].value;
    for (const auto& angle : links.links.at(id).rt.angles)
      if (angle.id2.atom == "C") sum += angle.value;
    CHECK(sum == Approx(360).margin(0.5));
  }
}

TEST_CASE("A sugar loses the hydrogen of the oxygen that it is bonded by, and the other its O1") {
  gemmi::MonLib links;
  crystal::add_standard_links(links);
  const auto deletes = [&](const std::string& modification, const std::string& atom) {
    for (const auto& mod : links.modifications.at(modification).atom_mods)
      if (mod.func == 'd' && mod.old_id == atom) return true;
    return false;
  };
  int sugars = 0;
  for (const auto& [id, link] : links.links) {
    if (link.side2.group != gemmi::ChemLink::Group::Pyranose) continue;
    INFO(id);
    ++sugars;
    const std::string donor = link.rt.bonds.at(0).id1.atom;
    if (link.side1.comp.empty()) CHECK(deletes(link.side1.mod, "H" + donor));
    CHECK(deletes(link.side2.mod, "O1"));
    CHECK(deletes(link.side2.mod, "HO1"));
  }
  CHECK(sugars == 16);
  CHECK(deletes(links.links.at("p").side1.mod, "HO3'"));
  CHECK(deletes(links.links.at("BETA1-ASN").side1.mod, "HD22"));
}

TEST_CASE(
    "Angles round the nitrogen of a peptide sum to 360 degrees, so that its H can be placed") {
  gemmi::MonLib links;
  crystal::add_standard_links(links);
  const auto& at_n = links.modifications.at("DEL-HN1").rt.angles;  // CA-N-H
  REQUIRE(at_n.size() == 1);
  for (const char* id : {"TRANS", "CIS", "ACE_C-N", "FOR_C-N"}) {
    double sum = at_n[0].value;
    for (const auto& angle : links.links.at(id).rt.angles)
      if (angle.id2.atom == "N") sum += angle.value;
    INFO(id);
    CHECK(sum == Approx(360).margin(0.005));
  }
}

TEST_CASE("A line that is not in the notation of links is told") {
  gemmi::MonLib links;
  for (const char* text :
       {"bond 1.C 2.N 1.3 0.02", "link X . . .", "link X . . . . . .\nbond 3.C 2.N 1 1",
        "link X . . . . . .\nbond 1.C 2.N one 0.02", "modification X . .\nremove H",
        "link X . . . . . .\nring 1.C"}) {
    INFO(text);
    CHECK_THROWS_AS(crystal::add_links(text, links), std::logic_error);
  }
}

TEST_CASE("A residue that no library has is named with its place and what to do") {
  test::RecordedLog log;
  const std::string message = test::error_of([&] {
    crystal::load_dictionary(model_with({"ALA", "Q1Q", "Q2Q", "Q1Q"}), {debian, {}}, log.log());
  });
  CHECK(message.find("some.pdb") != std::string::npos);
  CHECK(message.find("Q1Q at B/2 and 1 more") != std::string::npos);
  CHECK(message.find("Q2Q at B/3") != std::string::npos);
  CHECK(message.find("ALA") == std::string::npos);
  CHECK(message.find("--ligand FILE") != std::string::npos);
}

TEST_CASE("A file of the user's supplies a residue, and wins over the library") {
  test::RecordedLog log;
  const std::string ligand = test::written("Q1Q.cif", restraints_of("Q1Q", "1.60")).string();
  const std::string alanine = test::written("ALA.cif", restraints_of("ALA", "1.70")).string();
  const Dictionary dictionary =
      crystal::load_dictionary(model_with({"ALA", "Q1Q"}), {debian, {ligand, alanine}}, log.log());
  CHECK(first_bond(dictionary, "Q1Q") == 1.60);
  CHECK(first_bond(dictionary, "ALA") == 1.70);
  CHECK(log.says("Restraints of Q1Q from " + ligand));
}

TEST_CASE("Files of the user's that cannot serve are refused by name") {
  test::RecordedLog log;
  const auto message_of = [&](const std::string& content) {
    const std::string file = test::written("bad.cif", content).string();
    return test::error_of([&] {
      crystal::load_dictionary(model_with({"ALA"}), {debian, {file}}, log.log());
    });
  };
  CHECK(message_of("data_x\n_a.b 1\n").find("bad.cif has neither a residue") != std::string::npos);
  CHECK(message_of("data_x\nloop_\n_a.b\n_a.c\n1 2 3\n").find("bad.cif") != std::string::npos);
  CHECK(message_of("this is no CIF\n").find("bad.cif is not a restraint file") !=
        std::string::npos);
  const std::string definition = message_of(restraints_of("Q1Q", "?"));
  CHECK(definition.find("no ideal length") != std::string::npos);
  CHECK(definition.find("Q1Q") != std::string::npos);
  CHECK(test::error_of([&] {
          crystal::load_dictionary(model_with({"ALA"}), {debian, {"/no/such/file.cif"}}, log.log());
        }).find("/no/such/file.cif") != std::string::npos);
}

TEST_CASE("A library that is not there is refused; CLIBD_MON is used where no library is named") {
  test::RecordedLog log;
  CHECK(test::error_of([&] {
          crystal::load_dictionary(model_with({"ALA"}), {"/no/such/library", {}}, log.log());
        }).find("/no/such/library is not a directory") != std::string::npos);
  const char* before = std::getenv("CLIBD_MON");
  const std::string kept = before != nullptr ? before : "";
  setenv("CLIBD_MON", library("clibd", {{"a/ALA.cif", restraints_of("ALA", "1.77")}}).c_str(), 1);
  const Dictionary dictionary = crystal::load_dictionary(model_with({"ALA"}), {}, log.log());
  CHECK(first_bond(dictionary, "ALA") == 1.77);
  setenv("CLIBD_MON", "/no/such/library", 1);
  CHECK(test::error_of([&] {
          crystal::load_dictionary(model_with({"ALA"}), {}, log.log());
        }).find("CLIBD_MON") != std::string::npos);
  if (kept.empty())
    unsetenv("CLIBD_MON");
  else
    setenv("CLIBD_MON", kept.c_str(), 1);
}

TEST_CASE("What a partial library lacks comes from Debian's, and the log says so") {
  test::RecordedLog log;
  const fs::path partial = library("partial", {{"a/ALA.cif", restraints_of("ALA", "1.66")}});
  const Dictionary dictionary =
      crystal::load_dictionary(model_with({"ALA", "GLY"}), {partial.string(), {}}, log.log());
  CHECK(first_bond(dictionary, "ALA") == 1.66);
  CHECK(dictionary.library.monomers.count("GLY") == 1);
  CHECK(log.says("since the library lacks them: GLY"));
}

TEST_CASE("Links and energy types of a full library are used, Polyform's fill the rest") {
  const std::string list =
      "data_link_list\nloop_\n_chem_link.id\n_chem_link.comp_id_1\n_chem_link.mod_id_1\n"
      "_chem_link.group_comp_1\n_chem_link.comp_id_2\n_chem_link.mod_id_2\n"
      "_chem_link.group_comp_2\n_chem_link.name\nTRANS . . peptide . . peptide 'other'\n"
      "data_link_TRANS\nloop_\n_chem_link_bond.link_id\n_chem_link_bond.atom_1_comp_id\n"
      "_chem_link_bond.atom_id_1\n_chem_link_bond.atom_2_comp_id\n_chem_link_bond.atom_id_2\n"
      "_chem_link_bond.type\n_chem_link_bond.value_dist\n_chem_link_bond.value_dist_esd\n"
      "TRANS 1 C 2 N single 1.444 0.01\n";
  const std::string energies =
      "data_energy\nloop_\n_lib_atom.type\n_lib_atom.weight\n_lib_atom.hb_type\n"
      "_lib_atom.vdw_radius\n_lib_atom.vdwh_radius\n_lib_atom.ion_radius\n_lib_atom.element\n"
      "_lib_atom.valency\n_lib_atom.sp\nCH3 12.0 N 1.99 2.22 . C 4 3\n";
  test::RecordedLog log;
  const fs::path full =
      library("full", {{"list/mon_lib_list.cif", list}, {"ener_lib.cif", energies}});
  const Dictionary dictionary =
      crystal::load_dictionary(model_with({"ALA"}), {full.string(), {}}, log.log());
  CHECK_FALSE(dictionary.own_links);
  CHECK(dictionary.library.links.at("TRANS").rt.bonds.at(0).value == 1.444);
  CHECK(dictionary.library.links.count("BETA1-4") == 1);
  CHECK(dictionary.library.ener_lib.atoms.at("CH3").vdw_radius == 1.99);
  CHECK(dictionary.library.ener_lib.atoms.count("NH1") == 1);
}

TEST_CASE("Iron-sulphur clusters of a library that draws boxes have their real shape") {
  test::RecordedLog log;
  const Dictionary dictionary =
      crystal::load_dictionary(model_with({"SF4"}), {debian, {}}, log.log());
  const auto& cluster = dictionary.library.monomers.at("SF4").rt;
  CHECK(cluster.get_bond({1, "FE1"}, {1, "S2"}).value == Approx(2.29));
  CHECK(cluster.get_angle({1, "S2"}, {1, "FE1"}, {1, "S3"}).value == Approx(104));
  CHECK(log.says("SF4: bonds and angles of iron and sulphur are Polyform's"));
}
