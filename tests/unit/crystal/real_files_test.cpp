// SPDX-License-Identifier: MPL-2.0
// Real crystals: counts against their manifest, round trips, and files cut off at random places.
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "polyform/base/error.hpp"
#include "polyform/crystal/model.hpp"
#include "polyform/crystal/read_reflections.hpp"
#include "polyform/crystal/write_files.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/session.hpp"

using namespace polyform;
using crystal::Data;
using crystal::Model;
using crystal::Use;

namespace {

using Row = std::map<std::string, std::string>;

std::vector<Row> manifest() {
  std::ifstream stream(test::shared() / "data" / "MANIFEST.tsv");
  const auto fields = [](const std::string& line) {
    std::vector<std::string> result;
    std::istringstream text(line);
    for (std::string field; std::getline(text, field, '\t');) result.push_back(field);
    return result;
  };
  std::string line;
  std::getline(stream, line);
  const auto names = fields(line);
  std::vector<Row> rows;
  while (std::getline(stream, line)) {
    const auto values = fields(line);
    Row row;
    for (std::size_t i = 0; i < values.size() && i < names.size(); ++i) row[names[i]] = values[i];
    rows.push_back(row);
  }
  return rows;
}

// "FREER=0 (581 free)" gives 581, "none" 0.
long free_count(const std::string& text) {
  const auto at = text.find('(');
  return at == std::string::npos ? 0 : std::stol(text.substr(at + 1));
}

Model read_model(const std::string& name) {
  base::Log log;
  return crystal::read_model(test::shared_case(name, "model.pdb"), {}, log);
}

Data read_data(const std::string& name, const std::string& file = "data.mtz") {
  base::Log log;
  crystal::DataOptions options;
  // Its flag is 1 throughout: the structure has no test set.
  if (name == "sfc_1dur" && file == "data.mtz") options.labels = {"FP", "SIGFP", "none"};
  return crystal::read_reflections(test::shared_case(name, file), options, 1, log);
}

// Reading a damaged file must give a model (or data), or an error that names the file.
template <class Reader>
std::size_t read_damaged(const std::string& content, const std::string& name, Reader read) {
  const auto path = test::written(name, content);
  try {
    read(path);
    return 0;
  } catch (const base::InputError& error) {
    CHECK_THAT(error.what(), Catch::Contains(name));
    return 1;
  }
}

}  // namespace

TEST_CASE("Reflections, test sets, atoms and space groups are those of the manifest", "[shared]") {
  const auto rows = manifest();
  REQUIRE(rows.size() > 10);
  for (Row row : rows) {
    const std::string name = row["case"];
    INFO(name);
    const Data data = read_data(name);
    const Model model = read_model(name);
    CHECK(data.reflections.count(Use::work) + data.reflections.count(Use::test) ==
          std::stoul(row["n_refl"]));
    CHECK(data.reflections.count(Use::test) ==
          static_cast<std::size_t>(free_count(row["free_flag"])));
    CHECK(model.atoms.size() == std::stoul(row["n_atoms"]));
    CHECK(data.reflections.d_min() ==
          Approx(std::stod(row["resolution"].substr(row["resolution"].find('-') + 1)))
              .margin(0.0051));
    const auto crystal = crystal::make_crystal(data.cell, data.space_group);
    base::Log log;
    CHECK(agree_on_crystal(model, crystal, data.source, log).space_group->hm == row["space_group"]);
  }
}

TEST_CASE("Structure-factor mmCIF and MTZ of one deposition give the same data", "[shared]") {
  for (const std::string name : {"gb1_5bmi", "sfc_1dur"}) {
    INFO(name);
    const Data mtz = read_data(name), cif = read_data(name, "data-sf.cif");
    REQUIRE(mtz.reflections.hkl == cif.reflections.hkl);
    CHECK(mtz.reflections.use == cif.reflections.use);
    for (std::size_t i = 0; i < mtz.reflections.size(); ++i)
      if (mtz.reflections.use[i] != Use::unobserved)
        CHECK(mtz.reflections.f_obs[i] == Approx(cif.reflections.f_obs[i]).epsilon(1e-5));
  }
}

TEST_CASE("Real models survive writing and reading, as PDB and as mmCIF", "[shared]") {
  for (Row row : manifest()) {
    const std::string name = row["case"];
    INFO(name);
    const Model model = read_model(name);
    const auto crystal = crystal::crystal_of(model);
    const auto pdb = test::scratch() / "real.pdb", cif = test::scratch() / "real.cif";
    REQUIRE(crystal::why_not_pdb(model).empty());
    write_pdb(model, crystal, {}, pdb);
    write_mmcif(model, crystal, {}, cif);
    for (const auto& path : {pdb, cif}) {
      base::Log log;
      const Model again = crystal::read_model(path, {}, log);
      REQUIRE(again.label == model.label);
      CHECK(again.structure.connections.size() == model.structure.connections.size());
      for (std::size_t i = 0; i < model.atoms.size(); ++i) {
        REQUIRE((again.atoms.xyz[i] - model.atoms.xyz[i]).norm() < 1e-6);
        REQUIRE(std::abs(again.atoms.b[i] - model.atoms.b[i]) < 0.006);
        REQUIRE(again.atoms.element[i] == model.atoms.element[i]);
      }
      CHECK(again.structure.entities.size() > 0);
      for (const auto& chain : again.structure.models[0].chains)
        for (const auto& residue : chain.residues) REQUIRE_FALSE(residue.subchain.empty());
    }
  }
}

TEST_CASE("A real file cut off anywhere is read or refused, never a crash", "[shared]") {
  std::mt19937 random(5);
  std::size_t refused = 0;
  for (Row row : manifest()) {
    const std::string name = row["case"];
    INFO(name);
    const std::string model = test::content_of(test::shared_case(name, "model.pdb"));
    const std::string data = test::content_of(test::shared_case(name, "data.mtz"));
    base::Log log;
    const auto as_model = [&](const auto& path) { crystal::read_model(path, {}, log); };
    const auto as_data = [&](const auto& path) { crystal::read_reflections(path, {}, 1, log); };
    for (int trial = 0; trial < 4; ++trial) {
      const auto cut = [&](const std::string& content) {
        return content.substr(0, random() % content.size());
      };
      read_damaged(cut(model), "cut.pdb", as_model);
      refused += read_damaged(cut(data), "cut.mtz", as_data);
    }
    std::string late = data.substr(0, data.size() - 1 - random() % 1500);  // within the header
    refused += read_damaged(late, "late.mtz", as_data);
  }
  CHECK(refused >= 64);  // an MTZ file without its header cannot be read
}

TEST_CASE("Real files with changed bytes are read or refused, never a crash", "[shared]") {
  std::mt19937 random(6);
  for (const std::string name : {"gb1_5bmi", "lr_4gif", "nsf_1nsf"}) {
    INFO(name);
    base::Log log;
    const auto change = [&](std::string content, int n) {
      for (int i = 0; i < n; ++i)
        content[random() % content.size()] = static_cast<char>(random() % 256);
      return content;
    };
    const std::string model = test::content_of(test::shared_case(name, "model.pdb"));
    const std::string data = test::content_of(test::shared_case(name, "data.mtz"));
    for (int trial = 0; trial < 30; ++trial) {
      read_damaged(change(model, 20), "changed.pdb",
                   [&](const auto& path) { crystal::read_model(path, {}, log); });
      std::string damaged = change(data, 3);
      // The header is the end of the file; damage it more than chance would.
      for (int i = 0; i < 5; ++i)
        damaged[damaged.size() - 1 - random() % 1800] = static_cast<char>(random() % 256);
      read_damaged(damaged, "changed.mtz",
                   [&](const auto& path) { crystal::read_reflections(path, {}, 1, log); });
    }
  }
}

TEST_CASE("A real mmCIF with changed bytes or cut off is read or refused, never a crash",
          "[shared]") {
  std::mt19937 random(8);
  base::Log log;
  const Model model = read_model("gb1_5bmi");
  const auto path = test::scratch() / "whole.cif";
  write_mmcif(model, crystal::crystal_of(model), {}, path);
  const std::string cif = test::content_of(path);
  const std::string reflections = test::content_of(test::shared_case("gb1_5bmi", "data-sf.cif"));
  for (int trial = 0; trial < 60; ++trial) {
    const auto damage = [&](std::string content) {
      if (trial % 2) return content.substr(0, random() % content.size());
      for (int i = 0; i < 5; ++i)
        content[random() % content.size()] = static_cast<char>(random() % 256);
      return content;
    };
    read_damaged(damage(cif), "damaged.cif",
                 [&](const auto& file) { crystal::read_model(file, {}, log); });
    read_damaged(damage(reflections), "damaged-sf.cif",
                 [&](const auto& file) { crystal::read_reflections(file, {}, 1, log); });
  }
}

TEST_CASE("Traps of the real files: figures of merit typed F, calculated columns, no test set",
          "[shared]") {
  CHECK(read_data("p1_2oeq").amplitude_label == "FOBS");
  CHECK(read_data("dhfr_1rx2").amplitude_label == "FP");
  CHECK(read_data("dhfr_1rx2").free_convention == "none");
  CHECK(read_data("t4l_6pgy").free_value == 1);
  CHECK(read_data("nsf_1nsf").free_convention == "X-PLOR (test = 1)");
  CHECK(read_data("gamma_xesad").free_convention == "CCP4 (test = 0 of 0 to 19)");
  CHECK_FALSE(read_data("lr_5c11").from_intensities);
  CHECK(read_data("t4l_6pgz").from_intensities);
  const std::string refusal = test::error_of([] {
    base::Log log;
    crystal::read_reflections(test::shared_case("sfc_1dur", "data.mtz"), {}, 1, log);
  });
  CHECK_THAT(refusal, Catch::Contains("one value only"));
}

TEST_CASE("Waters of p53 on symmetry axes count once", "[shared]") {
  Model model = read_model("p53_1aie");
  base::Log log;
  crystal::prepare_atoms(model, crystal::crystal_of(model), 1.5, {}, log);
  REQUIRE_FALSE(model.atoms.special.empty());
  for (const auto& special : model.atoms.special) {
    const auto i = static_cast<std::size_t>(special.atom);
    CHECK(special.order * model.atoms.weight[i] <= 1.01);
  }
}

TEST_CASE("1CBS of Debian's packages is read, and written with its mmCIF categories") {
  const std::filesystem::path source = "/usr/share/doc/libcifpp-dev/examples/1cbs.cif.gz",
                              data = "/usr/share/doc/libpdb-redo-dev/examples/1cbs_map.mtz";
  if (!std::filesystem::exists(source) || !std::filesystem::exists(data)) {
    WARN("libcifpp-dev and libpdb-redo-dev are not installed");
    return;
  }
  base::Log log;
  const Model model = crystal::read_model(source, {}, log);
  const Data reflections = crystal::read_reflections(data, {}, 1, log);
  const auto crystal = agree_on_crystal(
      model, crystal::make_crystal(reflections.cell, reflections.space_group), "data", log);
  CHECK(model.atoms.size() == 1213);
  CHECK(reflections.amplitude_label == "FP");
  CHECK(reflections.free_convention == "CCP4 (test = 0)");
  const auto cif = test::scratch() / "1cbs.cif", pdb = test::scratch() / "1cbs.pdb";
  write_mmcif(model, crystal, {}, cif);
  write_pdb(model, crystal, {}, pdb);
  const Model again = crystal::read_model(cif, {}, log), plain = crystal::read_model(pdb, {}, log);
  CHECK(again.label == model.label);
  CHECK(plain.label == model.label);
  const auto categories = [](const Model& of) {
    gemmi::cif::Block block = *of.source_block;
    const auto names = block.get_mmcif_category_names();
    return std::set<std::string>(names.begin(), names.end());
  };
  const auto kept = categories(again);
  for (const std::string& category : categories(model)) {
    const bool of_refinement = category.find("_refine") == 0 || category == "_atom_site_anisotrop.";
    INFO(category);
    CHECK((of_refinement || kept.count(category) == 1));
  }
}
