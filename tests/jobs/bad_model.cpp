// SPDX-License-Identifier: MPL-2.0
// Models that cannot be refined, and odd ones that can.
#include "jobs/inputs.hpp"
#include "support/catch.hpp"

using namespace polyform::test;

namespace {

fs::path directory_with(const std::string& model, const std::string& text) {
  const fs::path directory = fresh_directory("bad_model");
  write(directory / model, text);
  return directory;
}

void refused(const std::string& text, const std::vector<std::string>& words) {
  check_refused(3, "refine model.pdb " + example_data + " --cycles 0",
                directory_with("model.pdb", text), words);
}

// Columns of a PDB line, from 0.
constexpr std::size_t atom_name = 12, x = 30, occupancy = 54, b = 60, element = 76;

}  // namespace

TEST_CASE("a model that is not there, is a directory or empty is refused", "[bad_model]") {
  const fs::path directory = directory_with("empty.pdb", "");
  check_refused(3, "refine absent.pdb " + example_data, directory, {"absent.pdb", "no such file"});
  check_refused(3, "refine . " + example_data, directory, {"directory"});
  check_refused(3, "refine empty.pdb " + example_data, directory, {"empty.pdb", "empty"});
}
TEST_CASE("a truncated or false .gz is refused", "[bad_model]") {
  const std::string whole = content(example_model);
  const fs::path directory = directory_with("cut.cif.gz", whole.substr(0, whole.size() / 2));
  check_refused(3, "refine cut.cif.gz " + example_data, directory, {"cut.cif.gz"});
  std::string damaged = whole;
  for (std::size_t i = damaged.size() / 2; i < damaged.size() / 2 + 64; ++i) damaged[i] = 'x';
  write(directory / "bad.cif.gz", damaged);
  check_refused(3, "refine bad.cif.gz " + example_data, directory, {"bad.cif.gz"});
}
TEST_CASE("a model without atoms, or data in its place, is refused", "[bad_model]") {
  refused(
      "HEADER    NOTHING\nCRYST1   45.650   47.560   77.610  90.00  90.00  90.00 P 21 21 21\nEND\n",
      {"model.pdb"});
  refused(content(example_data), {"model.pdb"});
}
TEST_CASE("more than one model is refused", "[bad_model]") {
  const std::string atoms = pdb_text().substr(pdb_text().find("\nATOM") + 1);
  const std::string model = atoms.substr(0, atoms.find("\nEND") + 1);
  refused(pdb_text().substr(0, pdb_text().find("\nATOM") + 1) + "MODEL        1\n" + model +
              "ENDMDL\nMODEL        2\n" + model + "ENDMDL\nEND\n",
          {"2 models"});
}
TEST_CASE("coordinates that are no numbers are refused", "[bad_model]") {
  refused(pdb_with(x, "     nan"), {"model.pdb"});
  refused(pdb_with(x, "   1x.00"), {"model.pdb"});
}
TEST_CASE("negative B and impossible occupancies are refused", "[bad_model]") {
  refused(pdb_with(b, " -5.00"), {"model.pdb", "B"});
  refused(pdb_with(occupancy, "  2.50"), {"model.pdb", "occupanc"});
}
TEST_CASE("a line cut short, stars for a number and an element that is none are refused",
          "[bad_model]") {
  const std::size_t end = pdb_text().find('\n', pdb_text().find("\nATOM") + 1);
  refused(pdb_text().substr(0, end - 40), {"model.pdb:", "cut off"});
  refused(pdb_with(x, "********"), {"model.pdb:", "'********'", "columns 31 to 38"});
  std::string strange = pdb_with(element, " Q");
  strange.replace(strange.find("\nATOM") + 1 + atom_name, 4, " Q1 ");
  refused(strange, {"model.pdb", "unknown element", "columns 77 and 78"});
}
TEST_CASE("a model all of whose atoms have no occupancy is refused", "[bad_model]") {
  std::string absent = pdb_text();
  for (std::size_t at = 0; at != std::string::npos; at = absent.find('\n', at + 1))
    for (const char* record : {"ATOM  ", "HETATM"})
      if (absent.compare(at + 1, 6, record) == 0) absent.replace(at + 1 + occupancy, 6, "  0.00");
  check_refused(3, "check model.pdb " + example_data, directory_with("model.pdb", absent),
                {"zero", "occupancies"});
}
TEST_CASE("a component definition in the place of restraints is refused", "[bad_model]") {
  const fs::path directory = directory_with(
      "REA.cif",
      "data_REA\nloop_\n_chem_comp_atom.comp_id\n_chem_comp_atom.atom_id\n"
      "_chem_comp_atom.type_symbol\nREA C1 C\nREA C2 C\nloop_\n_chem_comp_bond.comp_id\n"
      "_chem_comp_bond.atom_id_1\n_chem_comp_bond.atom_id_2\n_chem_comp_bond.value_order\n"
      "REA C1 C2 SING\n");
  check_refused(3, "refine " + example_model + " " + example_data + " --ligand REA.cif", directory,
                {"REA.cif", "no ideal length", "component definition"});
}
TEST_CASE("an atom there twice is refused", "[bad_model]") {
  const std::size_t start = pdb_text().find("\nATOM") + 1;
  const std::string line = pdb_text().substr(start, pdb_text().find('\n', start) + 1 - start);
  refused(pdb_text().substr(0, start) + line + pdb_text().substr(start), {"model.pdb", "twice"});
}
TEST_CASE("a residue or an atom that no dictionary knows is refused by name", "[bad_model]") {
  std::string unknown = pdb_text();
  for (std::size_t at; (at = unknown.find("REA A")) != std::string::npos;)
    unknown.replace(at, 3, "0QZ");
  refused(unknown, {"0QZ", "--ligand"});
  refused(pdb_with(atom_name, " QQ "), {"QQ", "--ligand"});
}
TEST_CASE("a model without a cell, or of another crystal, is refused", "[bad_model]") {
  refused(pdb_without("CRYST1"), {"model.pdb", "cell"});
  std::string other = pdb_text();
  refused(other.replace(other.find("CRYST1") + 6, 9, "   60.000"), {"cell", "60.0"});
  std::string group = pdb_text();
  refused(group.replace(group.find("P 21 21 21"), 10, "P 2 2 2   "), {"space group", "P 2 2 2"});
}
TEST_CASE("a ligand file that is none is refused", "[bad_model]") {
  const fs::path directory = directory_with("ligand.cif", "nothing of the kind\n");
  check_refused(3, "refine " + example_model + " " + example_data + " --ligand ligand.cif",
                directory, {"ligand.cif"});
  check_refused(3, "refine " + example_model + " " + example_data + " --ligand absent.cif",
                directory, {"absent.cif"});
  check_refused(3, "refine " + example_model + " " + example_data + " --monomers absent", directory,
                {"absent"});
}
TEST_CASE("B of 0 and of 900 are accepted", "[bad_model]") {
  for (const std::string value : {"  0.00", "900.00"}) {
    const fs::path directory = directory_with("model.pdb", pdb_with(b, value));
    for (int ranks : {0, 3}) {
      const Result result = run(ranks, "check model.pdb " + example_data, directory);
      INFO(result.err);
      CHECK(result.code == 0);
      CHECK_THAT(result.out, Catch::Contains(value == "  0.00" ? "(0.0 to" : "to 900.0)"));
    }
  }
}
