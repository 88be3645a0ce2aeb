// SPDX-License-Identifier: MPL-2.0
// The trace of a run: one JSON object a line, readable while the run goes on.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "polyform/parallel/traffic.hpp"

namespace polyform::run {

/// Version of the objects' layout, in each of them as "schema".
inline constexpr int trace_schema = 1;

/// An object for each phase that ranks were in: what the rank with least, the mean of all, and the
/// rank with most has computed and sent in it.
std::vector<nlohmann::ordered_json> traffic_objects(const parallel::TrafficReport& report);

class Trace {
 public:
  /// Starts the file. Throws OutputError.
  explicit Trace(const std::filesystem::path& path);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  /// Adds one object as one line, in one write. Throws OutputError (full disk ...).
  void add(const nlohmann::ordered_json& object);

 private:
  std::filesystem::path path_;
  int file_;
};

}  // namespace polyform::run
