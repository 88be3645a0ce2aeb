// SPDX-License-Identifier: MPL-2.0
// OD1 of one copy may be OD2 of another.
#include "crystal/symmetric_ends.hpp"

#include <map>

#include "polyform/kernels/superposition.hpp"

namespace polyform::crystal {
namespace {

constexpr double clearly_nearer = 0.5;  // [A^2] of the sum of squared distances

// The name of an atom's twin, or "".
std::string twin_of(const std::string& residue, const std::string& atom) {
  static const std::map<std::string, std::map<std::string, std::string>> twins = {
      {"ASP", {{"OD1", "OD2"}, {"OD2", "OD1"}}},
      {"GLU", {{"OE1", "OE2"}, {"OE2", "OE1"}}},
      {"ARG", {{"NH1", "NH2"}, {"NH2", "NH1"}}},
      {"PHE", {{"CD1", "CD2"}, {"CD2", "CD1"}, {"CE1", "CE2"}, {"CE2", "CE1"}}},
      {"TYR", {{"CD1", "CD2"}, {"CD2", "CD1"}, {"CE1", "CE2"}, {"CE2", "CE1"}}}};
  const auto of_residue = twins.find(residue);
  if (of_residue == twins.end()) return "";
  const auto twin = of_residue->second.find(atom);
  return twin == of_residue->second.end() ? "" : twin->second;
}

struct Named {
  int number;  // of the residue in the model
  const gemmi::Residue* residue;
  const gemmi::Atom* atom;
};

std::vector<Named> named_atoms(const Model& model) {
  std::vector<Named> all;
  int number = 0;
  for (const gemmi::Chain& chain : model.structure.first_model().chains)
    for (const gemmi::Residue& residue : chain.residues) {
      for (const gemmi::Atom& atom : residue.atoms) all.push_back({number, &residue, &atom});
      ++number;
    }
  return all;
}

// Pairs of sites that are twins of one residue and conformer, by residue.
using Twins = std::vector<std::pair<std::size_t, std::size_t>>;

}  // namespace

std::vector<std::string> fit_symmetric_ends(const Model& first_model, const std::vector<int>& first,
                                            const Model& model, std::vector<int>& atoms) {
  const std::vector<Named> named = named_atoms(model);
  kernels::PairMoments pairs;
  std::map<std::pair<int, char>, std::map<std::string, std::size_t>> ends;
  const auto at = [](const Model& of, int atom) {
    return of.atoms.xyz[static_cast<std::size_t>(atom)];
  };
  for (std::size_t s = 0; s < atoms.size(); ++s) {
    if (atoms[s] < 0 || first[s] < 0) continue;
    const Named& here = named[static_cast<std::size_t>(atoms[s])];
    if (twin_of(here.residue->name, here.atom->name).empty())
      pairs.add(at(model, atoms[s]), at(first_model, first[s]), 1);
    else
      ends[{here.number, here.atom->altloc}][here.atom->name] = s;
  }
  if (pairs.weight < 3) return {};
  const kernels::RigidMotion motion = kernels::superpose(pairs);
  const auto apart2 = [&](std::size_t site, std::size_t mate) {
    return (motion(at(model, atoms[site])) - at(first_model, first[mate])).squaredNorm();
  };

  std::vector<std::string> exchanged;
  for (const auto& [where, sites] : ends) {
    Twins twins;
    double gain = 0;
    for (const auto& [name, site] : sites) {
      const Named& here = named[static_cast<std::size_t>(atoms[site])];
      const auto other = sites.find(twin_of(here.residue->name, name));
      if (other == sites.end() || other->second < site) continue;
      twins.emplace_back(site, other->second);
      gain += apart2(site, site) + apart2(other->second, other->second) -
              apart2(site, other->second) - apart2(other->second, site);
    }
    if (gain < clearly_nearer) continue;
    for (const auto& [a, b] : twins) std::swap(atoms[a], atoms[b]);
    exchanged.push_back(model.label[static_cast<std::size_t>(atoms[twins.front().first])]);
  }
  return exchanged;
}

}  // namespace polyform::crystal
