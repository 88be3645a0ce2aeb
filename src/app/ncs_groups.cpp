// SPDX-License-Identifier: MPL-2.0
// NCS groups of a job in the models of its forms.
#include "app/ncs_groups.hpp"

#include <algorithm>
#include <map>

#include "app/find_groups.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "polyform/crystal/pair_copies.hpp"
#include "polyform/run/ncs_details.hpp"

namespace polyform::app {
namespace {

using refine::NcsCopyOptions;
using refine::NcsGroupOptions;

constexpr double alike_unasked = 80;  // [%] identical residues of chains that no group names

// Names were checked with the job.
std::size_t form_of(const NcsCopyOptions& copy, const Forms& forms) {
  for (std::size_t f = 0; f < forms.sources.size(); ++f)
    if (forms.sources[f].name == copy.form) return f;
  return 0;
}

// Atoms of all forms are counted one form after another.
std::vector<int> first_atoms(const Forms& forms) {
  std::vector<int> first = {0};
  for (const refine::FormInput& input : forms.inputs)
    first.push_back(first.back() + static_cast<int>(input.atoms.size()));
  return first;
}

crystal::CopyAtoms atoms_of(const NcsGroupOptions& group, const NcsCopyOptions& copy,
                            std::size_t number, std::size_t form, const Forms& forms) {
  const refine::FormInput& input = forms.inputs[form];
  crystal::CopyAtoms found;
  found.model = &forms.sources[form].model;
  found.name =
      copy.name.empty() ? forms.sources[form].name + "/" + std::to_string(number + 1) : copy.name;
  found.atoms = input.atoms_in_or_all(copy.atoms);
  const auto take_part = input.atoms_in_or_all(group.atoms);
  std::vector<std::uint8_t> left_out(found.atoms.size(), 0);
  if (!group.exclude.empty()) left_out = input.atoms_in_or_all(group.exclude);
  for (std::size_t i = 0; i < found.atoms.size(); ++i)
    if (!take_part[i] || left_out[i]) found.atoms[i] = 0;
  return found;
}

std::optional<restraints::PartlyFixedOperator> given_operator(const NcsCopyOptions& copy) {
  if (copy.polar.empty()) return {};
  restraints::PartlyFixedOperator given;
  const std::vector<double>& p = copy.polar;
  given.start = kernels::polar_of_degrees(p[0], p[1], p[2], {p[3], p[4], p[5]});
  for (std::size_t k = 0; k < 6; ++k) given.free[k] = copy.flags[k] != 0;
  return given;
}

restraints::NcsGroup begin_group(const NcsGroupOptions& options) {
  restraints::NcsGroup group;
  group.name = options.name;
  group.force = options.force;
  group.b_force = options.b_force;
  group.let_go = options.let_go;
  group.local = options.local;
  group.equal_weights = options.weights == "equal";
  group.absolute_b = options.b == "absolute";
  group.exact = options.exact;
  return group;
}

NcsPart read_group(const NcsGroupOptions& options, double least_identity, const Forms& forms) {
  const std::vector<int> first = first_atoms(forms);
  NcsPart part{begin_group(options), {}, {}};
  std::vector<crystal::CopyAtoms> copies;
  for (std::size_t c = 0; c < options.copies.size(); ++c) {
    const NcsCopyOptions& copy = options.copies[c];
    const std::size_t form = form_of(copy, forms);
    part.forms.push_back(form);
    copies.push_back(atoms_of(options, copy, c, form, forms));
    part.group.copies.push_back({copies.back().name, {}, 1, given_operator(copy)});
  }
  part.pairing = crystal::pair_copies(options.name, copies, least_identity);
  for (std::size_t c = 0; c < copies.size(); ++c)
    for (int atom : part.pairing.atoms[c])
      part.group.copies[c].atoms.push_back(atom < 0 ? -1 : first[part.forms[c]] + atom);
  return part;
}

void check_fit(const restraints::NcsReport& report, const restraints::NcsGroup& group,
               double largest) {
  if (report.rms <= largest) return;
  throw base::InputError(base::format(
      "NCS group '%s': superposed copies are %.2f A (r.m.s.) from their mean, more than "
      "ncs.largest_rms, %g A; the selections do not name corresponding parts, or parts that moved "
      "should be left out with 'exclude' ('polyform check --pairs' lists all pairs)",
      group.name.c_str(), report.rms, largest));
}

// Positions and B of all forms.
struct State {
  explicit State(const Forms& forms) {
    for (const refine::FormInput& input : forms.inputs) {
      for (const kernels::Vec3& place : input.atoms.xyz)
        x.insert(x.end(), place.begin(), place.end());
      b.insert(b.end(), input.atoms.b.begin(), input.atoms.b.end());
    }
  }
  std::vector<double> x, b;
};

void remember_selection(const base::Selection& selection, std::size_t form, Forms& forms) {
  forms.inputs[form].selected[selection.text] =
      crystal::select_atoms(forms.sources[form].model, selection.text);
}

// Chains of a form that are alike. Nobody asked for them: where they cannot be paired they stay as
// they are.
std::vector<NcsGroupOptions> find_within(std::size_t form, Forms& forms, base::Log& log) {
  const run::FormSource& source = forms.sources[form];
  std::vector<NcsGroupOptions> groups;
  try {
    for (FoundGroup& group :
         find_groups({{source.name, &source.model}}, alike_unasked, HoldCopies::by_distances)) {
      for (const NcsCopyOptions& copy : group.options.copies)
        remember_selection(copy.atoms, form, forms);
      if (!group.options.exclude.empty()) remember_selection(group.options.exclude, form, forms);
      log.info("NCS found in " + source.name + " (ncs.find: false leaves it alone): " + group.told);
      group.options.name = source.name + "/" + group.options.name;
      groups.push_back(std::move(group.options));
    }
  } catch (const base::InputError& error) {
    log.warning(source.name + ": its copies are not held alike: " + error.what());
    groups.clear();
  }
  return groups;
}

std::vector<NcsGroupOptions> find_within_forms(Forms& forms, base::Log& log) {
  std::vector<NcsGroupOptions> all;
  for (std::size_t f = 0; f < forms.sources.size(); ++f)
    for (NcsGroupOptions& group : find_within(f, forms, log)) all.push_back(std::move(group));
  return all;
}

// Atoms of exact copies follow one operator.
void check_exact(const std::vector<NcsPart>& parts, const Forms& forms) {
  std::map<int, const std::string*> group_of;
  for (const NcsPart& part : parts) {
    if (!part.group.exact) continue;
    for (std::size_t c = 0; c < part.group.copies.size(); ++c)
      for (std::size_t s = 0; s < part.group.copies[c].atoms.size(); ++s) {
        const int atom = part.group.copies[c].atoms[s];
        if (atom < 0) continue;
        const auto [known, is_new] = group_of.try_emplace(atom, &part.group.name);
        if (!is_new)
          throw base::InputError(
              "NCS groups '" + *known->second + "' and '" + part.group.name +
              "' are both exact, and " +
              forms.sources[part.forms[c]]
                  .model.label[static_cast<std::size_t>(part.pairing.atoms[c][s])] +
              " is in both; leave it out of one of them with 'exclude'");
      }
  }
}

}  // namespace

void read_ncs(const job::Job& job, Forms& forms, base::Log& log) {
  const refine::NcsOptions& options = job.refine.ncs;
  const bool found = options.groups.empty() && options.on && options.find;
  const State state(forms);
  for (const NcsGroupOptions& group : found ? find_within_forms(forms, log) : options.groups) {
    NcsPart part = read_group(group, options.least_identity, forms);
    const auto report = restraints::NcsRestraint(part.group).report(state.x, state.b);
    log.info(run::pairing_text(part.group, part.pairing, report));
    if (!found) check_fit(report, part.group, options.largest_rms);
    if (!options.on) {
      part.group.force = part.group.b_force = 0;
      part.group.exact = false;
    }
    forms.ncs.push_back(std::move(part));
  }
  check_exact(forms.ncs, forms);
}

std::string pair_listing(const Forms& forms) {
  const State state(forms);
  std::string text;
  for (const NcsPart& part : forms.ncs) {
    const auto report = restraints::NcsRestraint(part.group).report(state.x, state.b);
    const auto place = [&](std::size_t c, std::size_t s) {
      const auto atom = 3 * static_cast<std::size_t>(part.group.copies[c].atoms[s]);
      return report.operators[c](
          kernels::Vec3(state.x[atom], state.x[atom + 1], state.x[atom + 2]));
    };
    for (std::size_t c = 1; c < part.group.copies.size(); ++c) {
      text += "pairs of NCS group " + part.group.name + ", " + part.group.copies[0].name + " and " +
              part.group.copies[c].name + " [A apart]\n";
      for (std::size_t s = 0; s < part.pairing.atoms[c].size(); ++s) {
        const int first = part.pairing.atoms[0][s], other = part.pairing.atoms[c][s];
        if (other < 0) continue;
        const auto label = [&](std::size_t copy, int atom) {
          return forms.sources[part.forms[copy]].model.label[static_cast<std::size_t>(atom)];
        };
        text += base::format("  %-20s %-20s %6.2f\n", label(0, first).c_str(),
                             label(c, other).c_str(), (place(0, s) - place(c, s)).norm());
      }
    }
  }
  return text;
}

}  // namespace polyform::app
