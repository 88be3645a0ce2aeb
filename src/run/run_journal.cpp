// SPDX-License-Identifier: MPL-2.0
// What a refinement tells, to the log, the trace and the terminal.
#include "polyform/run/run_journal.hpp"

#include "polyform/base/text.hpp"
#include "polyform/run/tables.hpp"
#include "run/json.hpp"

namespace polyform::run {

RunJournal::RunJournal(base::Log& log, Trace& trace, std::vector<std::string> names,
                       int table_every, ProgressLine progress, FormLookUp look_up)
    : log_(log),
      trace_(trace),
      names_(std::move(names)),
      table_every_(table_every),
      progress_(std::move(progress)),
      look_up_(std::move(look_up)),
      history_(names_.size()) {
  trace_.add(
      {{"kind", "run"}, {"program", "Polyform"}, {"version", POLYFORM_VERSION}, {"forms", names_}});
}

RunJournal::~RunJournal() { clear_progress(); }

void RunJournal::note(const std::string& line) {
  clear_progress();
  log_.info(line);
}

void RunJournal::step(const refine::StepRecord& record) {
  const parallel::Phase phase("journal_of_steps");
  Json object = json_of(record, names_);
  object["seconds"] = seconds();
  const bool in_table = record.step.number % table_every_ == 0 || record.step.number == 1;
  std::string violations;
  if (in_table && record.stage.starts_with("positions")) violations = violation_counts(object);
  trace_.add(object);
  if (in_table) note(energy_table(record, names_) + violations);
  show_progress(record);
}

void RunJournal::cycle(const refine::CycleRecord& record) {
  const parallel::Phase journal("journal");
  cycles_planned_ = record.cycles_planned;
  const bool first_or_last = record.cycle == 0 || record.cycle == record.cycles_planned;
  Json object = json_of(record, names_);
  object["seconds"] = seconds();
  for (const std::string& line : cycle_lines(record, names_)) note(line);
  for (std::size_t f = 0; f < record.forms.size(); ++f) {
    if (names_.size() > 1) note("form " + names_[f]);
    const refine::FormStatus& form = record.forms[f];
    const auto& overall = form.agreement.overall;
    history_[f].push_back({record.cycle, overall.r_work, overall.r_free, form.geometry.bond.rmsd,
                           form.geometry.angle.rmsd, form.b_mean,
                           tell_violations(f, object["forms"][f])});
    if (!first_or_last) continue;
    tell_status(record.forms[f]);
    if (look_up_.labels)
      if (const std::string line = b_limit_line(form, look_up_.labels(f)); !line.empty())
        note("  " + line);
    tell_b_values(f, object["forms"][f]);
    const std::string errors = error_table(record.forms[f]);
    if (record.cycle > 0 && !errors.empty()) note(errors);
  }
  if (look_up_.ncs)
    for (const NcsState& state : look_up_.ncs()) {
      note(base::format("  %s", ncs_line(state).c_str()));
      object["ncs"].push_back(json_of(state));
    }
  trace_.add(object);
  if (look_up_.traffic)
    for (Json phase : traffic_objects(look_up_.traffic())) {
      phase["cycle"] = record.cycle;
      trace_.add(phase);
    }
}

void RunJournal::trials(const refine::TrialRecord& record) {
  Json object = json_of(record, names_);
  object["seconds"] = seconds();
  trace_.add(object);
  for (std::size_t f = 0; f < record.forms.size(); ++f) note(trial_table(record, f, names_));
}

void RunJournal::tell_status(const refine::FormStatus& status) {
  note(shell_table(status.agreement));
  note("  " + scale_line(status));
  note("  " + geometry_line(status.geometry));
  if (const std::string line = anisotropic_line(status.anisotropic); !line.empty())
    note("  " + line);
}

// The line that follows the table of energies; counts go into the forms of the step as well.
std::string RunJournal::violation_counts(Json& step) const {
  if (!look_up_.violations) return "";
  std::string text;
  for (std::size_t f = 0; f < names_.size(); ++f) {
    const Violations found = look_up_.violations(f);
    step["forms"][f]["violations"] = found.count;
    text += base::format("%s %s%ld", f == 0 ? "\n viol:" : ",",
                         names_.size() > 1 ? (names_[f] + " ").c_str() : "", found.count);
    if (f + 1 == names_.size()) text += base::format(" beyond |Z| %g", found.beyond_z);
  }
  return text;
}

// Returns how many there are.
long RunJournal::tell_violations(std::size_t form, Json& object) {
  if (!look_up_.violations) return 0;
  const Violations found = look_up_.violations(form);
  object["violations"] = json_of(found, look_up_.labels(form));
  note(violation_table(found, look_up_.labels(form)));
  return found.count;
}

void RunJournal::tell_b_values(std::size_t form, Json& object) {
  if (!look_up_.b_statistics) return;
  const auto statistics = look_up_.b_statistics(form);
  object["b_statistics"] = json_of(statistics);
  note(b_table(statistics));
}

double RunJournal::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void RunJournal::show_progress(const refine::StepRecord& record) {
  if (!progress_) return;
  std::string line =
      base::format("cycle %d of %d  %s  step %d of %d  R-work", record.cycle, cycles_planned_,
                   record.stage.c_str(), record.step.number, record.steps_planned);
  for (const refine::FormTerms& form : record.forms)
    line.append(" ").append(text_of_r(form.r_work));
  progress_(line);
  line_shown_ = true;
}

void RunJournal::clear_progress() {
  if (line_shown_) progress_("");
  line_shown_ = false;
}

}  // namespace polyform::run
