// SPDX-License-Identifier: MPL-2.0
// Models and MTZ files written and read again.
#include "polyform/crystal/write_files.hpp"

#include <cmath>

#include "polyform/base/error.hpp"
#include "polyform/base/units.hpp"
#include "polyform/crystal/read_reflections.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/session.hpp"

using namespace polyform;
using crystal::Model;
using crystal::RefinementRecord;
using test::AtomLine;

namespace {

RefinementRecord record() {
  RefinementRecord r;
  r.version = "9.8.7";
  r.target = "ML";
  r.d_min = 1.85;
  r.d_max = 30;
  r.r_work = 0.1812;
  r.r_free = 0.2123;
  r.n_work = 9000;
  r.n_test = 500;
  r.completeness = 98.7;
  r.rmsd_bond = 0.0123;
  r.rmsd_angle = 1.456;
  r.k_sol = 0.35;
  r.b_sol = 46.1;
  r.b_aniso = {1, -2, 1, 0, 0.5, 0};
  r.b_mean = 25.3;
  return r;
}

Model model_of(const std::string& text, const std::string& name = "source.pdb") {
  base::Log log;
  return crystal::read_model(test::written(name, text), {}, log);
}

struct Outputs {
  std::string pdb, cif;
  Model from_pdb, from_cif;
};

Outputs write_both(const Model& model) {
  const auto crystal = crystal::crystal_of(model);
  const auto pdb = test::scratch() / "out.pdb", cif = test::scratch() / "out.cif";
  write_pdb(model, crystal, record(), pdb);
  write_mmcif(model, crystal, record(), cif);
  base::Log log;
  return {test::content_of(pdb), test::content_of(cif), crystal::read_model(pdb, {}, log),
          crystal::read_model(cif, {}, log)};
}

std::vector<AtomLine> dipeptide() {
  const auto atom = [](const char* name, char altloc, const char* residue, const char* number,
                       const char* x, const char* occupancy, const char* element) {
    return AtomLine{name,    altloc,  residue,   "A",     number, x,
                    "5.000", "6.000", occupancy, "20.00", element};
  };
  std::vector<AtomLine> atoms = {atom(" N  ", ' ', "ALA", "  10 ", "1.000", "1.00", "N"),
                                 atom(" CA ", 'A', "ALA", "  10 ", "2.400", "0.60", "C"),
                                 atom(" CA ", 'B', "ALA", "  10 ", "2.500", "0.40", "C"),
                                 atom(" C  ", ' ', "ALA", "  10 ", "3.800", "1.00", "C"),
                                 atom(" N  ", ' ', "GLY", "  10A", "5.100", "1.00", "N"),
                                 atom(" CA ", ' ', "GLY", "  10A", "6.500", "1.00", "C")};
  AtomLine zinc{"ZN  ",  ' ',     " ZN",  "A",     " 100 ", "9.000",
                "9.000", "9.000", "0.50", "33.00", "ZN",    true};
  atoms.push_back(zinc);
  return atoms;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Atoms written as PDB and as mmCIF are read again as they were") {
  const Model model = model_of(test::pdb_text(dipeptide()));
  const Outputs out = write_both(model);
  for (const Model* read : {&out.from_pdb, &out.from_cif}) {
    REQUIRE(read->label == model.label);
    for (std::size_t i = 0; i < model.atoms.size(); ++i) {
      CHECK((read->atoms.xyz[i] - model.atoms.xyz[i]).norm() < 1e-9);
      CHECK(read->atoms.b[i] == Approx(model.atoms.b[i]));
      CHECK(read->atoms.occupancy[i] == Approx(model.atoms.occupancy[i]));
    }
    CHECK(read->atoms.element == model.atoms.element);
    CHECK(crystal::crystal_of(*read).cell.c == 50);
    CHECK(crystal::crystal_of(*read).space_group->xhm() == "P 21 21 21");
  }
}

TEST_CASE("The header states this refinement and no older one") {
  const std::string old =
      "REMARK   2 RESOLUTION.    1.90 ANGSTROMS.\n"
      "REMARK   3 REFINEMENT.\n"
      "REMARK   3   PROGRAM     : OLDPROG 1.0\n"
      "REMARK   3  FREE R VALUE                     : 0.999\n"
      "REMARK 280 CRYSTALLIZATION CONDITIONS: PEG\n";
  const Outputs out = write_both(model_of(old + test::pdb_text(dipeptide())));
  CHECK_FALSE(contains(out.pdb, "OLDPROG"));
  CHECK_FALSE(contains(out.cif, "OLDPROG"));
  CHECK(contains(out.pdb, "REMARK   3   PROGRAM     : Polyform 9.8.7"));
  CHECK(contains(out.pdb, "REMARK   3   FREE R VALUE                     :  0.2123"));
  CHECK(contains(out.pdb, "REMARK 280 CRYSTALLIZATION CONDITIONS: PEG"));
  CHECK(out.pdb.find("REMARK   2") < out.pdb.find("REMARK   3"));
  CHECK(out.pdb.find("REMARK   3 ") < out.pdb.find("REMARK 280"));
  auto block = *out.from_cif.source_block;
  const auto number = [&](const char* tag) { return std::stod(block.find_values(tag).at(0)); };
  CHECK(number("_refine.ls_R_factor_R_free") == Approx(0.2123));
  CHECK(number("_refine.ls_R_factor_R_work") == Approx(0.1812));
  CHECK(number("_refine.ls_d_res_high") == Approx(1.85));
  CHECK(number("_refine.ls_number_reflns_R_free") == 500);
  CHECK(number("_refine.solvent_model_param_ksol") == Approx(0.35));
  CHECK(number("_refine.aniso_B[2][2]") == Approx(-2));
  CHECK(out.from_cif.structure.meta.software.back().name == "Polyform");
  const auto& again = out.from_pdb.structure.meta.refinement.at(0);
  CHECK(again.r_free == Approx(0.2123));
  CHECK(again.mean_b == Approx(25.3));
}

TEST_CASE("Without a test set the header says so") {
  RefinementRecord r = record();
  r.n_test = 0;
  r.r_free = test::missing;
  const Model model = model_of(test::pdb_text(dipeptide()));
  const auto path = test::scratch() / "notest.pdb";
  write_pdb(model, crystal::crystal_of(model), r, path);
  CHECK(contains(test::content_of(path), "FREE R VALUE                     : NULL"));
}

TEST_CASE("Other records of the source stay, in the format's order") {
  const std::string header =
      "HEADER    HYDROLASE                               01-JAN-01   1ABC              \n"
      "TITLE     A TEST                                                                \n"
      "COMPND    MOL_ID: 1;                                                            \n"
      "AUTHOR    A.NOBODY                                                              \n"
      "JRNL        AUTH   A.NOBODY                                                     \n"
      "SEQRES   1 A    2  ALA GLY                                                      \n"
      "HETNAM      ZN ZINC ION                                                         \n"
      "LINK         N   ALA A  10                ZN    ZN A 100     1555   1555  2.10  \n";
  const Outputs out = write_both(model_of(header + test::pdb_text(dipeptide())));
  std::size_t last = 0;
  for (const char* start :
       {"HEADER    HYDROLASE", "TITLE     A TEST", "COMPND    MOL_ID", "AUTHOR    A.NOBODY",
        "JRNL        AUTH", "REMARK   3", "SEQRES   1 A    2  ALA GLY", "HETNAM      ZN",
        "LINK         N   ALA", "CRYST1", "ATOM ", "END"}) {
    INFO(start);
    const std::size_t at = out.pdb.find("\n" + std::string(start)) == std::string::npos
                               ? out.pdb.find(start)
                               : out.pdb.find("\n" + std::string(start)) + 1;
    REQUIRE(at != std::string::npos);
    CHECK(at >= last);
    last = at;
  }
  CHECK(out.from_cif.structure.connections.size() == 1);
  std::size_t width_80 = 0, lines = 0;
  for (std::size_t at = 0, end; (end = out.pdb.find('\n', at)) != std::string::npos;
       at = end + 1, ++lines)
    width_80 += end - at == 80 ? 1 : 0;
  CHECK(width_80 == lines);
}

TEST_CASE("CONECT records follow the new serial numbers") {
  // Atoms 2 and 7 of the source; a TER record shifts the zinc, hydrogens would shift the rest.
  std::string text = test::pdb_text(dipeptide());
  text.insert(text.find("HETATM"), "TER       7      GLY A  10A\n");
  text.insert(text.find("END"), "CONECT    7    1\nCONECT    7 9999\n");
  const Outputs out = write_both(model_of(text));
  CHECK(contains(out.pdb, "CONECT    8    1"));
  CHECK_FALSE(contains(out.pdb, "9999"));
  CHECK(contains(out.pdb, "HETATM    8 ZN "));
}

TEST_CASE("Categories of an mmCIF source stay, its old refinement goes") {
  const Model first = model_of(test::pdb_text(dipeptide()));
  std::string cif = write_both(first).cif;
  cif += "\n_made_up.item 'kept as it is'\n_refine_hist.cycle_id LAST\n";
  const Outputs out = write_both(model_of(cif, "source.cif"));
  CHECK(contains(out.cif, "kept as it is"));
  CHECK_FALSE(contains(out.cif, "_refine_hist"));
  CHECK(out.from_cif.label == first.label);
  std::size_t programs = 0;
  for (const auto& item : out.from_cif.structure.meta.software)
    programs += item.name == "Polyform" ? 1 : 0;
  CHECK(programs == 1);
}

TEST_CASE("TLS groups of the source are kept in both formats") {
  const std::string remark =
      "REMARK   3 REFINEMENT.\n"
      "REMARK   3  DATA USED IN REFINEMENT.\n"
      "REMARK   3  TLS DETAILS\n"
      "REMARK   3   TLS GROUP :     1\n"
      "REMARK   3    RESIDUE RANGE :   A     1        A   137\n"
      "REMARK   3      T11:   0.0161 T22:   0.0157\n"
      "REMARK   3  BULK SOLVENT MODELLING.\n"
      "REMARK   3   METHOD USED : OLDMASK\n";
  const Outputs out = write_both(model_of(remark + test::pdb_text(dipeptide())));
  CHECK(contains(out.pdb, "REMARK   3      T11:   0.0161 T22:   0.0157"));
  CHECK_FALSE(contains(out.pdb, "OLDMASK"));
  auto block = *out.from_cif.source_block;
  CHECK(std::stod(block.find_values("_pdbx_refine_tls.T[1][1]").at(0)) == Approx(0.0161));
  const Outputs again = write_both(out.from_cif);
  CHECK(contains(again.cif, "_pdbx_refine_tls.T[1][1]"));
}

TEST_CASE("Anisotropic atoms are written with ANISOU, isotropic ones without") {
  std::string text = test::pdb_text({AtomLine()});
  text.insert(text.find("END"),
              "ANISOU    1  CA  ALA A   1     1000   2000   3000    100    200    300       C  \n");
  Model model = model_of(text);
  const Outputs kept = write_both(model);
  CHECK(contains(kept.pdb, "ANISOU"));
  CHECK(kept.from_cif.atoms.is_anisotropic(0));
  crystal::Atoms isotropic = model.atoms;
  isotropic.u_aniso.clear();
  isotropic.b[0] = 31.25;
  isotropic.xyz[0] = {7, 8, 9};
  update_structure(model, isotropic);
  const Outputs changed = write_both(model);
  CHECK_FALSE(contains(changed.pdb, "ANISOU"));
  CHECK_FALSE(contains(changed.cif, "_atom_site_anisotrop"));
  CHECK(changed.from_pdb.atoms.b[0] == Approx(31.25));
  CHECK(changed.from_cif.atoms.xyz[0][1] == Approx(8));
}

TEST_CASE("A refined U is written in both formats, with the B that belongs to it") {
  Model model = model_of(test::pdb_text({AtomLine()}));
  crystal::Atoms refined = model.atoms;
  refined.u_aniso = {{0.11, 0.22, 0.33, 0.01, -0.02, 0.03}};
  refined.b = {base::b_of_u(0.22)};
  update_structure(model, refined);
  const Outputs out = write_both(model);
  for (const crystal::Atoms* atoms : {&out.from_pdb.atoms, &out.from_cif.atoms}) {
    REQUIRE(atoms->is_anisotropic(0));
    for (std::size_t k = 0; k < 6; ++k)
      CHECK(atoms->u_aniso[0][k] == Approx(refined.u_aniso[0][k]).margin(5e-5));
    CHECK(atoms->b[0] == Approx(refined.b[0]).margin(0.01));
  }
}

TEST_CASE("A model that the PDB format cannot hold is refused there and written as mmCIF") {
  std::string cif = write_both(model_of(test::pdb_text(dipeptide()))).cif;
  for (std::size_t at = 0; (at = cif.find(" A 1\n", at)) != std::string::npos; at += 7)
    cif.replace(at, 5, " AAA 1\n");
  const Model model = model_of(cif, "long.cif");
  CHECK_THAT(crystal::why_not_pdb(model),
             Catch::Contains("chain's name has more than two characters"));
  const auto crystal = crystal::crystal_of(model);
  CHECK_THAT(
      test::error_of([&] { write_pdb(model, crystal, record(), test::scratch() / "no.pdb"); }),
      Catch::Contains("does not fit the PDB format") && Catch::Contains("write mmCIF"));
  CHECK_FALSE(std::filesystem::exists(test::scratch() / "no.pdb"));
  write_mmcif(model, crystal, record(), test::scratch() / "yes.cif");
  base::Log log;
  CHECK(crystal::read_model(test::scratch() / "yes.cif", {}, log).label == model.label);
}

TEST_CASE("More than 99999 atoms fit a PDB file by hybrid-36 serial numbers") {
  std::vector<AtomLine> waters;
  AtomLine water{" O  ",  ' ',     "HOH",  "A",     "",  "1.000",
                 "5.000", "6.000", "1.00", "30.00", "O", true};
  for (int i = 0; i < 100005; ++i) {
    char number[8];
    std::snprintf(number, sizeof number, "%4d ", i % 9000 + 1);
    water.number = number;
    water.chain = std::string(1, static_cast<char>('A' + i / 9000));
    waters.push_back(water);
  }
  const Model model = model_of(test::pdb_text(waters));
  REQUIRE(model.atoms.size() == 100005);
  CHECK(crystal::why_not_pdb(model).empty());
  const auto path = test::scratch() / "many.pdb";
  write_pdb(model, crystal::crystal_of(model), record(), path);
  base::Log log;
  CHECK(crystal::read_model(path, {}, log).label == model.label);
}

TEST_CASE("An MTZ file holds what was given and has the same bytes every time") {
  const auto crystal = crystal::make_crystal(gemmi::UnitCell(70, 70, 90, 90, 90, 120), "R 3 :H");
  crystal::Reflections reflections;
  reflections.hkl = {{1, 1, 0}, {1, 1, 3}, {2, 1, 1}};
  const std::vector<crystal::Column> columns = {{"FP", 'F', {10.5, 20.25, test::missing}},
                                                {"SIGFP", 'Q', {1, 2, test::missing}},
                                                {"FREE", 'I', {0, 1, 1}},
                                                {"PHWT", 'P', {10, -20, 30}}};
  const auto path = test::scratch() / "out.mtz", again = test::scratch() / "again.mtz";
  write_mtz(crystal, reflections, 0.9795, columns, "a title", path);
  write_mtz(crystal, reflections, 0.9795, columns, "a title", again);
  CHECK(test::content_of(path) == test::content_of(again));
  base::Log log;
  crystal::DataOptions options;
  options.labels = {"FP", "SIGFP", "FREE"};
  options.free_value = 0;
  const crystal::Data data = crystal::read_reflections(path, options, 1, log);
  CHECK(data.space_group == "R 3:H");
  CHECK(data.wavelength == Approx(0.9795));
  CHECK(data.reflections.count(crystal::Use::test) == 1);
  CHECK(data.reflections.count(crystal::Use::work) == 1);
  CHECK(data.cell.gamma == 120);
}

TEST_CASE("A place that cannot be written to is named and nothing is left behind") {
  const Model model = model_of(test::pdb_text(dipeptide()));
  const auto crystal = crystal::crystal_of(model);
  const std::filesystem::path nowhere = test::scratch() / "not" / "there" / "out.pdb";
  CHECK_THAT(test::error_of([&] { write_pdb(model, crystal, record(), nowhere); }),
             Catch::Contains("cannot write") && Catch::Contains("out.pdb"));
  CHECK_THAT(test::error_of([&] { write_mmcif(model, crystal, record(), nowhere); }),
             Catch::Contains("cannot write"));
  CHECK_THAT(test::error_of([&] { write_mtz(crystal, {}, 0, {}, "", nowhere); }),
             Catch::Contains("cannot write"));
}
