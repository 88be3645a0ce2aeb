// SPDX-License-Identifier: MPL-2.0
// Copies of a molecule: names, places, links.
#include "polyform/crystal/copies.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>
#include <set>

#include "polyform/crystal/write_files.hpp"
#include "support/catch.hpp"
#include "support/crystal_files.hpp"
#include "support/session.hpp"

using namespace polyform;
using crystal::Model;
using crystal::Motion;
using kernels::Mat3;
using kernels::Vec3;

namespace {

// Two chains, a disulphide between them, one within, and one to a symmetry mate.
Model molecule() {
  std::vector<test::AtomLine> atoms;
  for (const char* chain : {"A", "B"})
    for (int i = 1; i <= 3; ++i)
      for (const char* name : {" N  ", " CA ", " SG "}) {
        test::AtomLine atom;
        atom.name = name;
        atom.element = std::string(name).substr(1, 1);
        atom.residue = "CYS";
        atom.chain = chain;
        atom.number = "   " + std::to_string(i) + " ";
        atom.x = std::to_string(i * 2.5).substr(0, 5);
        atom.y = std::to_string(static_cast<double>(atoms.size())).substr(0, 5);
        atoms.push_back(atom);
      }
  std::string text = test::pdb_text(atoms);
  const std::string anisou =
      "ANISOU    1  N   CYS A   1     2000   3000   1000    500   -300    200       N  \n";
  const std::size_t second = text.find("ATOM", text.find("ATOM") + 4);
  text.insert(second, anisou);
  text.insert(text.find("CRYST1"),
              "SSBOND   1 CYS A    1    CYS B    1                          1555   1555  2.03  \n"
              "SSBOND   2 CYS A    2    CYS A    3                          1555   1555  2.03  \n"
              "SSBOND   3 CYS A    3    CYS A    3                          1555   2555  2.03  \n");
  base::Log silent;
  return crystal::read_model(test::written("molecule.pdb", text), {}, silent);
}

Motion turned() {
  Mat3 rotation;
  rotation << 0, -1, 0, 1, 0, 0, 0, 0, 1;
  return {rotation, {10, 20, 30}};
}

Vec3 principal(const kernels::Sym3& u) {
  return Eigen::SelfAdjointEigenSolver<Mat3>(kernels::matrix_of(u)).eigenvalues();
}

}  // namespace

TEST_CASE("a copy has chains of its own names, the molecule's shape, and its place") {
  const Model one = molecule();
  const std::vector<Motion> motions = {{}, turned()};
  const Model two = crystal::copies_of(one, motions);
  const std::size_t n = one.atoms.size();
  REQUIRE(two.atoms.size() == 2 * n);
  std::set<std::string> names, subchains;
  for (const gemmi::Chain& chain : two.structure.models[0].chains) {
    CHECK(names.insert(chain.name).second);
    CHECK(subchains.insert(chain.residues[0].subchain).second);
  }
  CHECK(names.size() == 4);
  for (std::size_t i = 0; i < n; ++i) {
    CHECK(two.atoms.xyz[i] == one.atoms.xyz[i]);
    const Vec3& x = one.atoms.xyz[i];
    CHECK((two.atoms.xyz[n + i] - Vec3(10 - x[1], 20 + x[0], 30 + x[2])).norm() < 1e-9);
    CHECK(two.atoms.element[n + i] == one.atoms.element[i]);
  }
}

TEST_CASE("U turns with the molecule") {
  const Model one = molecule();
  const std::vector<Motion> motions = {{}, turned()};
  const Model two = crystal::copies_of(one, motions);
  const std::size_t n = one.atoms.size();
  REQUIRE(two.atoms.is_anisotropic(n));
  CHECK((principal(two.atoms.u_aniso[n]) - principal(one.atoms.u_aniso[0])).norm() < 1e-6);
  // x and y are exchanged by the quarter turn about z.
  CHECK(two.atoms.u_aniso[n][0] == Approx(one.atoms.u_aniso[0][1]));
  CHECK(two.atoms.u_aniso[n][3] == Approx(-one.atoms.u_aniso[0][3]));
}

TEST_CASE("links go along with their copy; those to symmetry mates are left behind") {
  const Model one = molecule();
  REQUIRE(one.structure.connections.size() == 3);
  const std::vector<Motion> motions = {turned(), turned(), {}};
  const Model three = crystal::copies_of(one, motions);
  REQUIRE(three.structure.connections.size() == 6);
  std::set<std::string> link_names;
  for (const gemmi::Connection& link : three.structure.connections) {
    CHECK(link_names.insert(link.name).second);
    const auto first = three.structure.models[0].find_cra(link.partner1);
    const auto second = three.structure.models[0].find_cra(link.partner2);
    REQUIRE(first.atom);
    REQUIRE(second.atom);
    const auto of_one = [](const Model& model, const gemmi::Connection& c) {
      return model.structure.models[0]
          .find_cra(c.partner1)
          .atom->pos.dist(model.structure.models[0].find_cra(c.partner2).atom->pos);
    };
    const bool between = link.partner1.chain_name != link.partner2.chain_name;
    CHECK(first.atom->pos.dist(second.atom->pos) ==
          Approx(of_one(one, one.structure.connections[between ? 0 : 1])));
  }
}

TEST_CASE("copies come back from the files they are written to") {
  Model one = molecule();
  const std::vector<Motion> motions = {{}, turned()};
  Model two = crystal::copies_of(one, motions);
  crystal::forget_experiment(two);
  const auto crystal = crystal::crystal_of(one);
  base::Log silent;
  for (const char* name : {"copies.pdb", "copies.cif"}) {
    const auto path = test::scratch() / name;
    if (std::string(name).ends_with("pdb"))
      crystal::write_pdb(two, crystal, {}, path);
    else
      crystal::write_mmcif(two, crystal, {}, path);
    const Model again = crystal::read_model(path, {}, silent);
    CHECK(again.label == two.label);
    CHECK(again.structure.connections.size() == two.structure.connections.size());
    double apart = 0;
    for (std::size_t i = 0; i < two.atoms.size(); ++i)
      apart = std::max(apart, (again.atoms.xyz[i] - two.atoms.xyz[i]).norm());
    CHECK(apart < 0.001);
  }
}
