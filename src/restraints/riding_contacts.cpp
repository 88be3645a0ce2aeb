// SPDX-License-Identifier: MPL-2.0
// Riding hydrogens among the atoms that may touch.
#include "riding_contacts.hpp"

#include <algorithm>
#include <limits>

#include "bond_graph.hpp"

namespace polyform::restraints {
namespace {

constexpr float hydrogen_radius = 1.0F;        // [A]
constexpr float polar_hydrogen_reach = 0.35F;  // [A] as of hydrogens in atom_types.cpp
constexpr std::uint8_t nitrogen = 7;

std::size_t index(int id) { return static_cast<std::size_t>(id); }

// A row of the exclusions of the atoms alone.
std::span<const int> row(const std::vector<std::int64_t>& start, const std::vector<int>& partners,
                         std::size_t i) {
  return std::span(partners).subspan(static_cast<std::size_t>(start[i]),
                                     static_cast<std::size_t>(start[i + 1] - start[i]));
}

void append_row(std::vector<int>& partners, std::vector<std::int64_t>& start,
                std::vector<int> members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  partners.insert(partners.end(), members.begin(), members.end());
  start.push_back(static_cast<std::int64_t>(partners.size()));
}

// Pairs of atoms keep what they are; those with a hydrogen follow from the bonds between.
void extend_exclusions(Lists& lists, std::size_t n_atoms, std::size_t n_all) {
  const Lists before = lists;
  const BondGraph graph(lists.bonds, n_all);
  lists.excluded.clear();
  lists.softened.clear();
  lists.excluded_start.assign(1, 0);
  lists.softened_start.assign(1, 0);
  for (std::size_t i = 0; i < n_all; ++i) {
    std::vector<int> near, far;
    if (i < n_atoms) {
      const auto kept_near = row(before.excluded_start, before.excluded, i);
      const auto kept_far = row(before.softened_start, before.softened, i);
      near.assign(kept_near.begin(), kept_near.end());
      far.assign(kept_far.begin(), kept_far.end());
    }
    const auto with_hydrogen = [&](int j) {
      return j != static_cast<int>(i) && (i >= n_atoms || index(j) >= n_atoms);
    };
    std::vector<int> three_bonds;
    for (const int one : graph.neighbours(static_cast<int>(i))) {
      if (with_hydrogen(one)) near.push_back(one);
      for (const int two : graph.neighbours(one)) {
        if (with_hydrogen(two)) near.push_back(two);
        for (const int three : graph.neighbours(two))
          if (with_hydrogen(three)) three_bonds.push_back(three);
      }
    }
    for (const int three : three_bonds)
      if (std::find(near.begin(), near.end(), three) == near.end()) far.push_back(three);
    append_row(lists.excluded, lists.excluded_start, std::move(near));
    append_row(lists.softened, lists.softened_start, std::move(far));
  }
}

}  // namespace

RidingContacts::RidingContacts(const Lists& lists, const crystal::Atoms& atoms,
                               const RidingHydrogens& hydrogens, double shrink_14)
    : hydrogens_(hydrogens), lists_(lists), atoms_(atoms) {
  const std::size_t n = atoms.size();
  for (std::size_t k = 0; k < hydrogens.size(); ++k) {
    const int parent = hydrogens.parent[k];
    const std::size_t p = index(parent);
    const bool polar = atoms.element[p] == nitrogen;
    lists_.bonds.push_back({{parent, static_cast<int>(n + k)}, 1.0, 0.02});
    lists_.types[p].radius = lists_.types[p].bare_radius;
    AtomType type;
    type.radius = type.bare_radius = hydrogen_radius;
    type.ion_radius = std::numeric_limits<float>::quiet_NaN();
    type.hydrogen_bond_radius = polar_hydrogen_reach;
    type.hydrogen_bond = polar ? 'H' : 'N';
    lists_.types.push_back(type);
    lists_.molecule_kind.push_back(lists_.molecule_kind[p]);
    atoms_.xyz.push_back(atoms.xyz[p] + hydrogens.offset[k]);
    atoms_.element.push_back(1);
    atoms_.altloc.push_back(atoms.altloc[p]);
    atoms_.occupancy.push_back(atoms.occupancy[p]);
  }
  extend_exclusions(lists_, n, n + hydrogens.size());
  rules_ = std::make_unique<ContactRules>(lists_, atoms_, shrink_14);
}

std::vector<Vec3> RidingContacts::extended(std::span<const Vec3> xyz) const {
  std::vector<Vec3> all(xyz.begin(), xyz.end());
  for (std::size_t k = 0; k < hydrogens_.size(); ++k)
    all.push_back(xyz[index(hydrogens_.parent[k])] + hydrogens_.offset[k]);
  return all;
}

void RidingContacts::fold(const std::vector<Vec3>& of_all, std::span<Vec3> gradient) const {
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += of_all[i];
  for (std::size_t k = 0; k < hydrogens_.size(); ++k)
    gradient[index(hydrogens_.parent[k])] += of_all[gradient.size() + k];
}

int RidingContacts::parent(int i) const {
  const auto n = static_cast<int>(atoms_.size() - hydrogens_.size());
  return i < n ? i : hydrogens_.parent[index(i - n)];
}

}  // namespace polyform::restraints
