// SPDX-License-Identifier: MPL-2.0
// The log of a run, by spdlog.
#include "polyform/base/log.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "polyform/base/error.hpp"

namespace polyform::base {

struct Log::State {
  spdlog::logger logger{"polyform"};
  std::vector<std::string> lines;  // said before there was a file
  bool has_file = false;
  std::vector<std::string> warnings;

  void say(spdlog::level::level_enum level, const std::string& line) {
    logger.log(level, "{}", line);
    if (!has_file) lines.push_back(line);
  }
};

Log::Log() : state_(std::make_unique<State>()) {}
Log::~Log() = default;
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;

namespace {

template <class Sink>
void add(spdlog::logger& logger, std::shared_ptr<Sink> sink) {
  // Warnings say so; information speaks for itself.
  sink->set_pattern("%^%v%$");
  logger.sinks().push_back(std::move(sink));
}

}  // namespace

void Log::to_terminal() { add(state_->logger, std::make_shared<spdlog::sinks::stderr_sink_mt>()); }

void Log::to_file(const std::filesystem::path& path) {
  try {
    auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string(), true);
    sink->set_pattern("%v");
    for (const std::string& line : state_->lines)
      sink->log(spdlog::details::log_msg("polyform", spdlog::level::info, line));
    add(state_->logger, std::move(sink));
  } catch (const spdlog::spdlog_ex& error) {
    throw OutputError("cannot write the log " + path.string() + ": " + error.what());
  }
  state_->logger.flush_on(spdlog::level::info);
  state_->has_file = true;
  state_->lines.clear();
}

void Log::info(const std::string& line) { state_->say(spdlog::level::info, line); }

void Log::warning(const std::string& line) {
  state_->warnings.push_back(line);
  state_->say(spdlog::level::warn, "warning: " + line);
}

const std::vector<std::string>& Log::warnings() const { return state_->warnings; }

}  // namespace polyform::base
