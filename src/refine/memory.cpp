// SPDX-License-Identifier: MPL-2.0
// Peak memory of this process.
#include "refine/memory.hpp"

#include <sys/resource.h>

namespace polyform::refine {

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;  // ru_maxrss is in KiB on Linux
}

}  // namespace polyform::refine
