// SPDX-License-Identifier: MPL-2.0
// What is done to a form's atoms before refinement begins.
#pragma once

#include "polyform/base/log.hpp"
#include "polyform/refine/form_input.hpp"
#include "polyform/refine/options.hpp"

namespace polyform::refine {

/// Carries out `settings` (B, occupancy, charge of selections, in their order; MAIN's set temp, set
/// weight, set charge) and `b_ramp`, and says in the log how many atoms each changed. Occupancies
/// change the weight in F_calc; a tensor U is scaled with B. Throws InputError for a B or occupancy
/// out of range. Not collective.
void apply_settings(FormInput& form, const RefineOptions& options, base::Log& log);

/// Hydrogens are not counted. Not collective.
double work_reflections_an_atom(const FormInput& form);

/// Atoms that nothing is bonded to are held the less, the more the data tell of them: with
/// chemistry.hold_sigma times the work reflections for each x, y, z and B of the form where these
/// are more than one (Lists::hold_widening). Says so in the log. Not collective.
void widen_hold(FormInput& form, const RefineOptions& options, base::Log& log);

/// Which atoms begin_anisotropic() makes anisotropic.
enum class MakeAnisotropic { none, chosen, where_data_suffice };

/// Where U is refined (FormInput::refine_u): makes the atoms that anisotropic.atoms selects (empty:
/// all but hydrogens and waters) anisotropic with U = B/(8 pi^2) I if asked, or so and refined
/// where the data suffice: 13 work reflections an atom (Joosten, Joosten, Murshudov & Perrakis
/// (2012) Acta Cryst. D68, 484, take fewer for too few) to 1.8 A, B of each atom alone. Says in the
/// log how many parameters and data there are. Throws InputError where the data end before 1.8 A
/// and more than a tenth of the atoms are anisotropic; warns where they end before 1.5 A. Not
/// collective.
void begin_anisotropic(FormInput& form, const RefineOptions& options, MakeAnisotropic make,
                       base::Log& log);

}  // namespace polyform::refine
