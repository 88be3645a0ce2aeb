// SPDX-License-Identifier: MPL-2.0
// Reading models: formats, names, altlocs, links, and everything that must be refused.
#include "polyform/base/error.hpp"
#include "polyform/base/units.hpp"
#include "polyform/crystal/model.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"

using namespace polyform;
using crystal::Model;
using test::AtomLine;
using test::error_of;
using test::pdb_text;
using test::written;

namespace {

Model read(const std::filesystem::path& path, base::Log& log) {
  return crystal::read_model(path, {}, log);
}
Model read_text(const std::string& text, const std::string& name = "model.pdb") {
  base::Log log;
  return read(written(name, text), log);
}
std::string refusal(const std::string& text, const std::string& name = "model.pdb") {
  return error_of([&] { read_text(text, name); });
}

const std::string small_cif = R"(data_small
_cell.length_a 30
_cell.length_b 40
_cell.length_c 50
_cell.angle_alpha 90
_cell.angle_beta 90
_cell.angle_gamma 90
_symmetry.space_group_name_H-M 'P 21 21 21'
_made_up.item 'kept as it is'
loop_
_atom_site.group_PDB
_atom_site.id
_atom_site.type_symbol
_atom_site.label_atom_id
_atom_site.label_alt_id
_atom_site.label_comp_id
_atom_site.label_asym_id
_atom_site.label_seq_id
_atom_site.pdbx_PDB_ins_code
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
_atom_site.occupancy
_atom_site.B_iso_or_equiv
_atom_site.auth_seq_id
_atom_site.auth_asym_id
_atom_site.pdbx_PDB_model_num
ATOM 1 N N . GLY A 1 ? 1 2 3 1.0 20.5 1 A 1
ATOM 2 C CA A GLY A 1 ? 2 2 3 0.6 21.5 1 A 1
ATOM 3 C CA B GLY A 1 ? 2.2 2 3 0.4 22.5 1 A 1
)";

AtomLine water(const std::string& number, const std::string& x) {
  AtomLine atom{" O  ", ' ', "HOH", "A", number, x, "5.000", "6.000", "1.00", "30.00", "O", true};
  return atom;
}

}  // namespace

TEST_CASE("Conformers, insertion codes, occupancies and B are read as the file states them") {
  AtomLine n{" N  ", ' ', "LYS", "A", "  42A", "1.500", "2.250", "-3.125", "1.00", "12.50", "N"};
  AtomLine a{" CA ", 'A', "LYS", "A", "  42A", "2.000", "2.000", "3.000", "0.60", "0.00", "C"};
  AtomLine b{" CA ", 'B', "LYS", "A", "  42A", "2.300", "2.000", "3.000", "0.40", "900.00", "C"};
  const Model model = read_text(pdb_text({n, a, b}));
  REQUIRE(model.atoms.size() == 3);
  CHECK(model.label[0] == "A/LYS 42A/N");
  CHECK(model.label[2] == "A/LYS 42A/CA.B");
  CHECK(model.atoms.altloc == std::vector<char>{'\0', 'A', 'B'});
  CHECK(model.atoms.occupancy[1] == Approx(0.6));
  CHECK(model.atoms.b[1] == 0);
  CHECK(model.atoms.b[2] == Approx(900));
  CHECK((model.atoms.xyz[0] - crystal::Vec3(1.5, 2.25, -3.125)).norm() < 1e-12);
  CHECK(model.atoms.element == std::vector<std::uint8_t>{7, 6, 6});
  CHECK(model.atoms.u_aniso.empty());
}

TEST_CASE("B of 0 and very large B are accepted and listed") {
  AtomLine zero, large;
  zero.b = "0.00";
  large.name = " CB ";
  large.b = "900.00";
  test::RecordedLog recorded;
  read(written("b.pdb", pdb_text({zero, large})), recorded.log());
  CHECK(recorded.says("B of 0 A^2 in 1 atom: A/ALA 1/CA"));
  CHECK(recorded.says("B above 300 A^2 in 1 atom: A/ALA 1/CB"));
}

TEST_CASE("Format is known by content: PDB, mmCIF and gzip under any name") {
  const Model from_cif = read_text(small_cif, "no-suffix");
  REQUIRE(from_cif.atoms.size() == 3);
  CHECK(from_cif.label[2] == "A/GLY 1/CA.B");
  CHECK(crystal::crystal_of(from_cif).space_group->xhm() == "P 21 21 21");
  CHECK(read_text(test::gzipped(small_cif), "really-gzipped.pdb").atoms.size() == 3);
  CHECK(read_text(test::gzipped(pdb_text({AtomLine()})), "packed.cif").atoms.size() == 1);
  std::string windows = pdb_text({AtomLine()});
  for (std::size_t at = 0; (at = windows.find('\n', at)) != std::string::npos; at += 2)
    windows.insert(at, "\r");
  CHECK(read_text(windows).atoms.size() == 1);
}

TEST_CASE("Anisotropic U is read in A^2 and B is its equivalent") {
  std::string text = pdb_text({AtomLine()});
  const std::string anisou =
      "ANISOU    1  CA  ALA A   1     1000   2000   3000    100    200    300       C  \n";
  text.insert(text.find("END"), anisou);
  const Model model = read_text(text);
  REQUIRE(model.atoms.is_anisotropic(0));
  const kernels::Sym3 expected = {0.1, 0.2, 0.3, 0.01, 0.02, 0.03};
  for (std::size_t i = 0; i < 6; ++i) CHECK(model.atoms.u_aniso[0][i] == Approx(expected[i]));
  CHECK(model.atoms.b[0] == Approx(base::b_of_u(0.2)));
}

TEST_CASE("Hydrogen and deuterium count as hydrogen") {
  AtomLine h, d;
  h.name = " HA ";
  h.element = "H";
  d.name = " D  ";
  d.element = "D";
  const Model model = read_text(pdb_text({AtomLine(), h, d}));
  CHECK_FALSE(model.atoms.is_hydrogen(0));
  CHECK(model.atoms.is_hydrogen(1));
  CHECK(model.atoms.is_hydrogen(2));
}

TEST_CASE("A chain in two parts becomes one, its waters no part of the polymer") {
  AtomLine other;
  other.chain = "B";
  AtomLine second, third;
  second.number = "   2 ";
  second.x = "4.800";
  third.number = "   3 ";
  third.x = "8.600";
  const Model model =
      read_text(pdb_text({AtomLine(), second, third, other, water(" 101 ", "19.000")}));
  REQUIRE(model.structure.models[0].chains.size() == 2);
  const auto& residues = model.structure.models[0].chains[0].residues;
  REQUIRE(residues.size() == 4);
  CHECK(residues[0].entity_type == gemmi::EntityType::Polymer);
  CHECK(residues[3].entity_type == gemmi::EntityType::Water);
  for (const auto& residue : residues) CHECK_FALSE(residue.subchain.empty());
}

TEST_CASE("LINK and SSBOND records are kept, links to missing atoms are said") {
  AtomLine s1{" SG ", ' ', "CYS", "A", "   1 ", "1.000", "1.000", "1.000", "1.00", "20.00", "S"};
  AtomLine s2 = s1;
  s2.number = "   5 ";
  s2.x = "3.030";
  const std::string records =
      "SSBOND   1 CYS A    1    CYS A    5                          1555   1555  2.03  \n"
      "LINK         SG  CYS A   1                 ZN    ZN A   9     1555   1555  2.30  \n";
  test::RecordedLog recorded;
  const Model model = read(written("link.pdb", records + pdb_text({s1, s2})), recorded.log());
  REQUIRE(model.structure.connections.size() == 2);
  CHECK(model.structure.connections[0].type == gemmi::Connection::Disulf);
  CHECK(recorded.says("1 link to atoms that are not there"));
}

TEST_CASE("Old names of nucleotides become today's, in atoms and in links") {
  const auto atom = [](const std::string& name, const std::string& residue,
                       const std::string& number, const std::string& x,
                       const std::string& element) {
    return AtomLine{name, ' ', residue, "A", number, x, "5.000", "6.000", "1.00", "20.00", element};
  };
  std::vector<AtomLine> atoms;
  for (const char* name : {" P  ", " O1P", " O5*", " C5*", " C4*", " O4*", " C1*", " C2*", " O2*"})
    atoms.push_back(atom(name, "ADE", "   1 ", "1.000", std::string(1, name[1])));
  for (const char* name : {" P  ", " O2P", " O5*", " C4*", " O4*", " C1*", " C2*", " C5M"})
    atoms.push_back(atom(name, "THY", "   2 ", "9.000", std::string(1, name[1])));
  const std::string link =
      "LINK         O2* ADE A   1                 C5M THY A   2     1555   1555  8.00  \n";
  test::RecordedLog recorded;
  const Model model = read(written("old.pdb", link + pdb_text(atoms)), recorded.log());
  const auto& residues = model.structure.models[0].chains[0].residues;
  REQUIRE(residues.size() == 2);
  CHECK(residues[0].name == "A");
  CHECK(residues[1].name == "DT");
  CHECK(residues[0].find_atom("O2'", '*') != nullptr);
  CHECK(residues[0].find_atom("OP1", '*') != nullptr);
  CHECK(residues[1].find_atom("C7", '*') != nullptr);
  CHECK(model.structure.connections[0].partner1.str() == "A/A 1/O2'");
  CHECK(model.structure.connections[0].partner2.str() == "A/DT 2/C7");
  CHECK(recorded.says("old names brought to today's in 2 residues"));
  CHECK_FALSE(recorded.says("not there"));
}

TEST_CASE("A free base named ADE or a sugar-less ligand is no nucleotide") {
  AtomLine n{" N9 ",  ' ',     "ADE",  "A",     "   1 ", "1.000",
             "1.000", "1.000", "1.00", "20.00", "N",     true};
  const Model model = read_text(pdb_text({n}));
  CHECK(model.structure.models[0].chains[0].residues[0].name == "ADE");
}

TEST_CASE("Old names of amino acids and waters become today's") {
  const auto atom = [](const std::string& name, const std::string& residue,
                       const std::string& number, const std::string& x,
                       const std::string& element) {
    return AtomLine{name, ' ', residue, "A", number, x, "5.000", "6.000", "1.00", "20.00", element};
  };
  std::vector<AtomLine> atoms;
  for (const char* name : {" N  ", " CA ", " C  ", " CB ", " CD ", " OT1", " OT2"})
    atoms.push_back(atom(name, "ILE", "   1 ", "1.000", std::string(1, name[1])));
  for (const char* name : {" N  ", " CA ", " C  ", " CB ", " HN ", "1HB ", "2HB "})
    atoms.push_back(atom(name, "HSD", "   2 ", "4.000",
                         name[1] == 'H' || name[0] != ' ' ? "H" : std::string(1, name[1])));
  atoms.push_back(atom(" OH2", "TIP", "   3 ", "9.000", "O"));
  const Model model = read_text(pdb_text(atoms));
  const auto& residues = model.structure.models[0].chains[0].residues;
  CHECK(residues[0].find_atom("CD1", '*') != nullptr);
  CHECK(residues[0].find_atom("O", '*') != nullptr);
  CHECK(residues[0].find_atom("OXT", '*') != nullptr);
  CHECK(residues[1].name == "HIS");
  for (const char* name : {"H", "HB2", "HB3"}) CHECK(residues[1].find_atom(name, '*') != nullptr);
  CHECK(residues[2].name == "HOH");
  CHECK(residues[2].find_atom("O", '*') != nullptr);
}

TEST_CASE("Blank occupancy and B are completed, and said") {
  AtomLine bare;
  bare.occupancy = "      ";
  bare.b = "      ";
  base::Log log;
  const Model model = read(written("bare.pdb", pdb_text({bare})), log);
  CHECK(model.atoms.occupancy[0] == 1);
  CHECK(model.atoms.b[0] == 20);
  REQUIRE(log.warnings().size() == 2);
  CHECK_THAT(log.warnings()[0], Catch::Contains("1 atom without an occupancy; 1 is taken"));
}

TEST_CASE("Files that are no models are refused, each with what it is instead") {
  base::Log log;
  const auto of_path = [&](const std::filesystem::path& path) {
    return error_of([&] { read(path, log); });
  };
  CHECK_THAT(of_path("/no/such/model.pdb"), Catch::Contains("there is no such file"));
  CHECK_THAT(of_path(written("x", "y").parent_path()), Catch::Contains("it is a directory"));
  CHECK_THAT(refusal(""), Catch::Contains("the file is empty"));
  CHECK_THAT(refusal("hello\nworld\n"), Catch::Contains("it holds no ATOM, HETATM or _atom_site"));
  CHECK_THAT(refusal(std::string(5000, '\x01')), Catch::Contains("it is a binary file"));
  CHECK_THAT(refusal(test::mtz_content({}, {{{1, 2, 3}, {}}})),
             Catch::Contains("it is an MTZ file"));
  CHECK_THAT(refusal("data_x\nloop_\n_refln.index_h\n_refln.index_k\n_refln.index_l\n1 2 3\n"),
             Catch::Contains("it holds reflections, no atoms"));
  CHECK_THAT(refusal("data_x\nloop_\n_chem_comp_atom.comp_id\nALA\n"),
             Catch::Contains("it is a dictionary of ligands"));
  CHECK_THAT(refusal("data_x\nloop_\n_a.b\n_a.c\n1 2 3\n"), Catch::Contains("as CIF"));
  CHECK_THAT(refusal("CRYST1   30.000   40.000   50.000  90.00  90.00  90.00 P 1\nEND\n"),
             Catch::Contains("no ATOM"));
  const std::string packed = test::gzipped(pdb_text(std::vector<AtomLine>(1)));
  CHECK_THAT(refusal(packed.substr(0, packed.size() / 2)), Catch::Contains("is truncated"));
  std::string garbled = packed;
  garbled[packed.size() / 2] = static_cast<char>(garbled[packed.size() / 2] ^ 0x5a);
  CHECK_THAT(refusal(garbled), Catch::Contains("gzip file"));
}

TEST_CASE("Values that cannot be are refused with line or atom") {
  AtomLine atom;
  const auto with = [&](auto change) {
    AtomLine changed = atom;
    change(changed);
    return refusal(pdb_text({atom, changed}));
  };
  CHECK_THAT(with([](AtomLine& a) {
               a.x = "nan";
               a.name = " CB ";
             }),
             Catch::Contains("model.pdb:3: x '     nan'") && Catch::Contains("CB"));
  CHECK_THAT(with([](AtomLine& a) {
               a.y = "********";
               a.name = " CB ";
             }),
             Catch::Contains("y '********'"));
  CHECK_THAT(with([](AtomLine& a) {
               a.z = "1e999";
               a.name = " CB ";
             }),
             Catch::Contains("z '"));
  CHECK_THAT(with([](AtomLine& a) {
               a.b = "inf";
               a.name = " CB ";
             }),
             Catch::Contains("B '"));
  CHECK_THAT(with([](AtomLine& a) {
               a.b = "-5.00";
               a.name = " CB ";
             }),
             Catch::Contains("1 atom with a B below 0 (A/ALA 1/CB)"));
  CHECK_THAT(with([](AtomLine& a) {
               a.occupancy = "-0.50";
               a.name = " CB ";
             }),
             Catch::Contains("occupancy outside 0 to 2 (A/ALA 1/CB)"));
  CHECK_THAT(with([](AtomLine& a) {
               a.occupancy = "30.00";
               a.name = " CB ";
             }),
             Catch::Contains("occupancy outside"));
  CHECK_THAT(with([](AtomLine&) {}),
             Catch::Contains("1 atom there twice") && Catch::Contains("A/ALA 1/CA"));
  CHECK_THAT(with([](AtomLine& a) {
               a.element = " X";
               a.residue = "LIG";
               a.name = " CB ";
             }),
             Catch::Contains("unknown element (A/LIG 1/CB)"));
  const std::string text = pdb_text({atom, atom});
  CHECK_THAT(refusal(text.substr(0, text.size() - 4 - 40)), Catch::Contains("the file is cut off"));
}

TEST_CASE("Ensembles, missing copies and mmCIF without numbers are refused") {
  const std::string one = test::pdb_atom(AtomLine());
  CHECK_THAT(refusal("MODEL        1\n" + one + "ENDMDL\nMODEL        2\n" + one + "ENDMDL\nEND\n"),
             Catch::Contains("holds 2 models") && Catch::Contains("write the wanted one"));
  CHECK(refusal("MODEL        1\n" + one + "ENDMDL\nEND\n").empty());
  const std::string mtrix =
      "MTRIX1   1 -1.000000  0.000000  0.000000       10.00000    \n"
      "MTRIX2   1  0.000000 -1.000000  0.000000        0.00000    \n"
      "MTRIX3   1  0.000000  0.000000  1.000000        0.00000    \n";
  CHECK_THAT(refusal(mtrix + pdb_text({AtomLine()})), Catch::Contains("MTRIX"));
  std::string unknown = small_cif;
  unknown.replace(unknown.find("2.2 2 3"), 7, "? 2 3");
  CHECK_THAT(refusal(unknown, "x.cif"),
             Catch::Contains("coordinates that are not numbers (A/GLY 1/CA.B)"));
}

TEST_CASE("A model without a cell says what to add") {
  const Model model = read_text(test::pdb_atom(AtomLine()) + "END\n");
  CHECK_THAT(error_of([&] { crystal::crystal_of(model); }),
             Catch::Contains("states no unit cell; add a CRYST1 record"));
  const Model dummy =
      read_text("CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1\n" +
                test::pdb_atom(AtomLine()) + "END\n");
  CHECK_THAT(error_of([&] { crystal::crystal_of(dummy); }), Catch::Contains("states no unit cell"));
  const Model odd = read_text(pdb_text({AtomLine()}, "Q 1"));
  CHECK_THAT(error_of([&] { crystal::crystal_of(odd); }),
             Catch::Contains("is not a space group symbol"));
}

TEST_CASE("TLS records are kept and said, residual B values are warned of") {
  const std::string remark =
      "REMARK   3\n"
      "REMARK   3 REFINEMENT.\n"
      "REMARK   3   PROGRAM     : REFMAC 5.5\n"
      "REMARK   3  DATA USED IN REFINEMENT.\n"
      "REMARK   3\n"
      "REMARK   3  TLS DETAILS\n"
      "REMARK   3   NUMBER OF TLS GROUPS  :    1\n"
      "REMARK   3   TLS GROUP :     1\n"
      "REMARK   3    NUMBER OF COMPONENTS GROUP :    1\n"
      "REMARK   3    COMPONENTS        C SSSEQI   TO  C SSSEQI\n"
      "REMARK   3    RESIDUE RANGE :   A     1        A   137\n"
      "REMARK   3    ORIGIN FOR THE GROUP (A):  20.0  12.0  17.0\n"
      "REMARK   3    T TENSOR\n"
      "REMARK   3      T11:   0.0161 T22:   0.0157\n"
      "REMARK   3    S TENSOR\n"
      "REMARK   3      S11:  -0.0111 S12:   0.0121 S13:   0.0131\n"
      "REMARK   3      S21:   0.0212 S22:   0.0222 S23:   0.0232\n"
      "REMARK   3      S31:   0.0313 S32:   0.0323 S33:  -0.0333\n"
      "REMARK   3  OTHER REFINEMENT REMARKS: ATOM RECORD CONTAINS RESIDUAL B FACTORS ONLY\n";
  test::RecordedLog recorded;
  const Model model = read(written("tls.pdb", remark + pdb_text({AtomLine()})), recorded.log());
  CHECK(recorded.says("1 TLS group; the records are kept in the header"));
  CHECK(recorded.says("B values are residual"));
  CHECK(model.atoms.b[0] == 20);
  const gemmi::Mat33& s = model.structure.meta.refinement.at(0).tls_groups.at(0).S;
  CHECK(s[0][1] == Approx(0.0121));
  CHECK(s[1][0] == Approx(0.0212));
}

TEST_CASE("Entry codes and line numbers of old files are not read as element and charge") {
  std::string text = pdb_text({AtomLine()});
  const std::size_t line = text.find("ATOM");
  text.replace(line + 72, 8, "1NSF2067");
  test::RecordedLog recorded;
  const Model model = read(written("1990s.pdb", text), recorded.log());
  CHECK(model.atoms.element[0] == 6);
  CHECK(model.atoms.charge[0] == 0);
  CHECK(model.structure.models[0].chains[0].residues[0].segment.empty());
  CHECK(recorded.says("columns 73 to 80"));
}

TEST_CASE("Segments name the chains of a file without chain identifiers") {
  AtomLine first, second;
  first.chain = second.chain = " ";
  std::string text = pdb_text({first, second});
  const std::size_t one = text.find("ATOM"), two = text.find("ATOM", one + 1);
  text.replace(one + 72, 4, "PROT");
  text.replace(two + 72, 4, "COPY");
  const Model model = read_text(text);
  CHECK(model.label == std::vector<std::string>{"A/ALA 1/CA", "B/ALA 1/CA"});
  text.replace(one + 72, 4, "P   ");
  text.replace(two + 72, 4, "QX  ");
  CHECK(read_text(text).label == std::vector<std::string>{"P/ALA 1/CA", "QX/ALA 1/CA"});
}

TEST_CASE("Elements are right where the file has none or the name is one column off") {
  std::vector<AtomLine> atoms;
  for (const char* name : {"CA  ", "NH1 ", "HG11", " SG ", " OXT"}) {
    AtomLine atom;
    atom.name = name;
    atom.element = "  ";
    atoms.push_back(atom);
  }
  AtomLine calcium{"CA  ",  ' ',     " CA",  "A",     "   9 ", "9.000",
                   "1.000", "1.000", "1.00", "20.00", "  ",    true};
  atoms.push_back(calcium);
  const Model model = read_text(pdb_text(atoms));
  CHECK(model.atoms.element == std::vector<std::uint8_t>{6, 7, 1, 16, 8, 20});
}

TEST_CASE("Atoms after END are warned of") {
  base::Log log;
  AtomLine other;
  other.name = " CB ";
  read(written("end.pdb", pdb_text({AtomLine()}) + test::pdb_atom(other)), log);
  REQUIRE(log.warnings().size() == 1);
  CHECK_THAT(log.warnings()[0], Catch::Contains("1 atom after the END record"));
}

TEST_CASE("SCALE records of another frame turn the coordinates into the standard one") {
  // The frame of the file: x along c, y along a, z along b, and an origin 5 A away along a.
  const std::string scale =
      "SCALE1      0.000000  0.033333  0.000000        0.16667                         \n"
      "SCALE2      0.000000  0.000000  0.025000        0.00000                         \n"
      "SCALE3      0.020000  0.000000  0.000000        0.00000                         \n";
  std::string text = pdb_text({AtomLine()});
  text.insert(text.find("ATOM"), scale);
  base::Log log;
  const Model model = read(written("frame.pdb", text), log);
  // (1, 2, 3) along c, a, b is 2 + 5 along a, 3 along b, 1 along c.
  CHECK((model.atoms.xyz[0] - crystal::Vec3(7, 3, 1)).norm() < 1e-3);
  REQUIRE(log.warnings().size() == 1);
  CHECK_THAT(log.warnings()[0], Catch::Contains("another Cartesian frame"));
  std::string stale = pdb_text({AtomLine()});
  stale.insert(
      stale.find("ATOM"),
      "SCALE1      0.050000  0.000000  0.000000        0.00000                         \n"
      "SCALE2      0.000000  0.025000  0.000000        0.00000                         \n"
      "SCALE3      0.000000  0.000000  0.020000        0.00000                         \n");
  const Model kept = read(written("stale.pdb", stale), log);
  CHECK((kept.atoms.xyz[0] - crystal::Vec3(1, 2, 3)).norm() < 1e-9);
  CHECK_THAT(log.warnings().back(), Catch::Contains("SCALE records contradict the cell"));
}

TEST_CASE("mmCIF without entities still tells polymer from ligand and water") {
  std::string text = small_cif;
  text +=
      "ATOM 4 N N . ALA A 2 ? 5 2 3 1.0 20.5 2 A 1\n"
      "ATOM 5 C CA . SER A 3 ? 9 2 3 1.0 20.5 3 A 1\n"
      "HETATM 6 ZN ZN . ZN A . ? 15 2 3 1.0 20.5 90 A 1\n"
      "HETATM 7 O O . HOH A . ? 25 2 3 1.0 20.5 91 A 1\n";
  const Model model = read_text(text, "noentity.cif");
  const auto& residues = model.structure.models[0].chains[0].residues;
  REQUIRE(residues.size() == 5);
  for (std::size_t i = 0; i < 3; ++i) CHECK(residues[i].entity_type == gemmi::EntityType::Polymer);
  CHECK(residues[3].entity_type == gemmi::EntityType::NonPolymer);
  CHECK(residues[4].entity_type == gemmi::EntityType::Water);
  CHECK(residues[0].subchain == residues[2].subchain);
  CHECK(residues[3].subchain != residues[4].subchain);
  const gemmi::Entity* entity =
      model.structure.get_entity_of(model.structure.models[0].chains[0].get_polymer());
  REQUIRE(entity != nullptr);
  CHECK(entity->polymer_type == gemmi::PolymerType::PeptideL);
}

TEST_CASE("A chain without TER is a polymer however many waters follow, its caps included") {
  const auto atom = [](const char* name, const char* residue, const char* number, const char* x,
                       bool het = false) {
    return AtomLine{name,
                    ' ',
                    residue,
                    "A",
                    number,
                    x,
                    "0.000",
                    "0.000",
                    "1.00",
                    "20.00",
                    std::string(1, name[1]),
                    het};
  };
  std::vector<AtomLine> atoms = {
      atom(" C  ", "ACE", "   0 ", "0.000", true), atom(" N  ", "ALA", "   1 ", "1.330"),
      atom(" CA ", "ALA", "   1 ", "2.800"),       atom(" C  ", "ALA", "   1 ", "4.300"),
      atom(" N  ", "XYZ", "   2 ", "5.630", true), atom(" C  ", "XYZ", "   2 ", "8.600", true),
      atom(" N  ", "GLY", "   3 ", "9.930"),       atom(" CA ", "GLY", "   3 ", "11.400"),
      atom(" C  ", "GLY", "   3 ", "12.900"),      atom(" N  ", "NH2", "   4 ", "14.230", true),
      atom(" C1 ", "LIG", "   5 ", "25.000", true)};
  for (int i = 0; i < 30; ++i)
    atoms.push_back(water(" 1" + std::string(i < 10 ? "0" : "") + std::to_string(i) + " ",
                          std::to_string(30 + i) + ".000"));
  const Model model = read_text(pdb_text(atoms));
  const auto& chain = model.structure.models[0].chains[0];
  CHECK(chain.get_polymer().size() == 5);
  CHECK(chain.residues[5].entity_type == gemmi::EntityType::NonPolymer);
  CHECK(chain.residues[6].entity_type == gemmi::EntityType::Water);
}
