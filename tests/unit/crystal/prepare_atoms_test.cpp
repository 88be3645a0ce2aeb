// SPDX-License-Identifier: MPL-2.0
// Agreement of cells, hydrogens, anisotropic atoms, weights on special positions.
#include "polyform/crystal/model.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"

using namespace polyform;
using crystal::Crystal;
using crystal::Model;
using test::AtomLine;
using test::error_of;

namespace {

Model model_of(const std::string& text) {
  base::Log log;
  return crystal::read_model(test::written("prepare.pdb", text), {}, log);
}

Crystal cell(double a, double b, double c, double beta = 90, const char* symbol = "P 21 21 21") {
  return crystal::make_crystal(gemmi::UnitCell(a, b, c, 90, beta, 90), symbol);
}

AtomLine atom(const std::string& x, const std::string& y, const std::string& z,
              const std::string& occupancy, const std::string& number = "   1 ",
              char altloc = ' ') {
  return {" O  ", altloc, "HOH", "A", number, x, y, z, occupancy, "20.00", "O", true};
}

const std::array<double, 6> tetragonal = {45.5, 45.5, 33.2, 90, 90, 90};

Model prepared(const std::vector<AtomLine>& atoms, base::Log& log) {
  Model model = model_of(test::pdb_text(atoms, "P 4 2 2", tetragonal));
  crystal::prepare_atoms(model, crystal::crystal_of(model), 2.0, {}, log);
  return model;
}

std::string with_anisou(const std::string& values) {
  std::string text = test::pdb_text({AtomLine()});
  text.insert(text.find("END"), "ANISOU    1  CA  ALA A   1  " + values + "       C  \n");
  return text;
}
const std::string sensible = "   1000   2000   3000    100    200    300";
const std::string impossible = "   1000   2000   3000   9000    200    300";

}  // namespace

TEST_CASE("A small difference of cells is warned of and the data's cell counts") {
  const Model model = model_of(test::pdb_text({AtomLine()}));  // 30 40 50
  base::Log log;
  const Crystal agreed = agree_on_crystal(model, cell(30.1, 40.1, 50.1), "data.mtz", log);
  CHECK(agreed.cell.a == 30.1);
  REQUIRE(log.warnings().size() == 1);
  CHECK_THAT(log.warnings()[0], Catch::Contains("30.000 40.000 50.000") &&
                                    Catch::Contains("30.100 40.100 50.100") &&
                                    Catch::Contains("Cartesian coordinates are kept"));
  base::Log silent;
  agree_on_crystal(model, cell(30.001, 40.001, 50.001), "data.mtz", silent);
  CHECK(silent.warnings().empty());
}

TEST_CASE("Large differences of cells and other space groups stop, with both") {
  const Model model = model_of(test::pdb_text({AtomLine()}));
  base::Log log;
  const auto refusal = [&](const Crystal& data) {
    return error_of([&] { agree_on_crystal(model, data, "data.mtz", log); });
  };
  CHECK_THAT(refusal(cell(30.2, 40, 50)), Catch::Contains("30.200") && Catch::Contains("0.66 %"));
  CHECK_THAT(refusal(cell(30, 40, 50, 90, "P 21 21 2")),
             Catch::Contains("P 21 21 21") && Catch::Contains("P 21 21 2;"));
  CHECK_THAT(refusal(cell(30, 40, 50, 90, "P 1")), Catch::Contains("has P 1"));
}

TEST_CASE("Two settings of one group are told apart, two spellings are not") {
  base::Log log;
  const std::array<double, 6> hexagonal = {70, 70, 90, 90, 90, 120};
  const Model model = model_of(test::pdb_text({AtomLine()}, "H 3", hexagonal));
  const auto data = [](double a, double c, double alpha, double gamma, const char* symbol) {
    return crystal::make_crystal(gemmi::UnitCell(a, a, c, alpha, alpha, gamma), symbol);
  };
  CHECK_NOTHROW(agree_on_crystal(model, data(70, 90, 90, 120, "R 3 :H"), "data.mtz", log));
  CHECK_NOTHROW(agree_on_crystal(model, data(70, 90, 90, 120, "R 3"), "data.mtz", log));
  const std::string refusal = error_of(
      [&] { agree_on_crystal(model, data(50.3, 50.3, 88.2, 88.2, "R 3 :R"), "data.mtz", log); });
  CHECK_THAT(refusal, Catch::Contains("two settings of one group"));
  const Model monoclinic =
      model_of(test::pdb_text({AtomLine()}, "P 21", {30, 40, 50, 90, 100, 90}));
  CHECK_NOTHROW(agree_on_crystal(monoclinic, cell(30, 40, 50, 100, "P 1 21 1"), "data.mtz", log));
}

TEST_CASE("A chemical occupancy on an axis is divided by its order, a share is not") {
  test::RecordedLog recorded;
  const Model model = prepared({atom("0.000", "0.000", "7.000", "1.00", "   1 "),
                                atom("22.750", "22.750", "9.000", "0.25", "   2 "),
                                atom("0.050", "0.000", "12.000", "0.60", "   3 "),
                                atom("5.000", "9.000", "3.000", "1.00", "   4 ")},
                               recorded.log());
  const auto& atoms = model.atoms;
  REQUIRE(atoms.special.size() == 3);
  for (const auto& special : atoms.special) CHECK(special.order == 4);
  CHECK(atoms.weight[0] == Approx(0.25));
  CHECK(atoms.weight[1] == Approx(0.25));
  CHECK(atoms.weight[2] == Approx(0.15));
  CHECK(atoms.weight[3] == 1);
  CHECK(atoms.xyz[2][0] == Approx(0).margin(1e-12));  // moved onto the axis
  CHECK(model.structure.models[0].chains[0].residues[2].atoms[0].pos.x == Approx(0).margin(1e-12));
  CHECK(recorded.says("2 special positions with the chemical occupancy"));
  CHECK(recorded.says("1 special position with the asymmetric unit's share"));
}

TEST_CASE("Conformers of one atom on an axis count together") {
  base::Log log;
  // Both on the two-fold axis, half each: together more than a two-fold axis can hold.
  const Model both = prepared({atom("10.000", "10.000", "0.000", "0.50", "   1 ", 'A'),
                               atom("12.000", "12.000", "0.000", "0.50", "   1 ", 'B')},
                              log);
  CHECK(both.atoms.weight[0] == Approx(0.25));
  CHECK(both.atoms.weight[1] == Approx(0.25));
  // One on the axis as the unit's share of a half, one beside it.
  const Model one = prepared({atom("10.000", "10.000", "0.000", "0.25", "   1 ", 'A'),
                              atom("12.000", "13.000", "0.000", "0.50", "   1 ", 'B')},
                             log);
  CHECK(one.atoms.weight[0] == Approx(0.25));
}

TEST_CASE("An atom near another atom's image is no special position") {
  base::Log log;
  // Two half waters that clash across a two-fold axis: neither is near its own image.
  const Model model = prepared({atom("10.000", "10.900", "5.000", "0.50", "   1 "),
                                atom("10.900", "10.050", "-5.000", "0.50", "   2 ")},
                               log);
  CHECK(model.atoms.special.empty());
}

TEST_CASE("A full water that overlaps with its images lies on the axis, a half one beside it") {
  base::Log log;
  // 0.55 A from a two-fold axis along z = 0, 1.1 A from the image.
  const auto beside = [&](const char* occupancy, char altloc = ' ') {
    return prepared({atom("10.000", "10.000", "0.550", occupancy, "   1 ", altloc)}, log).atoms;
  };
  const auto full = beside("1.00");
  REQUIRE(full.special.size() == 1);
  CHECK(full.weight[0] == Approx(0.5));
  CHECK(full.xyz[0][2] == Approx(0).margin(1e-12));
  CHECK(beside("0.70").special.size() == 1);
  CHECK(beside("0.50").special.empty());
  CHECK(beside("0.50").weight[0] == Approx(0.5));
  CHECK(beside("0.50", 'A').special.empty());
  // 1.3 A from its image, a bad contact of two waters rather than one.
  CHECK(prepared({atom("10.000", "10.000", "0.650", "1.00")}, log).atoms.special.empty());
}

TEST_CASE("An atom with bonds does not leave its molecule for an axis") {
  base::Log log;
  AtomLine c = atom("10.000", "10.000", "0.550", "1.00");
  c.name = " C  ";
  c.element = "C";
  const Model model = prepared({c, atom("11.200", "10.000", "0.950", "1.00")}, log);
  CHECK(model.atoms.special.empty());
}

TEST_CASE("No distance, no special positions") {
  Model model =
      model_of(test::pdb_text({atom("10.000", "10.000", "0.100", "1.00")}, "P 4 2 2", tetragonal));
  crystal::ModelOptions options;
  options.special_position_distance = 0;
  base::Log log;
  crystal::prepare_atoms(model, crystal::crystal_of(model), 2.0, options, log);
  CHECK(model.atoms.special.empty());
}

TEST_CASE("Hydrogens are kept or left out of atoms and structure alike") {
  AtomLine h;
  h.name = " HA ";
  h.element = "H";
  Model model = model_of(test::pdb_text({AtomLine(), h}));
  Model without = model;
  base::Log log;
  crystal::ModelOptions keep;
  keep.hydrogens = "keep";
  crystal::prepare_atoms(model, crystal::crystal_of(model), 2.0, keep, log);
  CHECK(model.atoms.size() == 2);
  crystal::ModelOptions ignore;
  ignore.hydrogens = "ignore";
  crystal::prepare_atoms(without, crystal::crystal_of(without), 2.0, ignore, log);
  CHECK(without.atoms.size() == 1);
  CHECK(without.label.size() == 1);
  CHECK(without.structure.models[0].chains[0].residues[0].atoms.size() == 1);
}

TEST_CASE("Anisotropic atoms are kept at better than 1.5 A, else made isotropic") {
  const Model read = model_of(with_anisou(sensible));
  base::Log log;
  for (const double d_min : {1.2, 1.5, 1.6}) {
    Model model = read;
    crystal::prepare_atoms(model, crystal::crystal_of(model), d_min, {}, log);
    CHECK(model.atoms.u_aniso.empty() == (d_min > 1.5));
    CHECK(model.structure.models[0].chains[0].residues[0].atoms[0].aniso.nonzero() ==
          (d_min <= 1.5));
    CHECK(model.atoms.b[0] == Approx(15.79).epsilon(1e-3));
  }
  Model kept = read;
  crystal::ModelOptions keep;
  keep.anisotropic = "keep";
  crystal::prepare_atoms(kept, crystal::crystal_of(kept), 3.0, keep, log);
  CHECK(kept.atoms.is_anisotropic(0));
}

TEST_CASE("A U that is not positive definite is made isotropic with a warning") {
  Model model = model_of(with_anisou(impossible));
  base::Log log;
  crystal::prepare_atoms(model, crystal::crystal_of(model), 1.0, {}, log);
  CHECK_FALSE(model.atoms.is_anisotropic(0));
  REQUIRE(log.warnings().size() == 1);
  CHECK_THAT(log.warnings()[0], Catch::Contains("not positive definite in 1 atom"));
}
