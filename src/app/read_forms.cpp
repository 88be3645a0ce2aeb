// SPDX-License-Identifier: MPL-2.0
// Files of a job to forms.
#include "app/read_forms.hpp"

#include "app/select_atoms.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/restraints/build.hpp"
#include "polyform/restraints/riding.hpp"

namespace polyform::app {
namespace {

// DESIGN of free sets: the likelihood takes its error estimates from the test set.
void check_test_set(const refine::FormInput& input, const std::string& target,
                    const crystal::Data& data) {
  if (target != "ML" || input.reflections.count(crystal::Use::test) > 0) return;
  if (data.free_value >= 0)
    throw base::InputError(
        data.source + ": none of the reflections within the cutoffs is in its test set (" +
        data.free_label + ", " + data.free_convention +
        "), from which the target ML takes its error estimates; relax d_min, d_max or "
        "sigma_cutoff, or use --target LSQ");
  throw base::InputError(data.source +
                         ": has no test set, from which the target ML takes its error "
                         "estimates; make one with --make-free 5, name its column with "
                         "--labels, or use --target LSQ");
}

void tell_crystal(const std::string& name, const crystal::Crystal& crystal, base::Log& log) {
  const gemmi::UnitCell& cell = crystal.cell;
  log.info(base::format("%s: %s, cell %.3f %.3f %.3f %.2f %.2f %.2f", name.c_str(),
                        crystal.space_group->xhm().c_str(), cell.a, cell.b, cell.c, cell.alpha,
                        cell.beta, cell.gamma));
}

void read_form(const job::Job& job, const job::FormOptions& form, base::Log& log, Forms& forms) {
  crystal::Model model = crystal::read_model(form.model, job.model, log);
  crystal::Data data = crystal::read_reflections(form.data, form.columns,
                                                 static_cast<std::uint64_t>(job.refine.seed), log);
  const crystal::Crystal crystal = crystal::agree_on_crystal(
      model, crystal::make_crystal(data.cell, data.space_group), data.source, log);
  tell_crystal(form.name, crystal, log);
  crystal::prepare_atoms(model, crystal, data.reflections.d_min(), job.model, log);
  crystal::Dictionary dictionary = crystal::load_dictionary(model, job.dictionary, log);

  refine::FormInput input;
  input.name = form.name;
  input.cell = {crystal.cell.a,     crystal.cell.b,    crystal.cell.c,
                crystal.cell.alpha, crystal.cell.beta, crystal.cell.gamma};
  input.space_group = crystal.space_group->xhm();
  input.wavelength = data.wavelength;
  input.lists = restraints::build_lists(model, dictionary, crystal, log);
  input.atoms = model.atoms;
  if (job.model.hydrogens == "riding") {
    input.hydrogens = restraints::place_riding_hydrogens(model, dictionary, crystal);
    log.info(
        base::format("%s: %zu hydrogens ride on their parents in F_calc; the model is written "
                     "without them",
                     model.source.c_str(), input.hydrogens.size()));
  }
  input.reflections = std::move(data.reflections);
  data.reflections = {};
  check_test_set(input, job.refine.target, data);
  forms.inputs.push_back(std::move(input));
  forms.sources.push_back({form.name, std::move(model), std::move(data)});
  forms.dictionaries.push_back(std::move(dictionary));
}

}  // namespace

Forms read_forms(const job::Job& job, base::Log& log) {
  Forms forms;
  for (const job::FormOptions& form : job.forms) read_form(job, form, log, forms);
  select_atoms(job, forms);
  return forms;
}

}  // namespace polyform::app
