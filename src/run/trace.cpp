// SPDX-License-Identifier: MPL-2.0
// JSON lines, each written at once.
#include "polyform/run/trace.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "polyform/base/error.hpp"

namespace polyform::run {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw base::OutputError("cannot write " + path.string() + ": " + std::strerror(errno));
}

nlohmann::ordered_json json_of(const parallel::Spread& spread) {
  return {{"min", spread.least}, {"mean", spread.mean}, {"max", spread.most}};
}

}  // namespace

std::vector<nlohmann::ordered_json> traffic_objects(const parallel::TrafficReport& report) {
  std::vector<nlohmann::ordered_json> objects;
  for (const auto& [phase, of_ranks] : report)
    objects.push_back({{"kind", "traffic"},
                       {"phase", phase},
                       {"seconds", json_of(of_ranks.seconds)},
                       {"work", json_of(of_ranks.work)},
                       {"calls", json_of(of_ranks.calls)},
                       {"messages", json_of(of_ranks.messages)},
                       {"bytes", json_of(of_ranks.bytes)}});
  return objects;
}

Trace::Trace(const std::filesystem::path& path)
    : path_(path),
      file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666)) {
  if (file_ < 0) fail(path);
}

Trace::~Trace() {
  if (file_ >= 0) ::close(file_);
}

void Trace::add(const nlohmann::ordered_json& object) {
  nlohmann::ordered_json line = {{"schema", trace_schema}};
  line.update(object);
  const std::string text = line.dump() + "\n";
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = ::write(file_, text.data() + at, text.size() - at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail(path_);
    at += static_cast<std::size_t>(written);
  }
}

}  // namespace polyform::run
