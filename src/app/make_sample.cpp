// SPDX-License-Identifier: MPL-2.0
// Reading, placing and disturbing a model.
#include "app/make_sample.hpp"

#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/density/scattering.hpp"
#include "polyform/simulate/model_errors.hpp"

namespace polyform::app {
namespace {

using simulate::Motion;

constexpr double clash = 2.2;  // [A] nearer than any hydrogen bond

gemmi::UnitCell cell_of(const std::vector<double>& c) {
  return gemmi::UnitCell(c[0], c[1], c[2], c[3], c[4], c[5]);
}

bool is_new(const simulate::SimulateOptions& options) {
  return !options.space_group.empty() || !options.cell.empty();
}

// What the options leave open is the model's.
crystal::Crystal chosen_crystal(const crystal::Model& model,
                                const simulate::SimulateOptions& options) {
  if (!is_new(options)) return crystal::crystal_of(model);
  const bool whole = !options.space_group.empty() && !options.cell.empty();
  const crystal::Crystal of_model = whole ? crystal::Crystal{} : crystal::crystal_of(model);
  const std::string group =
      options.space_group.empty() ? of_model.space_group->xhm() : options.space_group;
  try {
    return crystal::make_crystal(options.cell.empty() ? of_model.cell : cell_of(options.cell),
                                 group);
  } catch (const base::InputError& error) {
    const char* named = whole                  ? "simulate.cell and simulate.space_group"
                        : options.cell.empty() ? "simulate.space_group (with the model's cell)"
                                               : "simulate.cell (with the model's symmetry)";
    throw base::UsageError(std::string(named) + ": " + error.what());
  }
}

void tell_placement(const MadeForm& form, base::Log& log) {
  const gemmi::UnitCell& c = form.crystal.cell;
  log.info(base::format(
      "%s, cell %.3f %.3f %.3f %.2f %.2f %.2f, %zu cop%s, solvent content %.0f %%",
      form.crystal.space_group->xhm().c_str(), c.a, c.b, c.c, c.alpha, c.beta, c.gamma,
      form.motions.size(), form.motions.size() == 1 ? "y" : "ies", 100 * form.solvent_content));
  for (std::size_t k = 0; k < form.motions.size(); ++k) {
    const crystal::Vec3 turn = kernels::angles_in_degrees(kernels::polar_of(form.motions[k]));
    const crystal::Vec3& t = form.motions[k].shift;
    log.info(
        base::format("copy %zu: turned by omega %.2f phi %.2f kappa %.2f, then moved by %.3f "
                     "%.3f %.3f A",
                     k + 1, turn[0], turn[1], turn[2], t[0], t[1], t[2]));
  }
  if (form.contacts.closest < clash)
    log.warning(
        base::format("atoms of different molecules are as near as %.2f A: the molecules "
                     "run into each other where the model or simulate.centre has them",
                     form.contacts.closest));
}

// Whether the molecule stays where its file has it.
bool stays(const simulate::SimulateOptions& options) {
  return !is_new(options) && options.rotation.empty() && options.centre.empty();
}

void place(crystal::Model& model, const job::Job& job, MadeForm& form, base::Log& log) {
  const simulate::SimulateOptions& options = job.simulate;
  const simulate::Molecule molecule = simulate::molecule_of(model);
  if (molecule.xyz.empty())
    throw base::InputError(model.source +
                           " has no atoms but waters and hydrogens; nothing can be simulated");
  form.solvent_content = simulate::solvent_content(molecule, form.crystal, options.copies);
  form.motions = {Motion{}};
  if (!stays(options) || options.copies > 1) {
    form.motions =
        simulate::find_motions(molecule, form.crystal, options, stays(options), job.refine.seed);
    const std::size_t waters =
        simulate::leave_out_touching_waters(model, form.crystal, form.motions, options.contact);
    if (waters > 0)
      log.info(base::format("%zu waters of the model are left out, where other molecules are now",
                            waters));
    model = crystal::copies_of(model, form.motions);
  }
  form.contacts = simulate::contacts_among(molecule, form.crystal, form.motions, options.contact);
  tell_placement(form, log);
}

// An element that cannot scatter is found here, before all ranks set out.
void check_scatterers(const crystal::Atoms& atoms, const density::FormFactorOptions& options) {
  for (std::uint8_t element : atoms.element) density::scattering_of(element, options);
}

simulate::Sample sample_of(const crystal::Crystal& crystal, const crystal::Atoms& atoms,
                           const restraints::RidingHydrogens& hydrogens) {
  const gemmi::UnitCell& c = crystal.cell;
  return {{c.a, c.b, c.c, c.alpha, c.beta, c.gamma}, crystal.space_group->xhm(), atoms, hydrogens};
}

}  // namespace

simulate::Sample MadeForm::true_sample() const {
  return sample_of(crystal, truth.atoms, true_hydrogens);
}
simulate::Sample MadeForm::start_sample() const {
  return sample_of(crystal, start.atoms, start_hydrogens);
}

MadeForm make_form(const job::Job& job, base::Log& log) {
  const simulate::SimulateOptions& options = job.simulate;
  MadeForm form;
  crystal::Model model = crystal::read_model(job.forms[0].model, job.model, log);
  form.crystal = chosen_crystal(model, options);
  simulate::overall_b(options, form.crystal);
  place(model, job, form, log);
  crystal::forget_experiment(model);
  crystal::prepare_atoms(model, form.crystal, options.d_min, job.model, log);
  check_scatterers(model.atoms, job.refine.form_factors);

  crystal::Atoms atoms = model.atoms;
  simulate::add_model_errors(atoms, options, job.refine.seed);
  form.truth = model;
  crystal::update_structure(form.truth, atoms);
  simulate::kick_start(atoms, options.start_error, job.refine.seed);
  form.start = std::move(model);
  crystal::update_structure(form.start, atoms);
  if (job.model.hydrogens == "riding") {
    crystal::Dictionary dictionary = crystal::load_dictionary(form.truth, job.dictionary, log);
    form.true_hydrogens = restraints::place_riding_hydrogens(form.truth, dictionary, form.crystal);
    form.start_hydrogens = restraints::place_riding_hydrogens(form.start, dictionary, form.crystal);
    log.info(
        base::format("%zu hydrogens ride on their parents and scatter; the models are written "
                     "without them",
                     form.true_hydrogens.size()));
  }
  return form;
}

}  // namespace polyform::app
