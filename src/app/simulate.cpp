// SPDX-License-Identifier: MPL-2.0
// The command `simulate`: a crystal form with its data, made of a model.
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/make_sample.hpp"
#include "polyform/base/atomic_file.hpp"
#include "polyform/base/error.hpp"
#include "polyform/base/text.hpp"
#include "polyform/base/units.hpp"
#include "polyform/crystal/write_files.hpp"
#include "polyform/job/write_job.hpp"
#include "polyform/run/run_directory.hpp"
#include "polyform/run/tables.hpp"
#include "polyform/simulate/measure.hpp"
#include "polyform/simulate/model_errors.hpp"
#include "polyform/targets/agreement.hpp"

namespace polyform::app {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using simulate::Complex;
using simulate::TrueFactors;

std::vector<double> amplitudes(const std::vector<Complex>& f) {
  std::vector<double> values;
  values.reserve(f.size());
  for (const Complex& value : f) values.push_back(std::abs(value));
  return values;
}

std::vector<double> phases(const std::vector<Complex>& f) {
  std::vector<double> values;
  values.reserve(f.size());
  for (const Complex& value : f) values.push_back(base::degrees(std::arg(value)));
  return values;
}

// R of structure factors on the scale of the data, by shell. Not collective.
targets::Agreement agreement_of(const crystal::Reflections& reflections,
                                const crystal::Crystal& crystal, const std::vector<Complex>& f,
                                int shells) {
  const parallel::Communicator alone = parallel::Communicator::self();
  const targets::Share share{reflections, crystal, {0, reflections.size()}, alone};
  std::vector<char> work;
  for (crystal::Use use : reflections.use) work.push_back(use == crystal::Use::work);
  return targets::agreement(share, targets::Shells(reflections, work, shells, 50), f);
}

crystal::RefinementRecord record_of(const crystal::Reflections& reflections,
                                    const targets::Agreement& agreement,
                                    const simulate::SimulateOptions& options,
                                    const crystal::Atoms& atoms) {
  crystal::RefinementRecord record;
  record.version = POLYFORM_VERSION;
  record.target = "NONE (SIMULATED DATA)";
  record.d_min = reflections.d_min();
  record.d_max = reflections.d_max();
  record.r_work = agreement.overall.r_work;
  record.r_free = agreement.overall.r_free;
  record.n_work = agreement.overall.n_work;
  record.n_test = agreement.overall.n_test;
  record.completeness = 100 * agreement.overall.completeness;
  record.k_sol = options.k_sol;
  record.b_sol = options.b_sol;
  std::copy(options.anisotropic_b.begin(), options.anisotropic_b.end(), record.b_aniso.begin());
  for (double b : atoms.b) record.b_mean += b / static_cast<double>(atoms.size());
  return record;
}

Json numbers_of(const crystal::Vec3& v) { return {v[0], v[1], v[2]}; }

Json json_of(const std::vector<simulate::Motion>& motions) {
  Json list = Json::array();
  for (const simulate::Motion& motion : motions) {
    Json rows = Json::array();
    for (int i = 0; i < 3; ++i) rows.push_back(numbers_of(motion.rotation.row(i)));
    list.push_back(
        {{"polar_angles", numbers_of(kernels::angles_in_degrees(kernels::polar_of(motion)))},
         {"rotation", rows},
         {"translation", numbers_of(motion.shift)}});
  }
  return list;
}

Json json_of(const targets::Agreement& agreement) {
  const targets::ShellAgreement& all = agreement.overall;
  return {{"r_work", all.r_work}, {"r_free", all.r_free}};
}

// A simulation on the coordinator, from its model to its files.
class Simulation {
 public:
  Simulation(const Request& request, int ranks) : request_(request), ranks_(ranks) {
    log_.to_terminal();
  }

  /// Everything that can be wrong with what the user gave is found here, before the work.
  void prepare() {
    log_.info(
        base::format("Polyform %s on %d rank%s", POLYFORM_VERSION, ranks_, ranks_ == 1 ? "" : "s"));
    for (const job::NamedValue& option : job::differences_from_default(request_.job))
      log_.info("  " + option.option + ": " + option.value);
    form_ = make_form(request_.job, log_);
    reflections_ = all_reflections();
    if (reflections_.size() == 0)
      throw base::UsageError("there is no reflection between simulate.d_max and simulate.d_min");
    directory_ = run::make_run_directory(request_.job.out, request_.stem);
    job::Job as_run = request_.job;
    as_run.out.clear();  // so that running it again makes a fresh directory
    base::write_atomically(directory_ / "job.yaml", job::write_job(as_run, "simulate"));
    log_.to_file(directory_ / "polyform.log");
  }

  simulate::Sample true_sample() const { return form_.true_sample(); }
  simulate::Sample start_sample() const { return form_.start_sample(); }

  void finish(const TrueFactors& truth, const TrueFactors& start) {
    simulate::measure(reflections_, amplitudes(truth.f), options(), request_.job.refine.seed);
    const int shells = request_.job.refine.scaling.shells;
    of_truth_ = agreement_of(reflections_, form_.crystal, truth.f, shells);
    of_start_ = agreement_of(reflections_, form_.crystal, start.f, shells);
    write_data(truth.f);
    true_file_ = write_model(form_.truth, of_truth_, name() + "_true");
    start_file_ = write_model(form_.start, of_start_, name());
    log_.info("true structure against the data\n" + run::shell_table(of_truth_));
    base::write_atomically(directory_ / "simulate.json", summary(truth).dump(2) + "\n");
    tell_result();
  }

 private:
  const simulate::SimulateOptions& options() const { return request_.job.simulate; }
  const std::string& name() const { return request_.job.forms[0].name; }

  crystal::Reflections all_reflections() const {
    return crystal::all_reflections(form_.crystal, options().d_min, options().d_max,
                                    "the crystal to be simulated");
  }

  void write_data(const std::vector<Complex>& f_true) const {
    std::vector<crystal::Column> columns = {{"FP", 'F', reflections_.f_obs},
                                            {"SIGFP", 'Q', reflections_.sigma}};
    if (options().free_percent > 0)
      columns.push_back({"FREE", 'I', {reflections_.flag.begin(), reflections_.flag.end()}});
    columns.push_back({"FC_TRUE", 'F', amplitudes(f_true)});
    columns.push_back({"PHIC_TRUE", 'P', phases(f_true)});
    crystal::write_mtz(form_.crystal, reflections_, request_.job.refine.form_factors.wavelength,
                       columns, "Polyform " + name() + ", simulated",
                       directory_ / (name() + ".mtz"));
  }

  // PDB, or mmCIF where the model does not fit; the file's name.
  std::string write_model(const crystal::Model& model, const targets::Agreement& agreement,
                          const std::string& stem) {
    const crystal::RefinementRecord record =
        record_of(reflections_, agreement, options(), model.atoms);
    const std::string why = crystal::why_not_pdb(model);
    if (why.empty()) {
      crystal::write_pdb(model, form_.crystal, record, directory_ / (stem + ".pdb"));
      return stem + ".pdb";
    }
    log_.info(stem + ": written as mmCIF, since it does not fit the PDB format (" + why + ")");
    crystal::write_mmcif(model, form_.crystal, record, directory_ / (stem + ".cif"));
    return stem + ".cif";
  }

  Json summary(const TrueFactors& truth) const {
    const gemmi::UnitCell& c = form_.crystal.cell;
    Json choices;
    for (const job::NamedValue& option : job::values_of(request_.job))
      if (option.option.starts_with("simulate.")) choices[option.option.substr(9)] = option.value;
    return {
        {"schema", 1},
        {"program", "Polyform"},
        {"version", POLYFORM_VERSION},
        {"ranks", ranks_},
        {"seed", request_.job.refine.seed},
        {"source", form_.truth.source},
        {"name", name()},
        {"space_group", form_.crystal.space_group->xhm()},
        {"cell", {c.a, c.b, c.c, c.alpha, c.beta, c.gamma}},
        {"copies", json_of(form_.motions)},
        {"n_atoms", form_.truth.atoms.size()},
        {"n_riding_hydrogens", form_.true_hydrogens.size()},
        {"solvent_content", form_.solvent_content},
        {"mask_fraction", truth.solvent_fraction},
        {"contacts", form_.contacts.count},
        {"closest_contact", form_.contacts.closest},
        {"d_min", reflections_.d_min()},
        {"d_max", reflections_.d_max()},
        {"n_reflections", reflections_.size()},
        {"n_work", reflections_.count(crystal::Use::work)},
        {"n_test", reflections_.count(crystal::Use::test)},
        {"n_lost", reflections_.count(crystal::Use::unobserved)},
        {"free_flag", options().free_percent > 0 ? "CCP4 (test = 0)" : "none"},
        {"truth", json_of(of_truth_)},
        {"start", json_of(of_start_)},
        {"start_rms_distance", simulate::rms_distance(form_.truth.atoms, form_.start.atoms)},
        {"mtz", name() + ".mtz"},
        {"model", start_file_},
        {"true_model", true_file_},
        {"options", choices},
        {"warnings", log_.warnings()},
    };
  }

  void tell_result() const {
    std::printf("%s: %zu reflections to %.2f A, %zu work, %zu test (flag 0, CCP4), %zu lost\n",
                name().c_str(), reflections_.size(), reflections_.d_min(),
                reflections_.count(crystal::Use::work), reflections_.count(crystal::Use::test),
                reflections_.count(crystal::Use::unobserved));
    const auto line = [&](const char* what, const std::string& file,
                          const targets::Agreement& agreement) {
      std::printf("  %-5s %s  R-work %s, R-free %s\n", what, (directory_ / file).c_str(),
                  run::text_of_r(agreement.overall.r_work).c_str(),
                  run::text_of_r(agreement.overall.r_free).c_str());
    };
    std::printf("  data  %s\n", (directory_ / (name() + ".mtz")).c_str());
    line("start", start_file_, of_start_);
    line("true", true_file_, of_truth_);
  }

  const Request& request_;
  int ranks_;
  base::Log log_;
  MadeForm form_;
  crystal::Reflections reflections_;
  targets::Agreement of_truth_, of_start_;
  std::string true_file_, start_file_;
  fs::path directory_;
};

// Structure factors with all ranks on one sample. Collective over world.
TrueFactors factors_of(const parallel::Communicator& world, simulate::Sample of_coordinator,
                       const job::Job& job) {
  const simulate::Sample sample = world.broadcast_packed(std::move(of_coordinator));
  const crystal::Reflections reflections = crystal::all_reflections(
      crystal_of(sample), job.simulate.d_min, job.simulate.d_max, "the crystal to be simulated");
  return simulate::true_factors(sample, reflections.hkl, job.simulate, job.refine.form_factors,
                                job.refine.mask, world);
}

}  // namespace

void simulate(const parallel::Communicator& world, const Request& request) {
  std::unique_ptr<Simulation> coordinator;
  world.agree([&] {
    if (request.job.forms.size() != 1)
      throw base::UsageError("simulate: makes one crystal form; the job has " +
                             std::to_string(request.job.forms.size()));
    simulate::check_options(request.job.simulate);
    if (!world.is_root()) return;
    coordinator = std::make_unique<Simulation>(request, world.size());
    coordinator->prepare();
  });
  const auto sample = [&](auto of) {
    return coordinator ? (*coordinator.*of)() : simulate::Sample{};
  };
  const TrueFactors truth = factors_of(world, sample(&Simulation::true_sample), request.job);
  const TrueFactors start = factors_of(world, sample(&Simulation::start_sample), request.job);
  world.agree([&] {
    if (coordinator) coordinator->finish(truth, start);
  });
}

}  // namespace polyform::app
