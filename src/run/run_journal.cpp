// SPDX-License-Identifier: MPL-2.0
// What a refinement tells, to the log, the trace and the terminal.
#include "polyform/run/run_journal.hpp"

#include "polyform/base/text.hpp"
#include "polyform/run/tables.hpp"
#include "run/json.hpp"

namespace polyform::run {

RunJournal::RunJournal(base::Log& log, Trace& trace, std::vector<std::string> names,
                       int table_every, ProgressLine progress)
    : log_(log),
      trace_(trace),
      names_(std::move(names)),
      table_every_(table_every),
      progress_(std::move(progress)) {
  trace_.add(
      {{"kind", "run"}, {"program", "Polyform"}, {"version", POLYFORM_VERSION}, {"forms", names_}});
}

RunJournal::~RunJournal() { clear_progress(); }

void RunJournal::note(const std::string& line) {
  clear_progress();
  log_.info(line);
}

void RunJournal::step(const refine::StepRecord& record) {
  Json object = json_of(record, names_);
  object["seconds"] = seconds();
  trace_.add(object);
  if (record.step.number % table_every_ == 0 || record.step.number == 1)
    note(energy_table(record, names_));
  show_progress(record);
}

void RunJournal::cycle(const refine::CycleRecord& record) {
  cycles_planned_ = record.cycles_planned;
  Json object = json_of(record, names_);
  object["seconds"] = seconds();
  trace_.add(object);
  for (const std::string& line : cycle_lines(record, names_)) note(line);
  if (record.cycle != 0 && record.cycle != record.cycles_planned) return;
  for (std::size_t f = 0; f < record.forms.size(); ++f) {
    if (names_.size() > 1) note("form " + names_[f]);
    note(shell_table(record.forms[f].agreement));
    note("  " + scale_line(record.forms[f]));
    note("  " + geometry_line(record.forms[f].geometry));
  }
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
