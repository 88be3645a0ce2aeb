// SPDX-License-Identifier: MPL-2.0
// NCS groups found in models by their sequences.
#include "app/find_groups.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/crystal/pair_copies.hpp"
#include "polyform/crystal/selection.hpp"
#include "polyform/restraints/ncs.hpp"

namespace polyform::app {
namespace {

constexpr double differs = 1.0, medians = 3.0;  // [A], and times the median
constexpr double elsewhere = 3.0;               // [A] as of a segment swapped with a neighbour
constexpr double nearly_whole = 0.9;
constexpr double most_left_out = 1.0 / 3;  // else the copies are of two conformations
constexpr long least_residues = 20, least_nucleotides = 8;

// A chain of one of the forms.
struct Chain {
  std::size_t form, number;  // number: counted through all forms
  std::string name;
  crystal::AtomFlags polymer;  // its atoms of residues that are bonded on
  long residues = 0;
  bool nucleic = false;
};

// Chain names that the language of selections would take for something else stand in quotes.
std::string quoted(const std::string& name) {
  static const std::vector<std::string> words = {"and", "or", "not"};
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0;
  });
  return plain && std::find(words.begin(), words.end(), name) == words.end() ? name
                                                                             : "'" + name + "'";
}

std::vector<Chain> chains_of(const std::vector<NamedModel>& forms) {
  std::vector<Chain> chains;
  for (std::size_t f = 0; f < forms.size(); ++f) {
    const crystal::Model& model = *forms[f].model;
    const auto protein = crystal::select_atoms(model, "protein");
    const auto nucleic = crystal::select_atoms(model, "nucleic");
    std::size_t atom = 0;
    for (const gemmi::Chain& of : model.structure.models.front().chains) {
      Chain chain{f, chains.size(), of.name, crystal::AtomFlags(model.atoms.size(), 0)};
      for (const gemmi::Residue& residue : of.residues) {
        const bool counts = !residue.atoms.empty() && (protein[atom] || nucleic[atom]);
        if (counts) {
          ++chain.residues;
          chain.nucleic = nucleic[atom];
          std::fill_n(chain.polymer.begin() + static_cast<std::ptrdiff_t>(atom),
                      residue.atoms.size(), 1);
        }
        atom += residue.atoms.size();
      }
      if (chain.residues > 0) chains.push_back(std::move(chain));
    }
  }
  return chains;
}

crystal::CopyAtoms copy_of(const Chain& chain, const std::vector<NamedModel>& forms) {
  return {forms[chain.form].form + "/" + chain.name, forms[chain.form].model, chain.polymer};
}

// Are two chains copies of each other?
bool alike(const Chain& a, const Chain& b, const std::vector<NamedModel>& forms,
           double least_identity) {
  if (a.nucleic != b.nucleic) return false;
  // A peptide beside a protein is alike by chance.
  const long shorter = std::min(a.residues, b.residues), longer = std::max(a.residues, b.residues);
  const long least = std::min((longer + 1) / 2, a.nucleic ? least_nucleotides : least_residues);
  try {
    const crystal::Pairing pairing =
        crystal::pair_copies("", {copy_of(a, forms), copy_of(b, forms)}, least_identity);
    const long paired = pairing.reports[1].residues;
    return paired >= least && 2 * paired >= shorter;
  } catch (const base::InputError&) {
    return false;  // unlike sequences
  }
}

// In the order of the forms, but for a whole chain in front: sites are those of the first copy.
void bring_whole_chain_forward(std::vector<Chain>& members) {
  std::sort(members.begin(), members.end(),
            [](const Chain& a, const Chain& b) { return a.number < b.number; });
  long longest = 0;
  for (const Chain& each : members) longest = std::max(longest, each.residues);
  const auto whole = std::find_if(members.begin(), members.end(), [&](const Chain& each) {
    return static_cast<double>(each.residues) >= nearly_whole * static_cast<double>(longest);
  });
  std::rotate(members.begin(), whole, whole + 1);
}

std::vector<std::vector<Chain>> families(const std::vector<NamedModel>& forms,
                                         double least_identity) {
  std::vector<std::vector<Chain>> found;
  std::vector<Chain> chains = chains_of(forms);
  std::stable_sort(chains.begin(), chains.end(),
                   [](const Chain& a, const Chain& b) { return a.residues > b.residues; });
  for (Chain& chain : chains) {
    const auto family = std::find_if(found.begin(), found.end(), [&](const auto& members) {
      return alike(members.front(), chain, forms, least_identity);
    });
    if (family == found.end())
      found.push_back({std::move(chain)});
    else
      family->push_back(std::move(chain));
  }
  std::erase_if(found, [](const auto& members) { return members.size() < 2; });
  for (std::vector<Chain>& members : found) bring_whole_chain_forward(members);
  return found;
}

// Sites, and where their atoms are, all forms' atoms after one another.
struct Superposed {
  crystal::Pairing pairing;
  restraints::NcsReport plain, robust;
};

Superposed superpose(const std::vector<Chain>& members, const std::vector<NamedModel>& forms,
                     double least_identity) {
  std::vector<int> first = {0};
  std::vector<double> x, b;
  for (const NamedModel& form : forms) {
    const crystal::Atoms& atoms = form.model->atoms;
    first.push_back(first.back() + static_cast<int>(atoms.size()));
    for (const kernels::Vec3& place : atoms.xyz) x.insert(x.end(), place.begin(), place.end());
    b.insert(b.end(), atoms.b.begin(), atoms.b.end());
  }
  std::vector<crystal::CopyAtoms> copies;
  for (const Chain& member : members) copies.push_back(copy_of(member, forms));
  Superposed found;
  found.pairing = crystal::pair_copies("found", copies, least_identity);
  restraints::NcsGroup group;
  for (std::size_t c = 0; c < members.size(); ++c) {
    restraints::NcsCopy& copy = group.copies.emplace_back();
    for (int atom : found.pairing.atoms[c])
      copy.atoms.push_back(atom < 0 ? -1 : first[members[c].form] + atom);
  }
  found.plain = restraints::NcsRestraint(group).report(x, b);
  group.let_go = differs;
  found.robust = restraints::NcsRestraint(group).report(x, b);
  return found;
}

// Of the first copy's residues: number with insertion code, and the largest distance of a copy's
// main chain (CA; C1' of nucleic acids) from the mean.
struct ByResidue {
  std::vector<std::string> numbers;
  std::vector<double> apart;
};

ByResidue by_residue(const Chain& chain, const crystal::Model& model, const Superposed& found) {
  std::map<int, std::size_t> site_of;
  for (std::size_t s = 0; s < found.pairing.atoms[0].size(); ++s)
    site_of[found.pairing.atoms[0][s]] = s;
  ByResidue list;
  int atom = 0;
  for (const gemmi::Chain& of : model.structure.models.front().chains)
    for (const gemmi::Residue& residue : of.residues) {
      double apart = std::numeric_limits<double>::quiet_NaN();
      const bool here = of.name == chain.name && chain.polymer[static_cast<std::size_t>(atom)];
      for (const gemmi::Atom& each : residue.atoms) {
        const auto site = site_of.find(atom++);
        if (site == site_of.end() || (each.name != "CA" && each.name != "C1'")) continue;
        for (const std::vector<double>& of_copy : found.robust.apart)
          if (!std::isnan(of_copy[site->second])) apart = std::fmax(apart, of_copy[site->second]);
      }
      if (!here) continue;
      list.numbers.push_back(residue.seqid.str());
      list.apart.push_back(apart);
    }
  return list;
}

// Forces that lowered R-free most on the crystals of docs/guide/results.md. B of copies in one
// crystal differ with their surroundings; across forms the better data help.
void hold_by_distances(refine::NcsGroupOptions& group, bool across_forms) {
  group.local = 4.2;
  group.force = across_forms ? 10 : 20;
  group.b_force = across_forms ? 0.02 : 0;
  group.let_go = 0.5;
}

std::string told_of(std::size_t n, double beyond, const char* what, const std::string& ranges) {
  return base::format("\n  %zu residue%s further than %g A from the mean %s: %s", n,
                      n == 1 ? "" : "s", beyond, what, ranges.c_str());
}

FoundGroup made_group(const std::vector<Chain>& members, const std::vector<NamedModel>& forms,
                      const std::string& name, double least_identity, HoldCopies how) {
  const Superposed found = superpose(members, forms, least_identity);
  const Chain& first = members.front();
  const ByResidue residues = by_residue(first, *forms[first.form].model, found);
  const std::vector<std::size_t> unlike = outliers(residues.apart);
  FoundGroup group;
  group.options.name = name;
  group.told = base::format("%s: %zu copies, r.m.s. %.2f A about the mean, %.2f A robustly",
                            name.c_str(), members.size(), found.plain.rms, found.robust.rms);
  for (std::size_t c = 0; c < members.size(); ++c) {
    refine::NcsCopyOptions& copy = group.options.copies.emplace_back();
    const crystal::PairingReport& paired = found.pairing.reports[c];
    copy.name = paired.copy;
    copy.form = forms[members[c].form].form;
    copy.atoms = base::Selection{"chain " + quoted(members[c].name) + " and polymer"};
    group.told += base::format("\n  %s: %ld of %ld residues, %zu of unlike kind, r.m.s. %.2f A",
                               copy.name.c_str(), paired.residues, members[c].residues,
                               paired.mutations.size(), found.plain.copy_rms[c]);
  }
  const auto ranges = [&](const std::vector<std::size_t>& of) {
    return residue_ranges(quoted(first.name), residues.numbers, of);
  };
  // Distances within what moved as a whole stay alike; what is elsewhere has other neighbours.
  std::vector<std::size_t> left_out = unlike;
  if (static_cast<double>(unlike.size()) >
      most_left_out * static_cast<double>(residues.apart.size()))
    how = HoldCopies::by_distances;
  if (how == HoldCopies::by_distances) {
    hold_by_distances(group.options, std::any_of(members.begin(), members.end(), [&](auto& each) {
                        return each.form != first.form;
                      }));
    std::erase_if(left_out, [&](std::size_t i) { return residues.apart[i] < elsewhere; });
    if (unlike.size() > left_out.size())
      group.told += told_of(unlike.size(), differs, "may let go", ranges(unlike));
  }
  if (!left_out.empty()) {
    group.options.exclude = base::Selection{"residues " + ranges(left_out)};
    group.told += told_of(left_out.size(), how == HoldCopies::superposed ? differs : elsewhere,
                          "left out", ranges(left_out));
  }
  return group;
}

}  // namespace

std::vector<FoundGroup> find_groups(const std::vector<NamedModel>& forms, double least_identity,
                                    HoldCopies hold) {
  std::vector<FoundGroup> groups;
  for (const std::vector<Chain>& members : families(forms, least_identity)) {
    const std::string kind = members.front().nucleic ? "nucleic" : "protein";
    groups.push_back(made_group(members, forms, kind + "_" + std::to_string(groups.size() + 1),
                                least_identity, hold));
  }
  return groups;
}

std::vector<std::size_t> outliers(const std::vector<double>& apart) {
  std::vector<double> known;
  std::copy_if(apart.begin(), apart.end(), std::back_inserter(known),
               [](double d) { return !std::isnan(d); });
  if (known.empty()) return {};
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::nth_element(known.begin(), middle, known.end());
  const double limit = std::max(differs, medians * *middle);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < apart.size(); ++i)
    if (apart[i] > limit) found.push_back(i);
  return found;
}

std::string residue_ranges(const std::string& chain, const std::vector<std::string>& numbers,
                           const std::vector<std::size_t>& chosen) {
  // Runs are of numbers that follow each other, without insertion codes.
  const auto follows = [&](std::size_t next, std::size_t before) {
    const auto plain = [](const std::string& number) {
      return std::all_of(number.begin(), number.end(),
                         [](unsigned char c) { return std::isdigit(c) != 0 || c == '-'; });
    };
    return next == before + 1 && plain(numbers[next]) && plain(numbers[before]) &&
           std::stoi(numbers[next]) == std::stoi(numbers[before]) + 1;
  };
  std::string text = chain;
  for (std::size_t i = 0; i < chosen.size();) {
    std::size_t last = i;
    while (last + 1 < chosen.size() && follows(chosen[last + 1], chosen[last])) ++last;
    text += " " + numbers[chosen[i]];
    if (last > i) text += "-" + numbers[chosen[last]];
    i = last + 1;
  }
  return text;
}

}  // namespace polyform::app
