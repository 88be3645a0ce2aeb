// SPDX-License-Identifier: MPL-2.0
// Hydrogens are placed on every atom that the dictionary gives them, where its geometry says.
#include "polyform/restraints/riding.hpp"

#include <cmath>
#include <gemmi/placeh.hpp>
#include <map>
#include <sstream>

#include "restraints/place_hydrogens.hpp"
#include "support/catch.hpp"
#include "support/restrained_model.hpp"

using namespace polyform;
using test::Vec3;

namespace {

struct Placed {
  crystal::Model model;
  restraints::RidingHydrogens hydrogens;
  std::map<std::string, std::vector<Vec3>> on;  ///< label of the parent: offsets [A]
};

const Placed& placed_on_1cbs() {
  static const Placed placed = [] {
    test::RestrainedModel m = test::restrain(test::retinoic_acid_binding_protein());
    base::Log silent;
    crystal::Dictionary dictionary =
        crystal::load_dictionary(m.model, test::debian_monomers(), silent);
    Placed p{m.model, restraints::place_riding_hydrogens(m.model, dictionary, m.crystal), {}};
    for (std::size_t k = 0; k < p.hydrogens.size(); ++k)
      p.on[p.model.label[static_cast<std::size_t>(p.hydrogens.parent[k])]].push_back(
          p.hydrogens.offset[k]);
    return p;
  }();
  return placed;
}

std::size_t hydrogens_on(const gemmi::Chain& chain, const gemmi::Residue& residue,
                         const char* atom) {
  const auto found = placed_on_1cbs().on.find(gemmi::atom_str(chain.name, residue, atom, '\0'));
  return found == placed_on_1cbs().on.end() ? 0 : found->second.size();
}

double angle(const Vec3& a, const Vec3& b) {
  return std::acos(a.dot(b) / (a.norm() * b.norm())) * 180 / M_PI;
}
Vec3 vector(const gemmi::Position& p) { return {p.x, p.y, p.z}; }

}  // namespace

TEST_CASE("Every peptide nitrogen but proline's has its hydrogen, in the plane, 0.86 A away") {
  int n_peptides = 0;
  const gemmi::Chain& chain = placed_on_1cbs().model.structure.models[0].chains[0];
  for (std::size_t i = 1; i < chain.residues.size(); ++i) {
    const gemmi::Residue& residue = chain.residues[i];
    const gemmi::Atom* n = residue.find_atom("N", '*');
    const gemmi::Atom* before = chain.residues[i - 1].find_atom("C", '*');
    if (n == nullptr || before == nullptr || n->pos.dist(before->pos) > 2) continue;
    const std::string label = gemmi::atom_str(chain.name, residue, "N", '\0');
    INFO(label);
    const bool proline = residue.name == "PRO";
    REQUIRE(hydrogens_on(chain, residue, "N") == (proline ? 0 : 1));
    if (proline) continue;
    ++n_peptides;
    const Vec3 to_h = placed_on_1cbs().on.at(label)[0];
    const Vec3 to_c = vector(before->pos) - vector(n->pos);
    const Vec3 to_ca = vector(residue.find_atom("CA", '*')->pos) - vector(n->pos);
    CHECK(to_h.norm() == Approx(0.86).margin(0.005));
    CHECK(angle(to_h, to_c) + angle(to_h, to_ca) + angle(to_c, to_ca) == Approx(360).margin(0.5));
    CHECK(angle(to_h, to_c) > 115);
    CHECK(angle(to_h, to_ca) > 105);
  }
  CHECK(n_peptides > 120);
}

TEST_CASE("Carbons and side-chain nitrogens have as many hydrogens as the chemistry says") {
  const std::map<std::string, std::vector<std::pair<const char*, std::size_t>>> expected = {
      {"ALA", {{"CA", 1}, {"CB", 3}}},
      {"GLY", {{"CA", 2}}},
      {"VAL", {{"CB", 1}, {"CG1", 3}, {"CG2", 3}}},
      {"LYS", {{"CB", 2}, {"CE", 2}, {"NZ", 3}}},
      {"ARG", {{"CD", 2}, {"NE", 1}, {"NH1", 2}, {"NH2", 2}}},
      {"ASN", {{"CB", 2}, {"CG", 0}, {"ND2", 2}}},
      {"TRP", {{"CD1", 1}, {"CD2", 0}, {"NE1", 1}, {"CH2", 1}}},
      {"PHE", {{"CG", 0}, {"CZ", 1}}},
      {"PRO", {{"CA", 1}, {"CD", 2}}},
      {"SER", {{"CB", 2}, {"OG", 0}}},
      {"THR", {{"CB", 1}, {"OG1", 0}, {"CG2", 3}}},
      {"HOH", {{"O", 0}}}};
  std::map<std::string, int> seen;
  for (const gemmi::Chain& chain : placed_on_1cbs().model.structure.models[0].chains)
    for (const gemmi::Residue& residue : chain.residues) {
      const auto found = expected.find(residue.name);
      if (found == expected.end()) continue;
      ++seen[residue.name];
      for (const auto& [atom, n] : found->second) {
        INFO(residue.str() << " " << atom);
        if (residue.find_atom(atom, '*') != nullptr) CHECK(hydrogens_on(chain, residue, atom) == n);
      }
    }
  CHECK(seen.size() == expected.size());
}

TEST_CASE("Hydrogens stand off the atoms beside their parents") {
  const Placed& p = placed_on_1cbs();
  for (std::size_t k = 0; k < p.hydrogens.size(); ++k) {
    const auto parent = static_cast<std::size_t>(p.hydrogens.parent[k]);
    const double length = p.hydrogens.offset[k].norm();
    INFO(p.model.label[parent]);
    CHECK(length > 0.8);
    CHECK(length < 1.1);
    const Vec3 h = p.model.atoms.xyz[parent] + p.hydrogens.offset[k];
    for (std::size_t i = 0; i < p.model.atoms.size(); ++i)
      if (i != parent && p.model.atoms.altloc[i] == p.model.atoms.altloc[parent])
        if ((p.model.atoms.xyz[i] - h).squaredNorm() < 1.4 * 1.4) FAIL(p.model.label[i]);
  }
}

TEST_CASE("Riding hydrogens that touch push their parents apart, as their gradient says") {
  const test::RestrainedModel m = test::restrain(test::retinoic_acid_binding_protein());
  restraints::ChemistryOptions options;
  options.bond = options.angl = options.dihe = options.impr = 0;
  options.hold_sigma = 0;
  options.hydrogen_contacts = true;
  restraints::Chemistry chemistry(m.lists, m.crystal, m.model.atoms, options, 0, 1);
  chemistry.set_hydrogens(placed_on_1cbs().hydrogens);
  const std::vector<Vec3> xyz = test::shaken(m.model.atoms.xyz, 0.15, 3);
  const auto energy = [&](const std::vector<Vec3>& at, std::vector<Vec3>& gradient) {
    gradient.assign(at.size(), Vec3::Zero());
    return chemistry.evaluate(at, gradient).vdw;
  };
  std::vector<Vec3> gradient, ignored;
  const double here = energy(xyz, gradient);
  CHECK(here > 0);
  // Along the gradient itself: dE = |g|^2 dt.
  double square = 0;
  for (const Vec3& g : gradient) square += g.squaredNorm();
  const double step = 1e-7;
  std::vector<Vec3> up = xyz, down = xyz;
  for (std::size_t i = 0; i < xyz.size(); ++i) {
    up[i] += step * gradient[i];
    down[i] -= step * gradient[i];
  }
  CHECK((energy(up, ignored) - energy(down, ignored)) / (2 * step) == Approx(square).epsilon(1e-4));

  // Two and three ranks have the same sum.
  for (int shares : {2, 3}) {
    double sum = 0;
    for (int share = 0; share < shares; ++share) {
      restraints::Chemistry part(m.lists, m.crystal, m.model.atoms, options, share, shares);
      part.set_hydrogens(placed_on_1cbs().hydrogens);
      ignored.assign(xyz.size(), Vec3::Zero());
      sum += part.evaluate(xyz, ignored).vdw;
    }
    CHECK(sum == Approx(here).epsilon(1e-10));
  }
}

TEST_CASE("Hydrogens of bonded neighbours do not repel each other, those of strangers do") {
  // In the deposited protein few hydrogens overlap; with every contact of bonded atoms counted the
  // energy would be tens of times higher.
  const test::RestrainedModel m = test::restrain(test::retinoic_acid_binding_protein());
  restraints::ChemistryOptions options;
  options.hydrogen_contacts = true;
  restraints::Chemistry chemistry(m.lists, m.crystal, m.model.atoms, options, 0, 1);
  std::vector<Vec3> gradient(m.model.atoms.size(), Vec3::Zero());
  const double united = chemistry.evaluate(m.model.atoms.xyz, gradient).vdw;
  chemistry.set_hydrogens(placed_on_1cbs().hydrogens);
  const double with_hydrogens = chemistry.evaluate(m.model.atoms.xyz, gradient).vdw;
  const auto n = static_cast<double>(placed_on_1cbs().hydrogens.size());
  CHECK(with_hydrogens < 3 * united);
  CHECK(with_hydrogens / n < 1.0);
}

TEST_CASE("hydrogens placed residue by residue are where gemmi puts them") {
  gemmi::Structure st = placed_on_1cbs().model.structure;
  base::Log silent;
  crystal::Dictionary dictionary =
      crystal::load_dictionary(placed_on_1cbs().model, test::debian_monomers(), silent);
  std::ostringstream told;
  const std::unique_ptr<gemmi::Topo> topo = gemmi::prepare_topology(
      st, dictionary.library, 0, gemmi::HydrogenChange::ReAddButWater, true, &told);
  std::vector<gemmi::Position> by_gemmi;
  for (gemmi::CRA cra : st.models[0].all())
    if (cra.atom->is_hydrogen()) {
      by_gemmi.push_back(cra.atom->pos);
      cra.atom->pos = gemmi::Position(0, 0, 0);
    }
  REQUIRE(by_gemmi.size() > 1000);
  restraints::place_hydrogens_by_residue(*topo);
  std::size_t k = 0, elsewhere = 0;
  for (gemmi::CRA cra : st.models[0].all())
    if (cra.atom->is_hydrogen() && cra.atom->occ > 0)
      elsewhere += cra.atom->pos.dist(by_gemmi[k++]) > 1e-9;
    else if (cra.atom->is_hydrogen())
      ++k;
  CHECK(elsewhere == 0);
  CHECK(topo->bonds.size() > by_gemmi.size());
  CHECK_FALSE(topo->bond_index.empty());
}
