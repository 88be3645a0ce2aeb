// SPDX-License-Identifier: MPL-2.0
// What is free in a minimisation of positions or B values.
#include "refine/free_parameters.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "polyform/base/units.hpp"
#include "refine/b_groups.hpp"
#include "refine/values.hpp"

namespace polyform::refine {
namespace {

constexpr int fixed = Parametrisation::fixed;
constexpr double b_of_a_step = 40;  // [A^2] as far as 1 A

// How one atom's B is grouped.
struct Rule {
  int definition = 0;  // 0: the general one, then those of b_factors.groups
  const std::string* by = nullptr;
  double force = -1;
};

std::vector<Rule> rules_of(const FormInput& form, const BFactorOptions& options) {
  std::vector<Rule> rules(form.atoms.size(), {0, &options.define, options.group});
  for (std::size_t g = 0; g < options.groups.size(); ++g) {
    const BGroupOptions& own = options.groups[g];
    const auto flags = form.atoms_in(own.atoms);
    for (std::size_t i = 0; i < rules.size(); ++i)
      if (flags[i]) rules[i] = {static_cast<int>(g) + 1, &own.by, own.force};
  }
  return rules;
}

// What the atoms of a group have in common: form, definition, and residue, chain or atom.
using GroupKey = std::tuple<std::size_t, int, int>;

GroupKey key_of(const FormInput& form, std::size_t form_number, const Rule& rule, std::size_t i) {
  int which = 0;
  if (*rule.by == "SINGLE") which = static_cast<int>(i);
  if (*rule.by == "RESIDUE") which = form.residue[i];
  if (*rule.by == "SEGMENT") which = form.segment[i];
  return {form_number, rule.definition, which};
}

// Parameters that no atom follows any more are left out.
void number_anew(BGroups& groups) {
  std::vector<int> number(static_cast<std::size_t>(groups.n_free), fixed);
  groups.n_free = 0;
  for (int& parameter : groups.parameter_of) {
    if (parameter == fixed) continue;
    int& known = number[static_cast<std::size_t>(parameter)];
    if (known == fixed) known = groups.n_free++;
    parameter = known;
  }
}

// Atoms of all forms, one form after another.
std::vector<char> conformers(const Ensemble& ensemble) {
  std::vector<char> all;
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f) {
    const std::vector<char>& altloc = ensemble.input(f).atoms.altloc;
    all.insert(all.end(), altloc.begin(), altloc.end());
  }
  return all;
}

std::vector<std::uint8_t> on_elements(const Ensemble& ensemble) {
  std::vector<std::uint8_t> all;
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f) {
    const crystal::Atoms& atoms = ensemble.input(f).atoms;
    const std::size_t first = all.size();
    all.resize(first + atoms.size(), 0);
    for (const crystal::SpecialPosition& site : atoms.special)
      all[first + static_cast<std::size_t>(site.atom)] = 1;
  }
  return all;
}

// Exact groups with their tied sites; free: one flag a coordinate.
std::vector<ExactGroup> exact_groups(const Ensemble& ensemble,
                                     const std::vector<std::uint8_t>& free) {
  std::vector<ExactGroup> groups;
  const std::vector<char> altloc = conformers(ensemble);
  const std::vector<std::uint8_t> special = on_elements(ensemble);
  for (const restraints::NcsRestraint& restraint : ensemble.ncs()) {
    const restraints::NcsGroup& group = restraint.group();
    if (!group.exact) continue;
    ExactGroup& exact = groups.emplace_back(
        ExactGroup{group, std::vector<std::uint8_t>(group.copies.front().atoms.size(), 1)});
    for (std::size_t s = 0; s < exact.tied.size(); ++s) {
      std::set<char> of_site;
      for (const restraints::NcsCopy& copy : group.copies) {
        if (copy.atoms[s] < 0) continue;
        const auto atom = static_cast<std::size_t>(copy.atoms[s]);
        of_site.insert(altloc[atom]);
        if (!free[3 * atom] || special[atom]) exact.tied[s] = 0;
      }
      if (of_site.size() > 1) exact.tied[s] = 0;
    }
  }
  return groups;
}

}  // namespace

FreeParameters free_positions(const Ensemble& ensemble, const PositionsOptions& options) {
  std::vector<std::uint8_t> free;  // one a coordinate
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f)
    for (std::uint8_t active : ensemble.input(f).atoms_in_or_all(options.active))
      free.insert(free.end(), 3, active);
  ExactCopies copies(exact_groups(ensemble, free), free.size());
  copies.choose(free);
  std::vector<int> parameter_of(free.size(), fixed);
  int next = 0;
  for (std::size_t i = 0; i < free.size(); ++i)
    if (free[i]) parameter_of[i] = next++;
  return {Parametrisation(std::move(parameter_of)), {}, {}, {}, {}, std::move(copies)};
}

BGroups group_b(const Ensemble& ensemble, const BFactorOptions& options,
                const std::function<bool(std::size_t, std::size_t)>& included) {
  BGroups groups;
  std::map<GroupKey, int> hard;
  std::map<GroupKey, SoftGroup> soft;
  int& next = groups.n_free;
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f) {
    const FormInput& form = ensemble.input(f);
    const std::vector<std::uint8_t> active = form.atoms_in_or_all(options.active);
    const std::vector<Rule> rules = rules_of(form, options);
    for (std::size_t i = 0; i < form.atoms.size(); ++i) {
      if (!active[i] || !included(f, i)) {
        groups.parameter_of.push_back(fixed);
        continue;
      }
      const GroupKey key = key_of(form, f, rules[i], i);
      if (rules[i].force >= 0 && *rules[i].by != "SINGLE") {
        SoftGroup& group = soft[key];
        group.force = rules[i].force;
        group.values.push_back(groups.parameter_of.size());
        groups.parameter_of.push_back(next++);
      } else if (const auto [at, made] = hard.try_emplace(key, next); made) {
        groups.parameter_of.push_back(next++);
      } else {
        groups.parameter_of.push_back(at->second);
      }
    }
  }
  for (auto& [key, group] : soft) groups.soft.push_back(std::move(group));
  return groups;
}

namespace {

// One B for the atoms of a site of exact copies whose B is absolute.
void share_b_of_copies(const Ensemble& ensemble, BGroups& groups) {
  for (const restraints::NcsRestraint& restraint : ensemble.ncs()) {
    const restraints::NcsGroup& group = restraint.group();
    if (!group.exact || !group.absolute_b) continue;
    for (std::size_t s = 0; s < group.copies.front().atoms.size(); ++s) {
      int leading = fixed;
      for (const restraints::NcsCopy& copy : group.copies) {
        if (copy.atoms[s] < 0) continue;
        int& own = groups.parameter_of[static_cast<std::size_t>(copy.atoms[s])];
        if (leading == fixed) leading = own;
        if (own != fixed && leading != fixed) own = leading;
      }
    }
  }
  number_anew(groups);
}

}  // namespace

FreeParameters free_b_factors(const Ensemble& ensemble, const BFactorOptions& options) {
  BGroups groups = group_b(ensemble, options, [](std::size_t, std::size_t) { return true; });
  share_b_of_copies(ensemble, groups);
  const auto n = static_cast<std::size_t>(groups.n_free);
  std::vector<double> lower(n, options.minimal);
  // A tensor that moves with B alone stays positive.
  for (std::size_t f = 0, at = 0; f < ensemble.n_forms(); ++f)
    for (std::size_t i = 0; i < ensemble.atoms(f).size(); ++i, ++at)
      if (groups.parameter_of[at] != fixed) {
        double& least = lower[static_cast<std::size_t>(groups.parameter_of[at])];
        least = std::max(least, lowest_b(ensemble.atoms(f), i, options.minimal));
      }
  for (double& least : lower) least = std::min(least, options.maximal);
  return {Parametrisation(std::move(groups.parameter_of)), std::move(lower),
          std::vector<double>(n, options.maximal), std::move(groups.soft)};
}

FreeParameters free_together(const Ensemble& ensemble, Parameters which,
                             const PositionsOptions& positions, const BFactorOptions& b_factors,
                             std::span<const double> on_b) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const bool of_u = which == Parameters::positions_and_u;
  const FreeParameters xyz = free_positions(ensemble, positions);
  FreeParameters other =
      of_u ? free_tensors(ensemble, b_factors) : free_b_factors(ensemble, b_factors);
  const auto n_xyz = static_cast<int>(xyz.map.n_free());
  std::vector<int> parameter_of;
  std::vector<std::size_t> place;  // in the row, of each value of `other`
  std::vector<double> factor;      // likewise
  for (std::size_t f = 0, atom = 0; f < ensemble.n_forms(); ++f) {
    const std::size_t n = ensemble.atoms(f).size(),
                      n_other = count_values(ensemble.atoms(f), beside_positions(which));
    for (std::size_t v = 3 * atom; v < 3 * (atom + n); ++v)
      parameter_of.push_back(xyz.map.parameter_of(v));
    atom += n;
    factor.resize(factor.size() + n_other, on_b[f]);
    for (std::size_t v = 0; v < n_other; ++v) {
      const int own = other.map.parameter_of(place.size());
      place.push_back(parameter_of.size());
      parameter_of.push_back(own == fixed ? fixed : n_xyz + own);
    }
  }
  FreeParameters both{Parametrisation(std::move(parameter_of)),
                      std::vector<double>(xyz.map.n_free(), -infinity),
                      std::vector<double>(xyz.map.n_free(), infinity), std::move(other.soft),
                      std::move(other.tensors)};
  both.lower.insert(both.lower.end(), other.lower.begin(), other.lower.end());
  both.upper.insert(both.upper.end(), other.upper.begin(), other.upper.end());
  both.units.assign(xyz.map.n_free(), 1.0);
  both.units.resize(both.map.n_free(), of_u ? base::u_of_b(b_of_a_step) : b_of_a_step);
  for (SoftGroup& group : both.soft) {
    group.force *= factor[group.values.front()];
    for (std::size_t& value : group.values) value = place[value];
  }
  both.tensors.move(place);
  return both;
}

double soft_group_energy(const std::vector<SoftGroup>& groups, std::span<const double> values,
                         std::span<double> gradient) {
  double energy = 0;
  for (const SoftGroup& group : groups) {
    double mean = 0;
    for (std::size_t i : group.values) mean += values[i] / static_cast<double>(group.values.size());
    for (std::size_t i : group.values) {
      const double deviation = values[i] - mean;
      energy += group.force * deviation * deviation;
      gradient[i] += 2 * group.force * deviation;
    }
  }
  return energy;
}

}  // namespace polyform::refine
