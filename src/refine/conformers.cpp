// SPDX-License-Identifier: MPL-2.0
// Alternate conformers, by residue and bond.
#include "refine/conformers.hpp"

#include <map>
#include <numeric>
#include <set>

namespace polyform::refine {
namespace {

using Letters = std::set<char>;

std::map<int, Letters> letters_of_residues(const FormInput& form) {
  std::map<int, Letters> letters;
  for (std::size_t i = 0; i < form.atoms.size(); ++i)
    if (form.atoms.altloc[i] != '\0') letters[form.residue[i]].insert(form.atoms.altloc[i]);
  return letters;
}

// Residues that belong together: each names one of them, the same for all of a stretch.
class Stretches {
 public:
  explicit Stretches(int n) : parent_(static_cast<std::size_t>(n)) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  int of(int residue) {
    while (at(residue) != residue) residue = at(residue) = at(at(residue));
    return residue;
  }
  void join(int a, int b) { at(of(a)) = of(b); }

 private:
  int& at(int residue) { return parent_[static_cast<std::size_t>(residue)]; }
  std::vector<int> parent_;
};

}  // namespace

std::vector<ConformerSet> find_conformers(const FormInput& form,
                                          const std::vector<restraints::Bond>& bonds) {
  const std::map<int, Letters> letters = letters_of_residues(form);
  int n_residues = 0;
  for (int residue : form.residue) n_residues = std::max(n_residues, residue + 1);
  Stretches stretches(n_residues);
  for (const restraints::Bond& bond : bonds) {
    const auto i = static_cast<std::size_t>(bond.atom[0]),
               j = static_cast<std::size_t>(bond.atom[1]);
    const bool both = form.atoms.altloc[i] != '\0' && form.atoms.altloc[j] != '\0';
    if (!both || bond.image >= 0) continue;
    if (letters.at(form.residue[i]) == letters.at(form.residue[j]))
      stretches.join(form.residue[i], form.residue[j]);
  }
  std::map<int, std::map<char, std::vector<std::size_t>>> found;
  for (std::size_t i = 0; i < form.atoms.size(); ++i)
    if (form.atoms.altloc[i] != '\0')
      found[stretches.of(form.residue[i])][form.atoms.altloc[i]].push_back(i);
  std::vector<ConformerSet> sets;
  for (auto& [stretch, by_letter] : found) {
    if (by_letter.size() < 2) continue;
    ConformerSet& set = sets.emplace_back();
    for (auto& [letter, atoms] : by_letter) set.push_back(std::move(atoms));
  }
  return sets;
}

}  // namespace polyform::refine
