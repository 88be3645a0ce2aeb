// SPDX-License-Identifier: MPL-2.0
// What is free in a minimisation of displacement tensors.
#include <cmath>
#include <limits>

#include "polyform/base/units.hpp"
#include "refine/b_groups.hpp"
#include "refine/free_parameters.hpp"
#include "refine/values.hpp"

namespace polyform::refine {
namespace {

constexpr int fixed = Parametrisation::fixed;

// The u of a B limit, rounded to the side on which B keeps the limit to the last bit.
double u_not_below(double b) {
  double u = base::u_of_b(b);
  while (base::b_of_u(u) < b) u = std::nextafter(u, std::numeric_limits<double>::infinity());
  return u;
}
double u_not_above(double b) {
  double u = base::u_of_b(b);
  while (base::b_of_u(u) > b) u = std::nextafter(u, 0.0);
  return u;
}

std::vector<std::vector<kernels::Mat3>> site_symmetries(const crystal::Atoms& atoms) {
  std::vector<std::vector<kernels::Mat3>> rotations(atoms.size());
  for (const crystal::SpecialPosition& site : atoms.special)
    rotations[static_cast<std::size_t>(site.atom)] = site.rotations;
  return rotations;
}

}  // namespace

bool has_free_tensors(const FormInput& form) {
  if (!form.refine_u) return false;
  for (std::size_t i = 0; i < form.atoms.size(); ++i)
    if (form.atoms.is_anisotropic(i)) return true;
  return false;
}

FreeParameters free_tensors(const Ensemble& ensemble, const BFactorOptions& options) {
  const auto isotropic = [&](std::size_t f, std::size_t i) {
    return !ensemble.atoms(f).is_anisotropic(i);
  };
  const BGroups groups = group_b(ensemble, options, isotropic);
  std::vector<int> parameter_of;
  int next = groups.n_free;
  TensorLimits tensors({base::u_of_b(options.minimal), base::u_of_b(options.maximal)});
  for (std::size_t f = 0, at = 0; f < ensemble.n_forms(); ++f) {
    const FormInput& form = ensemble.input(f);
    const auto active = form.atoms_in_or_all(options.active);
    const auto rotations = site_symmetries(form.atoms);
    for (std::size_t i = 0; i < form.atoms.size(); ++i, ++at) {
      const bool tensor = active[i] && form.refine_u && form.atoms.is_anisotropic(i);
      if (tensor) tensors.add(6 * at, rotations[i]);
      for (int k = 0; k < 6; ++k) {
        const int of_b = k < 3 ? groups.parameter_of[at] : fixed;
        parameter_of.push_back(tensor ? next++ : of_b);
      }
    }
  }
  const auto n = static_cast<std::size_t>(next),
             n_isotropic = static_cast<std::size_t>(groups.n_free);
  FreeParameters free{Parametrisation(std::move(parameter_of)),
                      std::vector<double>(n, -std::numeric_limits<double>::infinity()),
                      std::vector<double>(n, std::numeric_limits<double>::infinity()), groups.soft,
                      std::move(tensors)};
  for (std::size_t p = 0; p < n_isotropic; ++p) {
    free.lower[p] = u_not_below(options.minimal);
    free.upper[p] = u_not_above(options.maximal);
  }
  // Soft groups: force (B - mean)^2, with B = 8 pi^2 u and u at the first entry of an atom.
  for (SoftGroup& group : free.soft) {
    group.force *= base::b_per_u * base::b_per_u;
    for (std::size_t& value : group.values) value *= 6;
  }
  return free;
}

}  // namespace polyform::refine
