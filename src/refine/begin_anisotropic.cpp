// SPDX-License-Identifier: MPL-2.0
// Atoms made anisotropic before refinement begins, and whether the data suffice.
#include <algorithm>

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "polyform/refine/settings.hpp"

namespace polyform::refine {
namespace {

constexpr double enough_d_min = 1.5, least_d_min = 1.8;  // [A]
constexpr double few_of_all = 0.1;                       // metals and other heavy atoms alone
constexpr double enough_an_atom = 13;                    // work reflections

std::vector<std::uint8_t> chosen_atoms(const FormInput& form, const base::Selection& atoms) {
  if (!atoms.empty()) return form.atoms_in_or_all(atoms);
  std::vector<std::uint8_t> chosen(form.atoms.size());
  for (std::size_t i = 0; i < chosen.size(); ++i)
    chosen[i] = !form.atoms.is_hydrogen(i) && form.lists.molecule_kind[i] != 'w';
  return chosen;
}

// How many became anisotropic.
long make_anisotropic(FormInput& form, const std::vector<std::uint8_t>& chosen) {
  crystal::Atoms& atoms = form.atoms;
  if (atoms.u_aniso.empty()) atoms.u_aniso.resize(atoms.size());
  long made = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (!chosen[i] || atoms.is_anisotropic(i) || atoms.b[i] <= 0) continue;
    const double u = base::u_of_b(atoms.b[i]);
    atoms.u_aniso[i] = {u, u, u, 0, 0, 0};
    ++made;
  }
  return made;
}

// Where atoms are named, the model's other tensors become isotropic; how many.
long make_others_isotropic(FormInput& form, const std::vector<std::uint8_t>& chosen) {
  crystal::Atoms& atoms = form.atoms;
  long made = 0;
  for (std::size_t i = 0; i < atoms.u_aniso.size(); ++i) {
    if (chosen[i] || !atoms.is_anisotropic(i)) continue;
    atoms.u_aniso[i] = {};  // its B is the equivalent one
    ++made;
  }
  return made;
}

void choose_tensors(FormInput& form, const restraints::AnisotropicOptions& options,
                    base::Log& log) {
  const std::vector<std::uint8_t> chosen = chosen_atoms(form, options.atoms);
  log.info(base::format("%s: %ld atoms made anisotropic, U = B/(8 pi^2) in all directions",
                        form.name.c_str(), make_anisotropic(form, chosen)));
  if (options.atoms.empty()) return;
  if (const long made = make_others_isotropic(form, chosen); made > 0)
    log.info(base::format("%s: %ld atoms that anisotropic.atoms leaves out made isotropic",
                          form.name.c_str(), made));
}

long count_heavy(const crystal::Atoms& atoms) {
  long n = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i) n += !atoms.is_hydrogen(i);
  return n;
}

// What B of groups, of some atoms alone, or against maps means is not for tensors to change.
bool plain_b(const RefineOptions& options) {
  return options.b_factors.define == "SINGLE" && options.b_factors.groups.empty() &&
         options.b_factors.active.empty() && !options.in_map();
}

}  // namespace

double work_reflections_an_atom(const FormInput& form) {
  return static_cast<double>(form.reflections.count(crystal::Use::work)) /
         static_cast<double>(std::max(count_heavy(form.atoms), 1L));
}

void begin_anisotropic(FormInput& form, const RefineOptions& options, MakeAnisotropic make,
                       base::Log& log) {
  if (options.cycles == 0 || options.b_factors.steps == 0) return;
  const double d_min = form.reflections.d_min();
  const bool found = make == MakeAnisotropic::where_data_suffice && plain_b(options) &&
                     d_min <= least_d_min && work_reflections_an_atom(form) >= enough_an_atom;
  if (found) {
    form.refine_u = true;
    log.info(
        base::format("%s: %.1f work reflections an atom are enough for anisotropic ones "
                     "(model.anisotropic: isotropic does without)",
                     form.name.c_str(), work_reflections_an_atom(form)));
  }
  if (!form.refine_u) return;
  if (found || make == MakeAnisotropic::chosen) choose_tensors(form, options.anisotropic, log);
  const long atoms = count_heavy(form.atoms);
  long anisotropic = 0;
  for (std::size_t i = 0; i < form.atoms.size(); ++i) anisotropic += form.atoms.is_anisotropic(i);
  if (anisotropic == 0) return;
  const std::string counts = base::format(
      "%s: U of %ld of %ld atoms (hydrogens not counted) is refined against data to %.2f A, %ld "
      "work reflections for %ld parameters",
      form.name.c_str(), anisotropic, atoms, d_min,
      static_cast<long>(form.reflections.count(crystal::Use::work)), 4 * atoms + 5 * anisotropic);
  const bool most = static_cast<double>(anisotropic) > few_of_all * static_cast<double>(atoms);
  if (d_min > least_d_min && most)
    throw base::InputError(
        counts + base::format("; beyond %.1f A data do not determine so many tensors: set "
                              "model.anisotropic to isotropic or keep, or choose a few heavy atoms "
                              "(anisotropic.atoms)",
                              least_d_min));
  if (d_min > enough_d_min && most && !found)
    log.warning(counts + base::format("; beyond %.1f A this is likely to fit noise: compare R-free "
                                      "with that of an isotropic refinement",
                                      enough_d_min));
  else
    log.info(counts);
}

}  // namespace polyform::refine
