// SPDX-License-Identifier: MPL-2.0
// Files of a job to forms.
#include "app/read_forms.hpp"

#include "app/free_sets.hpp"
#include "app/ncs_groups.hpp"
#include "app/select_atoms.hpp"
#include "app/warn_of_options.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/crystal/read_map.hpp"
#include "polyform/refine/settings.hpp"
#include "polyform/restraints/build.hpp"
#include "polyform/restraints/riding.hpp"

namespace polyform::app {
namespace {

// The likelihoods may not do without a test set, but for ML_FK, which takes its errors from kicked
// models. The reason where one does, or empty.
std::string lack_of_test_set(const refine::FormInput& input, const std::string& target,
                             const crystal::Data& data) {
  if (!refine::needs_test_set(target) || input.reflections.count(crystal::Use::test) > 0) return "";
  const std::string why = target == "ML_EST" ? ", without which nothing tells whether a likelihood "
                                               "is overfitted"
                                             : ", from which it takes its error estimates";
  if (data.free_value >= 0)
    return data.source + ": none of the reflections within the cutoffs is in its test set (" +
           data.free_label + ", " + data.free_convention + "); the target " + target +
           " needs a test set" + why +
           "; relax d_min, d_max or sigma_cutoff, or use --target ML_FK, which needs none (or LSQ)";
  if (data.free_convention == "not used")
    return data.source + ": test_set is false; the target " + target + " needs a test set" + why +
           "; leave test_set as it is, or use --target ML_FK, which needs none (or LSQ)";
  return data.source + ": has no test set; the target " + target + " needs a test set" + why +
         "; make one with --make-free 5, name its column with --labels, or use --target ML_FK, "
         "which needs none (or LSQ)";
}

void tell_crystal(const std::string& name, const crystal::Crystal& crystal, base::Log& log) {
  const gemmi::UnitCell& cell = crystal.cell;
  log.info(base::format("%s: %s, cell %.3f %.3f %.3f %.2f %.2f %.2f", name.c_str(),
                        crystal.space_group->xhm().c_str(), cell.a, cell.b, cell.c, cell.alpha,
                        cell.beta, cell.gamma));
}

// Which residue and which chain each atom is in.
void number_residues(const crystal::Model& model, refine::FormInput& input) {
  int residue = -1, segment = -1;
  for (const gemmi::Chain& chain : model.structure.first_model().chains) {
    ++segment;
    for (const gemmi::Residue& each : chain.residues) {
      ++residue;
      input.residue.insert(input.residue.end(), each.atoms.size(), residue);
      input.segment.insert(input.segment.end(), each.atoms.size(), segment);
    }
  }
}

refine::MapInput map_input(const refine::MapOptions& options, const std::string& name,
                           const refine::FormInput& input, base::Log& log) {
  refine::MapInput map{
      name, options.source, options.scale, {}, input.atoms_in_or_all(options.atoms)};
  if (options.source != "file") return map;
  if (options.file.empty())
    throw base::InputError(
        "map.source is 'file', and map.file names none; give a CCP4 map or an "
        "MTZ file with map coefficients");
  const crystal::Crystal crystal = crystal::make_crystal(input.cell, input.space_group);
  map.coefficients =
      crystal::read_map(options.file, options.labels, crystal, input.reflections, log);
  log.warning(options.file +
              ": refined against; test reflections are left out of it, but a map made with them "
              "elsewhere (density modification, averaging) carries them on: R-free may be "
              "contaminated");
  return map;
}

// The maps that the targets MAP and DIFF ask for.
void add_maps(const refine::RefineOptions& options, const job::FormOptions& form,
              refine::FormInput& input, base::Log& log) {
  if (options.target == "DIFF") {
    const bool errors = input.reflections.count(crystal::Use::test) > 0;
    refine::MapOptions difference = options.map;
    difference.source = errors ? "mFo-DFc" : "Fo-Fc";
    input.maps = {map_input(difference, "difference", input, log)};
  }
  if (options.target != "MAP") return;
  for (const refine::NamedMapOptions& map : form.maps)
    input.maps.push_back(map_input(map, map.name, input, log));
  if (form.maps.empty()) input.maps = {map_input(options.map, "map", input, log)};
}

void read_form(const job::Job& job, std::size_t number, WithoutTestSet without, base::Log& log,
               Forms& forms) {
  const job::FormOptions& form = job.forms[number];
  const refine::RefineOptions& options = job.refine.of(number);
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
  input.weight = form.weight;
  input.lists = restraints::build_lists(model, dictionary, crystal, log);
  input.atoms = model.atoms;
  input.refine_u = crystal::refines_u(job.model, data.reflections.d_min());
  if (job.model.hydrogens == "riding") {
    input.hydrogens = restraints::place_riding_hydrogens(model, dictionary, crystal);
    log.info(
        base::format("%s: %zu hydrogens ride on their parents in F_calc; the model is written "
                     "without them",
                     model.source.c_str(), input.hydrogens.size()));
  }
  input.reflections = std::move(data.reflections);
  data.reflections = {};
  const std::string b_target = options.b_target(input.reflections.count(crystal::Use::test) > 0);
  for (const std::string& target : {options.target, b_target})
    if (const std::string lack = lack_of_test_set(input, target, data); !lack.empty()) {
      if (without == WithoutTestSet::refused) throw base::InputError(lack);
      forms.objections.push_back(lack);
      break;
    }
  number_residues(model, input);
  forms.inputs.push_back(std::move(input));
  forms.sources.push_back({form.name, std::move(model), std::move(data)});
  forms.dictionaries.push_back(std::move(dictionary));
}

}  // namespace

Forms read_forms(const job::Job& job, base::Log& log, WithoutTestSet without) {
  Forms forms;
  for (std::size_t f = 0; f < job.forms.size(); ++f) read_form(job, f, without, log, forms);
  select_atoms(job, forms);
  const auto make = job.model.anisotropic == "refine" ? refine::MakeAnisotropic::chosen
                    : job.model.anisotropic == "auto" ? refine::MakeAnisotropic::where_data_suffice
                                                      : refine::MakeAnisotropic::none;
  for (std::size_t f = 0; f < forms.inputs.size(); ++f) {
    refine::apply_settings(forms.inputs[f], job.refine, log);
    refine::widen_hold(forms.inputs[f], job.refine.of(f), log);
    refine::begin_anisotropic(forms.inputs[f], job.refine, make, log);
    add_maps(job.refine.of(f), job.forms[f], forms.inputs[f], log);
  }
  warn_of_options(job, forms.inputs, log);
  read_ncs(job, forms, log);
  check_free_sets(job, forms, log);
  return forms;
}

}  // namespace polyform::app
