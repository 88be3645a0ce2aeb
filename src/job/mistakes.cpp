// SPDX-License-Identifier: MPL-2.0
// All mistakes in one message.
#include "job/mistakes.hpp"

#include "polyform/base/error.hpp"

namespace polyform::job {

void Mistakes::report(const std::string& source) const {
  if (none()) return;
  std::string message;
  if (lines_.size() > 1) message = std::to_string(lines_.size()) + " mistakes in " + source + "\n";
  for (const std::string& line : lines_) message += line + "\n";
  throw base::UsageError(message + "('polyform options' describes every option)");
}

}  // namespace polyform::job
