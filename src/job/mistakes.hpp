// SPDX-License-Identifier: MPL-2.0
// Mistakes of a job, collected to be reported together.
#pragma once

#include <string>
#include <vector>

namespace polyform::job {

class Mistakes {
 public:
  /// place: what stands before the colon: "job.yaml:3:3" or "--set cycles=x".
  void add(const std::string& place, const std::string& text) {
    lines_.push_back(place + ": " + text);
  }
  bool none() const { return lines_.empty(); }
  /// Throws UsageError with all of them, if there are any.
  void report(const std::string& source) const;

 private:
  std::vector<std::string> lines_;
};

}  // namespace polyform::job
