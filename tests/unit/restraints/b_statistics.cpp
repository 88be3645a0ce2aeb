// SPDX-License-Identifier: MPL-2.0
// B values by group against sums over all pairs of atoms.
#include "polyform/restraints/b_statistics.hpp"

#include <cmath>
#include <set>

#include "support/catch.hpp"
#include "support/restrained_model.hpp"

using namespace polyform;
using restraints::AtomGroup;
using restraints::BStatistics;

namespace {

struct Pairs {
  double squares = 0;
  long count = 0;
  void add(double difference) {
    squares += difference * difference;
    ++count;
  }
  double rms() const { return std::sqrt(squares / static_cast<double>(count)); }
};

// Atoms nearer than any two that are not bonded: no hydrogens, no sulphur bridges in this protein.
std::vector<std::set<std::size_t>> bonded_by_distance(const crystal::Atoms& atoms) {
  std::vector<std::set<std::size_t>> partners(atoms.size());
  for (std::size_t i = 0; i < atoms.size(); ++i)
    for (std::size_t j = 0; j < atoms.size(); ++j) {
      const double longest = atoms.element[i] == 16 || atoms.element[j] == 16 ? 2.0 : 1.7;
      if (i != j && (atoms.xyz[i] - atoms.xyz[j]).norm() < longest) partners[i].insert(j);
    }
  return partners;
}

bool share_a_partner(const std::set<std::size_t>& a, const std::set<std::size_t>& b) {
  for (std::size_t i : a)
    if (b.contains(i)) return true;
  return false;
}

}  // namespace

TEST_CASE("B values of a protein: number, mean, spread, and differences between bonded atoms") {
  const test::RestrainedModel m = test::restrain(test::part_of_1cbs(1, 60));
  const crystal::Atoms& atoms = m.model.atoms;
  AtomGroup all{"all", std::vector<std::uint8_t>(atoms.size(), 1)}, even = all;
  even.name = "even residues";
  std::size_t at = 0;
  for (const gemmi::Residue& residue : m.model.structure.models[0].chains[0].residues)
    for (std::size_t k = 0; k < residue.atoms.size(); ++k)
      even.flags[at++] = *residue.seqid.num % 2 == 0 ? 1 : 0;

  const auto partners = bonded_by_distance(atoms);
  const auto found = restraints::b_statistics(m.lists, atoms.b, std::vector{all, even});
  REQUIRE(found.size() == 2);
  for (const AtomGroup& group : {all, even}) {
    INFO(group.name);
    const BStatistics& s = found[group.name == "all" ? 0 : 1];
    CHECK(s.group == group.name);
    double sum = 0, squares = 0, n = 0, lowest = 1e9, highest = -1e9;
    Pairs bonded, angle_related;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      if (!group.flags[i]) continue;
      ++n;
      sum += atoms.b[i];
      squares += atoms.b[i] * atoms.b[i];
      lowest = std::min(lowest, atoms.b[i]);
      highest = std::max(highest, atoms.b[i]);
      for (std::size_t j = 0; j < i; ++j) {
        if (!group.flags[j]) continue;
        if (partners[i].contains(j)) bonded.add(atoms.b[i] - atoms.b[j]);
        if (share_a_partner(partners[i], partners[j])) angle_related.add(atoms.b[i] - atoms.b[j]);
      }
    }
    CHECK(static_cast<double>(s.count) == n);
    CHECK(s.mean == Approx(sum / n));
    CHECK(s.sigma == Approx(std::sqrt(squares / n - sum / n * sum / n)));
    CHECK(s.lowest == lowest);
    CHECK(s.highest == highest);
    CHECK(s.bonded.count == bonded.count);
    CHECK(s.bonded.rms == Approx(bonded.rms()));
    CHECK(s.angle_related.count == angle_related.count);
    CHECK(s.angle_related.rms == Approx(angle_related.rms()));
  }
}

TEST_CASE("a group of no atoms, or of one, has no differences") {
  restraints::Lists lists;
  lists.bonds = {{{0, 1}, 1.5, 0.02, -1}};
  const std::vector<double> b = {10, 30};
  const auto found = restraints::b_statistics(
      lists, b, std::vector<AtomGroup>{{"none", {0, 0}}, {"first", {1, 0}}, {"both", {1, 1}}});
  CHECK(found[0].count == 0);
  CHECK(found[0].mean == 0);
  CHECK(found[1].mean == 10);
  CHECK(found[1].sigma == 0);
  CHECK(found[1].bonded.count == 0);
  CHECK(found[2].mean == 20);
  CHECK(found[2].sigma == 10);
  CHECK(found[2].bonded.rms == 20);
  CHECK(found[2].angle_related.count == 0);
}
