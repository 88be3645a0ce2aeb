// SPDX-License-Identifier: MPL-2.0
// Which vector instructions the processor has.
#include "density/instruction_set.hpp"

#include <algorithm>
#include <cstdlib>

namespace polyform::density {
namespace {

InstructionSet of_processor() {
#if defined(__x86_64__)
  const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (has_avx2 && has_avx512) return InstructionSet::avx512;
  if (has_avx2) return InstructionSet::avx2;
#endif
  return InstructionSet::plain;
}

InstructionSet asked_for() {
  const char* asked = std::getenv("POLYFORM_INSTRUCTIONS");
  if (asked == nullptr) return InstructionSet::avx512;
  if (asked == name_of(InstructionSet::plain)) return InstructionSet::plain;
  if (asked == name_of(InstructionSet::avx2)) return InstructionSet::avx2;
  return InstructionSet::avx512;
}

}  // namespace

InstructionSet instruction_set() {
  static const InstructionSet set = std::min(of_processor(), asked_for());
  return set;
}

std::string name_of(InstructionSet set) {
  switch (set) {
    case InstructionSet::plain:
      return "plain";
    case InstructionSet::avx2:
      return "avx2";
    case InstructionSet::avx512:
      return "avx512";
  }
  return "";
}

}  // namespace polyform::density
