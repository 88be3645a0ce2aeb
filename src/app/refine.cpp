// SPDX-License-Identifier: MPL-2.0
// The command `refine`: read, refine, write.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "app/commands.hpp"
#include "app/read_forms.hpp"
#include "app/select_atoms.hpp"
#include "polyform/base/atomic_file.hpp"
#include "polyform/base/text.hpp"
#include "polyform/job/write_job.hpp"
#include "polyform/refine/coordinate.hpp"
#include "polyform/restraints/riding.hpp"
#include "polyform/run/outputs.hpp"
#include "polyform/run/run_directory.hpp"
#include "polyform/run/run_journal.hpp"
#include "polyform/run/stop_request.hpp"
#include "polyform/run/tables.hpp"

namespace polyform::app {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// A line of standard error that the next replaces, where standard error is a terminal.
run::ProgressLine progress_of_terminal() {
  if (!::isatty(STDERR_FILENO)) return {};
  return [](const std::string& line) {
    std::fprintf(stderr, "\r\033[K%s", line.c_str());
    std::fflush(stderr);
  };
}

// A refinement on the coordinator, from its files to its files.
class Run {
 public:
  Run(const Request& request, int ranks) : request_(request), ranks_(ranks) { log_.to_terminal(); }

  /// Everything that can be wrong with what the user gave is found here, before the work.
  void prepare() {
    log_.info(
        base::format("Polyform %s on %d rank%s", POLYFORM_VERSION, ranks_, ranks_ == 1 ? "" : "s"));
    for (const job::NamedValue& option : job::differences_from_default(request_.job))
      log_.info("  " + option.option + ": " + option.value);
    forms_ = read_forms(request_.job, log_);
    if (!forms_.selected.empty()) log_.info(selection_table(forms_.selected, forms_.sources));
    directory_ = run::make_run_directory(request_.job.out, request_.stem);
    job::Job as_run = request_.job;
    as_run.out.clear();  // so that running it again makes a fresh directory
    base::write_atomically(directory_ / "job.yaml", job::write_job(as_run));
    log_.to_file(directory_ / "polyform.log");
  }

  std::vector<refine::FormInput> take_inputs() { return std::move(forms_.inputs); }

  void refine(refine::Ensemble& ensemble) {
    ensemble.set_ncs(groups());
    std::vector<std::string> names;
    for (const run::FormSource& source : forms_.sources) names.push_back(source.name);
    run::Trace trace(directory_ / "trace.jsonl");
    run::RunJournal journal(log_, trace, names, request_.job.refine.table_every,
                            progress_of_terminal(), look_up(ensemble));
    std::vector<run::FormFindings> findings(forms_.sources.size());
    for (std::size_t f = 0; f < findings.size(); ++f) findings[f].b_start = b_values(ensemble, f);
    const refine::Outcome outcome = refine::run_protocol(
        ensemble, request_.job.refine, journal, run::stop_asked, hydrogen_placer(ensemble));
    std::vector<run::FormFiles> files;
    for (std::size_t f = 0; f < forms_.sources.size(); ++f)
      files.push_back(write_form(ensemble, f, outcome));
    for (std::size_t f = 0; f < findings.size(); ++f) {
      findings[f].b_final = b_values(ensemble, f);
      findings[f].history = journal.history(f);
      findings[f].violations = run::violations_of(ensemble, f, request_.job.report);
    }
    log_.info(run::rank_table(ensemble, outcome.final, ensemble.rank_reports()));
    write_summary(run::summary_json(facts(outcome.status, outcome.stopped_because), outcome,
                                    ensemble, forms_.sources, files, findings,
                                    ncs_by_residue(ensemble)));
    for (std::size_t f = 0; f < files.size(); ++f) print_result(outcome, f, files[f]);
    std::printf("%s: %s; %d evaluations, %.1f s\n", outcome.status.c_str(),
                outcome.stopped_because.c_str(), outcome.evaluations, seconds());
  }

  /// Leaves word of a failure after prepare(), where that can still be written.
  void tell_failure(const std::string& reason) {
    if (directory_.empty()) return;
    try {
      write_summary(run::failed_summary_json(facts("failed", reason)));
    } catch (const base::OutputError&) {
      // The reason itself is on its way to the user.
    }
  }

 private:
  void write_summary(const std::string& summary) const {
    base::write_atomically(directory_ / "summary.json", summary);
    base::write_atomically(directory_ / "report.html", run::report_page(summary));
  }

  // Empty unless hydrogens ride.
  refine::HydrogenPlacer hydrogen_placer(const refine::Ensemble& ensemble) {
    if (request_.job.model.hydrogens != "riding") return {};
    return [&](std::size_t f, const crystal::Atoms& atoms) {
      const parallel::Phase phase("place_hydrogens");
      crystal::Model& model = forms_.sources[f].model;
      crystal::update_structure(model, atoms);
      return restraints::place_riding_hydrogens(model, forms_.dictionaries[f], ensemble.crystal(f));
    };
  }

  // What the journal asks for as the refinement goes; groups of atoms stay as they are.
  run::FormLookUp look_up(refine::Ensemble& ensemble) {
    groups_.clear();
    for (const run::FormSource& source : forms_.sources)
      groups_.push_back(run::report_groups(source.model));
    return {[&](std::size_t f) { return run::violations_of(ensemble, f, request_.job.report); },
            [&](std::size_t f) { return b_values(ensemble, f); },
            [&](std::size_t f) -> const std::vector<std::string>& {
              return forms_.sources[f].model.label;
            },
            [&] { return run::ncs_states(ensemble); }, [&] { return ensemble.take_traffic(); }};
  }

  std::vector<run::NcsState> ncs_by_residue(const refine::Ensemble& ensemble) const {
    std::vector<std::string> label;
    for (const run::FormSource& source : forms_.sources)
      label.insert(label.end(), source.model.label.begin(), source.model.label.end());
    std::vector<run::NcsState> states = run::ncs_states(ensemble);
    for (run::NcsState& state : states) state.residues = run::residue_differences(state, label);
    return states;
  }

  std::vector<restraints::NcsGroup> groups() const {
    std::vector<restraints::NcsGroup> all;
    for (const NcsPart& part : forms_.ncs) all.push_back(part.group);
    return all;
  }

  std::vector<restraints::BStatistics> b_values(const refine::Ensemble& ensemble,
                                                std::size_t f) const {
    return restraints::b_statistics(ensemble.restraint_lists(f), ensemble.atoms(f).b, groups_[f]);
  }

  run::FormFiles write_form(refine::Ensemble& ensemble, std::size_t f,
                            const refine::Outcome& outcome) {
    run::FormSource& source = forms_.sources[f];
    const run::FormFiles files = run::write_form(ensemble, f, source, outcome.final[f],
                                                 request_.job.refine.of(f), directory_, log_);
    return files;
  }

  void print_result(const refine::Outcome& outcome, std::size_t f,
                    const run::FormFiles& files) const {
    const auto& start = outcome.start[f].agreement.overall;
    const auto& final = outcome.final[f].agreement.overall;
    std::printf("%s: R-work %s -> %s, R-free %s -> %s\n", forms_.sources[f].name.c_str(),
                run::text_of_r(start.r_work).c_str(), run::text_of_r(final.r_work).c_str(),
                run::text_of_r(start.r_free).c_str(), run::text_of_r(final.r_free).c_str());
    std::printf("  model %s\n  map   %s\n", (directory_ / files.model).c_str(),
                (directory_ / files.mtz).c_str());
  }

  run::RunFacts facts(const std::string& status, const std::string& because) const {
    run::RunFacts facts{status,          because, ranks_, seconds(), request_.job.refine.seed,
                        log_.warnings(), {}};
    for (const job::NamedValue& option : job::differences_from_default(request_.job))
      facts.options.emplace_back(option.option, option.value);
    return facts;
  }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  const Request& request_;
  int ranks_;
  Clock::time_point start_ = Clock::now();
  base::Log log_;
  Forms forms_;
  std::vector<std::vector<restraints::AtomGroup>> groups_;  // of the report, one list a form
  fs::path directory_;
};

}  // namespace

void refine(const parallel::Communicator& world, const Request& request) {
  run::listen_for_stop();
  std::unique_ptr<Run> coordinator;
  world.agree([&] {
    if (!world.is_root()) return;
    coordinator = std::make_unique<Run>(request, world.size());
    coordinator->prepare();
  });
  try {
    refine::Ensemble ensemble(
        world, coordinator ? coordinator->take_inputs() : std::vector<refine::FormInput>{},
        request.job.refine);
    coordinate(world, ensemble, [&] { coordinator->refine(ensemble); });
  } catch (const std::exception& error) {
    if (coordinator) coordinator->tell_failure(error.what());
    throw;
  }
}

}  // namespace polyform::app
