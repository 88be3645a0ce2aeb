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
  std::vector<std::string> warnings;
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

void Log::to_terminal() {
  add(state_->logger, std::make_shared<spdlog::sinks::stderr_sink_mt>());
}

void Log::to_file(const std::filesystem::path& path) {
  try {
    add(state_->logger, std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string(), true));
  } catch (const spdlog::spdlog_ex& error) {
    throw OutputError("cannot write the log " + path.string() + ": " + error.what());
  }
  state_->logger.flush_on(spdlog::level::info);
}

void Log::info(const std::string& line) { state_->logger.info("{}", line); }

void Log::warning(const std::string& line) {
  state_->warnings.push_back(line);
  state_->logger.warn("warning: {}", line);
}

const std::vector<std::string>& Log::warnings() const { return state_->warnings; }

}  // namespace polyform::base
