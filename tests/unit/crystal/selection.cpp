// SPDX-License-Identifier: MPL-2.0
// Selections of atoms against plain loops over the structure.
#include "polyform/crystal/selection.hpp"

#include <functional>

#include "polyform/base/error.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/session.hpp"

using namespace polyform;
using crystal::AtomFlags;
using crystal::select_atoms;
using gemmi::Atom;
using gemmi::Chain;
using gemmi::Residue;

namespace {

crystal::Model model_of(const std::filesystem::path& path) {
  base::Log log;
  return crystal::read_model(path, {}, log);
}

const crystal::Model& retinoic_acid_binding_protein() {
  static const crystal::Model model = model_of("/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz");
  return model;
}

// Two chains with insertion codes, a negative number, conformers and a nucleotide.
const crystal::Model& small_model() {
  const auto atom = [](const char* name, char altloc, const char* residue, const char* chain,
                       const char* number, const char* x, const char* occupancy, const char* b,
                       const char* element, bool het = false) {
    return test::AtomLine{name,    altloc,  residue,   chain, number,  x,
                          "0.000", "0.000", occupancy, b,     element, het};
  };
  static const crystal::Model model = model_of(test::written(
      "small.pdb",
      test::pdb_text(
          {atom(" N  ", ' ', "GLY", "A", "  -2 ", "0.000", "1.00", "10.00", "N"),
           atom(" CA ", ' ', "GLY", "A", "  -2 ", "1.500", "1.00", "20.00", "C"),
           atom(" CA ", ' ', "ALA", "A", "  10 ", "5.000", "1.00", "30.10", "C"),
           atom(" CB ", 'A', "ALA", "A", "  10 ", "6.500", "0.35", "40.00", "C"),
           atom(" CB ", 'B', "ALA", "A", "  10 ", "6.600", "0.65", "40.00", "C"),
           atom(" CA ", ' ', "SER", "A", "  10A", "9.000", "1.00", "50.00", "C"),
           atom(" CA ", ' ', "SER", "A", "  10B", "12.000", "1.00", "60.00", "C"),
           atom(" CA ", ' ', "LYS", "A", "  11 ", "15.000", "1.00", "70.00", "C"),
           atom(" CA ", ' ', "LYS", "B", "  10 ", "20.000", "1.00", "80.00", "C"),
           atom("ZN  ", ' ', " ZN", "B", " 201 ", "25.000", "1.00", "80.00", "ZN", true),
           atom(" O  ", ' ', "HOH", "B", " 301 ", "27.000", "1.00", "15.00", "O", true)})));
  return model;
}

using Condition = std::function<bool(const Chain&, const Residue&, const Atom&)>;

AtomFlags flags_where(const crystal::Model& model, const Condition& condition) {
  AtomFlags flags;
  for (const Chain& chain : model.structure.models[0].chains)
    for (const Residue& residue : chain.residues)
      for (const Atom& atom : residue.atoms) flags.push_back(condition(chain, residue, atom));
  return flags;
}

// "A/10.CA A/10A.CA": the atoms of the small model that an expression means.
std::string atoms_of(const std::string& text, const crystal::AtomSets& sets = {}) {
  const AtomFlags flags = select_atoms(small_model(), text, sets);
  std::string names;
  std::size_t i = 0;
  for (const Chain& chain : small_model().structure.models[0].chains)
    for (const Residue& residue : chain.residues)
      for (const Atom& atom : residue.atoms)
        if (flags.at(i++))
          names += (names.empty() ? "" : " ") + chain.name + "/" + residue.seqid.str() + "." +
                   atom.name + (atom.altloc ? std::string(":") + atom.altloc : "");
  return names;
}

std::string refusal(const std::string& text) {
  try {
    select_atoms(small_model(), text);
  } catch (const base::UsageError& error) {
    return error.what();
  }
  return "";
}

long count(const AtomFlags& flags) {
  return std::count_if(flags.begin(), flags.end(), [](int flag) { return flag == 1; });
}

}  // namespace

TEST_CASE("a selection in gemmi's notation means what gemmi means by it") {
  CHECK(atoms_of("A/10/CA") == "A/10.CA");
  CHECK(atoms_of("//A/10/CB:B") == "A/10.CB:B");
  CHECK(atoms_of("*/(LYS)/CA[C]") == "A/11.CA B/10.CA");
  CHECK(atoms_of("'(LYS)'") == "A/11.CA B/10.CA");
  CHECK(atoms_of("A/10.A") == "A/10A.CA");
  CHECK(atoms_of("A/10.A-11") == "A/10A.CA A/10B.CA A/11.CA");
  CHECK(atoms_of("A/*/CA;b>45") == "A/10A.CA A/10B.CA A/11.CA");
  CHECK(atoms_of("'A/*/*; q<0.5'") == "A/10.CB:A");
  CHECK(atoms_of("[ZN]") == "B/201.ZN");
}

TEST_CASE("a residue's number in gemmi's notation means this residue, not those after it") {
  CHECK(atoms_of("A/10") == "A/10.CA A/10.CB:A A/10.CB:B");
  CHECK(atoms_of("A/11-") == "A/11.CA");
  CHECK(atoms_of("A/10.B") == "A/10B.CA");
}

TEST_CASE("residues are listed by number and insertion code, ranges by both") {
  CHECK(atoms_of("residues A 10") == "A/10.CA A/10.CB:A A/10.CB:B");
  CHECK(atoms_of("residues A 10A 11") == "A/10A.CA A/11.CA");
  CHECK(atoms_of("residues A 10A-11") == "A/10A.CA A/10B.CA A/11.CA");
  CHECK(atoms_of("residues A -2") == "A/-2.N A/-2.CA");
  CHECK(atoms_of("residues A -5--1") == "A/-2.N A/-2.CA");
  CHECK(atoms_of("residues * 10") == "A/10.CA A/10.CB:A A/10.CB:B B/10.CA");
  // 10A and 10B stand after 10 and before 11.
  CHECK(atoms_of("residues A 5-10") == atoms_of("residues A 10"));
}

TEST_CASE("names of chains, residues, atoms, elements and conformers are lists") {
  CHECK(atoms_of("chain B") == "B/10.CA B/201.ZN B/301.O");
  CHECK(atoms_of("chain A B") == atoms_of("all"));
  CHECK(atoms_of("resname SER LYS and chain A") == "A/10A.CA A/10B.CA A/11.CA");
  CHECK(atoms_of("name N CB") == "A/-2.N A/10.CB:A A/10.CB:B");
  CHECK(atoms_of("element Zn N") == "A/-2.N B/201.ZN");
  CHECK(atoms_of("element ZN") == "B/201.ZN");
  CHECK(atoms_of("altloc B") == "A/10.CB:B");
  CHECK(atoms_of("alternate") == "A/10.CB:A A/10.CB:B");
}

TEST_CASE("B values and occupancies are compared as the file writes them") {
  CHECK(atoms_of("b = 30.1") == "A/10.CA");
  CHECK(atoms_of("b > 30.1 and b < 50") == "A/10.CB:A A/10.CB:B");
  CHECK(atoms_of("b>=70") == "A/11.CA B/10.CA B/201.ZN");
  CHECK(atoms_of("b 20 : 30.1") == "A/-2.CA A/10.CA");
  CHECK(atoms_of("b 20:30.1") == "A/-2.CA A/10.CA");
  CHECK(atoms_of("occupancy < 1") == "A/10.CB:A A/10.CB:B");
  CHECK(atoms_of("occupancy = 0.35") == "A/10.CB:A");
  CHECK(atoms_of("occupancy<0.35") == "");
  CHECK(atoms_of("occupancy <= 0.35") == "A/10.CB:A");
}

TEST_CASE("`not` binds closer than `and`, `and` closer than `or`; brackets change that") {
  CHECK(atoms_of("water or chain A and name N") == "A/-2.N B/301.O");
  CHECK(atoms_of("(water or chain A) and name N") == "A/-2.N");
  CHECK(atoms_of("not chain A and not water") == "B/10.CA B/201.ZN");
  CHECK(atoms_of("not (chain A or water)") == "B/10.CA B/201.ZN");
  CHECK(atoms_of("not not water") == "B/301.O");
  CHECK(atoms_of("chain B and not(water or ligand)") == "B/10.CA");
}

TEST_CASE(
    "atoms near to others are found at the distance and not beyond, whole residues on demand") {
  CHECK(atoms_of("near 2 of water") == "B/201.ZN B/301.O");
  CHECK(atoms_of("near 1.99 of water") == "B/301.O");
  CHECK(atoms_of("near 1.51 of A/10/CA") == "A/10.CA A/10.CB:A");
  CHECK(atoms_of("whole near 3.5 of A/10/CB and not whole A/10") == "A/10A.CA");
  CHECK(atoms_of("whole A/*/CB:A") == "A/10.CA A/10.CB:A A/10.CB:B");
}

TEST_CASE("near agrees with all pairs of atoms in a real model") {
  const crystal::Model& model = retinoic_acid_binding_protein();
  const AtomFlags ligand = select_atoms(model, "ligand"),
                  near = select_atoms(model, "near 4.2 of ligand");
  for (std::size_t i = 0; i < model.atoms.size(); ++i) {
    bool expected = false;
    for (std::size_t j = 0; j < model.atoms.size(); ++j)
      expected = expected || (ligand[j] && (model.atoms.xyz[i] - model.atoms.xyz[j]).norm() <= 4.2);
    CHECK(bool(near[i]) == expected);
  }
  CHECK(count(near) > count(ligand));
}

TEST_CASE(
    "the words mean what a crystallographer means by them in a protein with ligand and water") {
  const crystal::Model& model = retinoic_acid_binding_protein();
  const auto is = [&](const std::string& word, const Condition& condition) {
    INFO(word);
    CHECK(select_atoms(model, word) == flags_where(model, condition));
    CHECK(count(select_atoms(model, word)) > 0);
  };
  const auto water = [](const Residue& r) { return r.name == "HOH"; };
  const auto ligand = [](const Residue& r) { return r.name == "REA"; };
  const auto main = [](const Atom& a) {
    return a.name == "N" || a.name == "CA" || a.name == "C" || a.name == "O" || a.name == "OXT";
  };
  is("all", [](auto&...) { return true; });
  is("water", [&](auto&, auto& r, auto&) { return water(r); });
  is("ligand", [&](auto&, auto& r, auto&) { return ligand(r); });
  for (const char* word : {"protein", "polymer"})
    is(word, [&](auto&, auto& r, auto&) { return !water(r) && !ligand(r); });
  is("main_chain", [&](auto&, auto& r, auto& a) { return !water(r) && !ligand(r) && main(a); });
  is("side_chain", [&](auto&, auto& r, auto& a) { return !water(r) && !ligand(r) && !main(a); });
  is("heavy", [](auto&, auto&, auto& a) { return a.element != gemmi::El::H; });
  for (const char* word : {"none", "nucleic", "hydrogens", "alternate", "anisotropic"})
    CHECK(count(select_atoms(model, word)) == 0);
}

TEST_CASE("metals are ligands; an unbonded residue of a chain stays polymer") {
  CHECK(atoms_of("ligand") == "B/201.ZN");
  CHECK(atoms_of("water") == "B/301.O");
}

TEST_CASE("conformers and ligands of real models", "[shared]") {
  const std::filesystem::path path = test::shared_case("mdm2_4hg7", "model.pdb");
  if (!std::filesystem::exists(path)) return;
  const crystal::Model model = model_of(path);
  CHECK(select_atoms(model, "alternate") ==
        flags_where(model, [](auto&, auto&, auto& a) { return a.altloc != '\0'; }));
  CHECK(select_atoms(model, "altloc A") ==
        flags_where(model, [](auto&, auto&, auto& a) { return a.altloc == 'A'; }));
  CHECK(select_atoms(model, "ligand") == flags_where(model, [](auto&, auto& r, auto&) {
          return r.name == "NUT" || r.name == "SO4";
        }));
  CHECK(count(select_atoms(model, "ligand and alternate")) +
            count(select_atoms(model, "ligand and not alternate")) ==
        count(select_atoms(model, "resname NUT SO4")));
}

TEST_CASE("sugars of a glycoprotein are ligands, not polymer", "[shared]") {
  const std::filesystem::path path = test::shared_case("glyco_4iid", "model.pdb");
  if (!std::filesystem::exists(path)) return;
  const crystal::Model model = model_of(path);
  CHECK(count(select_atoms(model, "resname NAG MAN BMA and polymer")) == 0);
  CHECK(count(select_atoms(model, "resname NAG MAN BMA and ligand")) ==
        count(select_atoms(model, "resname NAG MAN BMA")));
}

TEST_CASE("nucleotides have phosphates and sugars for their main chain, bases for side chains") {
  std::vector<test::AtomLine> atoms;
  for (const char* number : {"   1 ", "   2 ", "   3 "})
    for (const char* name : {" P  ", " OP1", " O5'", " C1'", " O3'", " N9 ", " C8 "})
      atoms.push_back({name, ' ', " DG", "C", number, std::to_string(atoms.size()) + ".000",
                       "2.000", "3.000", "1.00", "20.00", std::string(1, name[1]), false});
  const crystal::Model model = model_of(test::written("dna.pdb", test::pdb_text(atoms)));
  CHECK(count(select_atoms(model, "nucleic")) == 21);
  CHECK(select_atoms(model, "side_chain") == select_atoms(model, "name N9 C8"));
  CHECK(select_atoms(model, "main_chain") == select_atoms(model, "name P OP1 O5' C1' O3'"));
}

TEST_CASE("named sets stand for their atoms") {
  const AtomFlags loop = select_atoms(small_model(), "residues A 10-11");
  CHECK(atoms_of("loop and altloc A", {{"loop", loop}}) == "A/10.CB:A");
  crystal::SetOptions set{"core", {"chain A"}, {"water"}, {"alternate or b > 45"}};
  CHECK(atoms_of(set.expression()) == "A/-2.N A/-2.CA A/10.CA B/301.O");
  set.atoms.text.clear();
  CHECK(atoms_of(set.expression()) == "B/301.O");
  const auto called = crystal::called_sets("loop and not (water or core)");
  REQUIRE(called.size() == 2);
  CHECK(called[0].name == "loop");
  CHECK(called[0].column == 1);
  CHECK(called[1].name == "core");
  CHECK(called[1].column == 24);
}

TEST_CASE("what is wrong with an expression is said with its column") {
  CHECK(refusal("chain A adn water").find("column 9") == std::string::npos);  // names of chains
  CHECK(refusal("water adn ligand") == "column 7: 'and' or 'or' is expected before 'adn'");
  CHECK(refusal("resnam LYS") ==
        "column 8: 'and' or 'or' is expected before 'LYS' (or 'resname' for 'resnam')");
  CHECK(refusal("(water or ligand") == "column 1: a bracket is not closed");
  CHECK(refusal("water)") == "column 6: ')' closes nothing");
  CHECK(refusal("water and") == "column 10: a selection of atoms is expected at the end");
  CHECK(refusal("") == "column 1: nothing is said");
  CHECK(refusal("chain") == "column 6: one name or more after 'chain' is expected at the end");
  CHECK(refusal("residues A x").starts_with("column 12: a residue as in 10, 12A or 17-20"));
  CHECK(refusal("residues A").starts_with("column 11: residues after the chain"));
  CHECK(refusal("b > warm") == "column 5: a number is expected, not 'warm'");
  CHECK(refusal("b 20").starts_with("column 3: a comparison as in '> 40' or limits"));
  CHECK(refusal("b 60:20").starts_with("column 3: the lower limit of '60:20' is above"));
  CHECK(refusal("near -1 of water").starts_with("column 6: a distance above 0"));
  CHECK(refusal("near 5 water") == "column 8: 'of' after the distance is expected, not 'water'");
  CHECK(refusal("'A/10") == "column 1: a quote is opened and not closed");
  CHECK(refusal("loop") == "column 1: no set is called 'loop'");
  for (const char* wrong : {"A/10(ALA", "A/10/CA[C", "A/10-x", "*/*/CA;b?3", "*/*/[Qq]", "A/1/C-A"})
    CHECK(refusal(wrong).starts_with("column 1: "));
}

TEST_CASE("brackets and negations too deep to follow are refused, not followed") {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "not ";
  CHECK(refusal(deep + "water").find("too deep") != std::string::npos);
  CHECK(refusal(std::string(100000, '(') + "water").find("too deep") != std::string::npos);
}
