// SPDX-License-Identifier: MPL-2.0
// The journal of a run: log, trace, and a progress line where somebody is looking.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/refine/journal.hpp"
#include "polyform/run/trace.hpp"

namespace polyform::run {

enum class Progress { shown, silent };

/// Shown when standard error is a terminal.
Progress progress_of_terminal();

class RunJournal : public refine::Journal {
 public:
  /// log and trace must outlive the journal. table_every: steps between tables of energies.
  RunJournal(base::Log& log, Trace& trace, std::vector<std::string> names, int table_every,
             Progress progress);
  ~RunJournal() override;

  void note(const std::string& line) override;
  void step(const refine::StepRecord& record) override;
  void cycle(const refine::CycleRecord& record) override;

  double seconds() const;  ///< since construction

 private:
  void show_progress(const refine::StepRecord& record);
  void clear_progress();

  base::Log& log_;
  Trace& trace_;
  std::vector<std::string> names_;
  int table_every_;
  Progress progress_;
  int cycles_planned_ = 0;
  bool line_shown_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace polyform::run
