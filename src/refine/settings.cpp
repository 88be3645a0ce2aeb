// SPDX-License-Identifier: MPL-2.0
// B, occupancies and charges set before refinement begins.
#include "polyform/refine/settings.hpp"

#include <algorithm>

#include "polyform/base/text.hpp"
#include "refine/form.hpp"

namespace polyform::refine {
namespace {

constexpr double parameters_an_atom = 4;  // x, y, z and B

void check_value(const SettingOptions& set) {
  const bool negative = set.what != "charge" && set.value < 0;
  const bool too_much = set.what == "occupancy" && set.value > 1;
  if (negative || too_much)
    throw base::InputError(
        base::format("settings: %s = %g of '%s' is out of range; B is at least 0, an "
                     "occupancy from 0 to 1",
                     set.what.c_str(), set.value, set.atoms.text.c_str()));
  if (set.atoms.empty())
    throw base::InputError("settings: " + set.what +
                           " names no atoms; say which with 'atoms' ('all' for all)");
}

// A tensor keeps its shape: scaled, it is as positive as it was.
void give_b(crystal::Atoms& atoms, std::size_t i, double b) {
  if (atoms.is_anisotropic(i))
    for (double& u : atoms.u_aniso[i]) u *= b / atoms.b[i];
  atoms.b[i] = b;
}

void set_value(FormInput& form, std::size_t i, const SettingOptions& set) {
  if (set.what == "b") give_b(form.atoms, i, set.value);
  if (set.what == "occupancy") set_occupancy(form.atoms, i, set.value);
  if (set.what == "charge") form.lists.types[i].charge = static_cast<float>(set.value);
}

void ramp_b(FormInput& form, const std::vector<double>& ramp, base::Log& log) {
  if (ramp.empty()) return;
  if (ramp.size() != 2)
    throw base::InputError("b_ramp needs two values, the smallest and the largest B to start with");
  if (ramp[0] > ramp[1])
    throw base::InputError(
        base::format("b_ramp: the smallest B, %g A^2, comes first and is above the largest, %g",
                     ramp[0], ramp[1]));
  long below = 0, above = 0;
  for (std::size_t i = 0; i < form.atoms.size(); ++i) {
    const double b = form.atoms.b[i];
    below += b < ramp[0];
    above += b > ramp[1];
    give_b(form.atoms, i, std::clamp(b, ramp[0], ramp[1]));
  }
  log.info(base::format("%s: B of %ld atoms raised to %g A^2, of %ld lowered to %g A^2 (b_ramp)",
                        form.name.c_str(), below, ramp[0], above, ramp[1]));
}

}  // namespace

void widen_hold(FormInput& form, const RefineOptions& options, base::Log& log) {
  const std::size_t n_single = restraints::single_atoms(form.lists, form.atoms.size()).size();
  form.lists.hold_widening = std::max(1.0, work_reflections_an_atom(form) / parameters_an_atom);
  if (options.cycles > 0 && options.positions.steps > 0 && options.chemistry.hold_sigma > 0 &&
      n_single > 0)
    log.info(base::format(
        "%s: %zu atoms that nothing is bonded to are held to where they are with a sigma of "
        "%.2f A",
        form.name.c_str(), n_single, form.lists.hold_widening * options.chemistry.hold_sigma));
}

void apply_settings(FormInput& form, const RefineOptions& options, base::Log& log) {
  for (const SettingOptions& set : options.settings) {
    check_value(set);
    const auto chosen = form.atoms_in(set.atoms);
    for (std::size_t i = 0; i < chosen.size(); ++i)
      if (chosen[i]) set_value(form, i, set);
    log.info(base::format("%s: %s of %ld atoms set to %g (%s)", form.name.c_str(), set.what.c_str(),
                          static_cast<long>(std::count(chosen.begin(), chosen.end(), 1)), set.value,
                          set.atoms.text.c_str()));
  }
  ramp_b(form, options.b_ramp, log);
}

}  // namespace polyform::refine
