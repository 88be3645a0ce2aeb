// SPDX-License-Identifier: MPL-2.0
// The journal of a run: log, trace, and a line of progress.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/refine/journal.hpp"
#include "polyform/run/form_details.hpp"
#include "polyform/run/trace.hpp"

namespace polyform::run {

/// Shows one line that the next replaces; an empty line takes it away.
using ProgressLine = std::function<void(const std::string&)>;

class RunJournal : public refine::Journal {
 public:
  /// log and trace must outlive the journal. table_every: steps between tables of energies.
  /// progress: called after every step, and with an empty line before the log is written to; may be
  /// empty. look_up: for violations and B values; its functions may be empty.
  RunJournal(base::Log& log, Trace& trace, std::vector<std::string> names, int table_every,
             ProgressLine progress, FormLookUp look_up = {});
  ~RunJournal() override;

  void note(const std::string& line) override;
  void step(const refine::StepRecord& record) override;
  void cycle(const refine::CycleRecord& record) override;
  void trials(const refine::TrialRecord& record) override;

  double seconds() const;  ///< since construction

  /// One a cycle that was told, from cycle 0 on.
  const std::vector<CycleFigures>& history(std::size_t form) const { return history_[form]; }

 private:
  std::string violation_counts(nlohmann::ordered_json& step) const;
  long tell_violations(std::size_t form, nlohmann::ordered_json& object);
  void tell_b_values(std::size_t form, nlohmann::ordered_json& object);
  void tell_status(const refine::FormStatus& status);
  void show_progress(const refine::StepRecord& record);
  void clear_progress();

  base::Log& log_;
  Trace& trace_;
  std::vector<std::string> names_;
  int table_every_;
  ProgressLine progress_;
  FormLookUp look_up_;
  std::vector<std::vector<CycleFigures>> history_;  // one list a form
  int cycles_planned_ = 0;
  bool line_shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace polyform::run
