// SPDX-License-Identifier: MPL-2.0
// NCS groups over the atoms of all forms, one form after another.
#include "refine/ncs_term.hpp"

#include "polyform/base/units.hpp"
#include "refine/curvature.hpp"
#include "refine/values.hpp"

namespace polyform::refine {
namespace {

double energy_of_tensors(const std::vector<restraints::NcsRestraint>& groups,
                         std::span<const double> u, std::span<double> gradient, double on_b) {
  const std::size_t n = u.size() / 6;
  std::vector<double> b(n), by_b(n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    b[i] = base::b_of_u((u[6 * i] + u[6 * i + 1] + u[6 * i + 2]) / 3);
  double energy = 0;
  for (const restraints::NcsRestraint& group : groups) energy += group.b_energy(b, by_b);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < 3; ++k) gradient[6 * i + k] += on_b * base::b_per_u / 3 * by_b[i];
  return on_b * energy;
}

// Of a row of two kinds of all forms, the part of one.
std::vector<double> one_kind(std::span<const double> both, const std::vector<FormInput>& forms,
                             Parameters which, Parameters kind) {
  std::vector<double> row;
  for (const FormInput& form : forms) {
    const std::span<const double> own = both.first(count_values(form.atoms, which));
    both = both.subspan(own.size());
    const auto part = kind == Parameters::positions ? position_part(own, which, form.atoms)
                                                    : other_part(own, which, form.atoms);
    row.insert(row.end(), part.begin(), part.end());
  }
  return row;
}

// Adds it back.
void add_kind(std::span<const double> row, const std::vector<FormInput>& forms, Parameters which,
              Parameters kind, std::span<double> both) {
  for (const FormInput& form : forms) {
    const std::span<double> own = both.first(count_values(form.atoms, which));
    both = both.subspan(own.size());
    const auto part = kind == Parameters::positions ? position_part(own, which, form.atoms)
                                                    : other_part(own, which, form.atoms);
    for (std::size_t i = 0; i < part.size(); ++i) part[i] += row[i];
    row = row.subspan(part.size());
  }
}

double mean_b(const restraints::NcsCopy& copy, std::span<const double> b) {
  double sum = 0, n = 0;
  for (int atom : copy.atoms)
    if (atom >= 0) {
      sum += b[static_cast<std::size_t>(atom)];
      ++n;
    }
  return sum / n;
}

// One B for each site: nothing is left to restrain.
bool shares_b(const restraints::NcsRestraint& restraint) {
  return restraint.group().exact && restraint.group().absolute_b;
}

double energy_of_positions(const std::vector<restraints::NcsRestraint>& groups,
                           const std::vector<FormInput>& forms, std::span<const double> values,
                           std::span<double> gradient) {
  double energy = 0;
  for (const restraints::NcsRestraint& group : groups)
    if (!group.group().exact) energy += group.energy(values, gradient);
  std::size_t first = 0;
  for (const FormInput& form : forms) {
    project_onto_sites(form.atoms, gradient.subspan(first, 3 * form.atoms.size()));
    first += 3 * form.atoms.size();
  }
  return energy;
}

double energy_of_b(const std::vector<restraints::NcsRestraint>& groups,
                   std::span<const double> values, std::span<double> gradient, double on_b) {
  std::vector<double> by_b(values.size(), 0.0);
  double energy = 0;
  for (const restraints::NcsRestraint& group : groups)
    if (!shares_b(group)) energy += group.b_energy(values, by_b);
  for (std::size_t i = 0; i < by_b.size(); ++i) gradient[i] += on_b * by_b[i];
  return on_b * energy;
}

// Positions of all forms, B or U of all forms, each for itself.
double energy_of_both(const std::vector<restraints::NcsRestraint>& groups,
                      const std::vector<FormInput>& forms, Parameters which,
                      std::span<const double> values, std::span<double> gradient, double on_b) {
  const Parameters other = beside_positions(which);
  const std::vector<double> xyz = one_kind(values, forms, which, Parameters::positions),
                            b = one_kind(values, forms, which, other);
  std::vector<double> by_xyz(xyz.size(), 0.0), by_b(b.size(), 0.0);
  const double energy = energy_of_positions(groups, forms, xyz, by_xyz) +
                        (other == Parameters::u_aniso ? energy_of_tensors(groups, b, by_b, on_b)
                                                      : energy_of_b(groups, b, by_b, on_b));
  add_kind(by_xyz, forms, which, Parameters::positions, gradient);
  add_kind(by_b, forms, which, other, gradient);
  return energy;
}

int any_atom(const restraints::NcsCopy& copy) {
  for (int atom : copy.atoms)
    if (atom >= 0) return atom;
  return 0;
}

std::size_t form_of(int atom, const std::vector<FormInput>& forms) {
  auto left = static_cast<std::size_t>(atom);
  std::size_t form = 0;
  while (left >= forms[form].atoms.size()) left -= forms[form++].atoms.size();
  return form;
}

}  // namespace

double ncs_energy(const std::vector<restraints::NcsRestraint>& groups,
                  const std::vector<FormInput>& forms, Parameters which,
                  std::span<const double> values, std::span<double> gradient, double on_b) {
  if (groups.empty()) return 0;
  switch (which) {
    case Parameters::positions:
      return energy_of_positions(groups, forms, values, gradient);
    case Parameters::b_factors:
      return energy_of_b(groups, values, gradient, on_b);
    case Parameters::u_aniso:
      return energy_of_tensors(groups, values, gradient, on_b);
    case Parameters::positions_and_b:
    case Parameters::positions_and_u:
      return energy_of_both(groups, forms, which, values, gradient, on_b);
    case Parameters::occupancies:
      break;
  }
  return 0;
}

void weigh_copies(std::vector<restraints::NcsRestraint>& groups, const RefineOptions& options,
                  const std::vector<FormInput>& forms, const std::vector<FormStatus>& status,
                  std::span<const double> weights) {
  for (std::size_t f = 0; f < forms.size(); ++f)
    if (options.of(f).in_map()) return;
  std::vector<double> b;
  for (const FormInput& form : forms) b.insert(b.end(), form.atoms.b.begin(), form.atoms.b.end());
  for (restraints::NcsRestraint& group : groups) {
    if (group.group().equal_weights) continue;
    std::vector<double> information;
    for (const restraints::NcsCopy& copy : group.group().copies) {
      const std::size_t f = form_of(any_atom(copy), forms);
      information.push_back(weights[f] * response_of_data(status[f].curvature,
                                                          Parameters::positions, mean_b(copy, b)));
    }
    group.set_weights(information);
  }
}

void add_ncs_curvature(const std::vector<restraints::NcsRestraint>& groups, Parameters which,
                       std::span<double> curvature) {
  for (const restraints::NcsRestraint& restraint : groups) {
    const restraints::NcsGroup& group = restraint.group();
    for (std::size_t c = 0; c < group.copies.size(); ++c)
      for (std::size_t s = 0; s < group.copies[c].atoms.size(); ++s) {
        if (group.copies[c].atoms[s] < 0) continue;
        const auto atom = static_cast<std::size_t>(group.copies[c].atoms[s]);
        if (which == Parameters::positions && !group.exact)
          for (std::size_t k = 0; k < 3; ++k)
            curvature[3 * atom + k] += group.force * restraint.position_stiffness(c, s);
        const double stiffness = restraint.stiffness(c, s);
        if (which == Parameters::b_factors && !shares_b(restraint))
          curvature[atom] += group.b_force * stiffness;
        // The three diagonal entries of U share what resists B.
        if (which == Parameters::u_aniso)
          for (std::size_t k = 0; k < 3; ++k)
            curvature[6 * atom + k] +=
                group.b_force * stiffness * base::b_per_u * base::b_per_u / 9;
      }
  }
}

}  // namespace polyform::refine
