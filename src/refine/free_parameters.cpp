// SPDX-License-Identifier: MPL-2.0
// What is free in a minimisation of positions or B values.
#include "refine/free_parameters.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "refine/b_groups.hpp"
#include "refine/values.hpp"

namespace polyform::refine {
namespace {

constexpr int fixed = Parametrisation::fixed;

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

}  // namespace

FreeParameters free_positions(const Ensemble& ensemble, const PositionsOptions& options) {
  if (options.active.empty())
    return {Parametrisation(ensemble.n_values(Parameters::positions)), {}, {}, {}};
  std::vector<int> parameter_of;
  int next = 0;
  for (std::size_t f = 0; f < ensemble.n_forms(); ++f)
    for (std::uint8_t active : ensemble.input(f).atoms_in(options.active))
      for (int k = 0; k < 3; ++k) parameter_of.push_back(active ? next++ : fixed);
  return {Parametrisation(std::move(parameter_of)), {}, {}, {}};
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

FreeParameters free_b_factors(const Ensemble& ensemble, const BFactorOptions& options) {
  BGroups groups = group_b(ensemble, options, [](std::size_t, std::size_t) { return true; });
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
