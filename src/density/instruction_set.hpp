// SPDX-License-Identifier: MPL-2.0
// Which vector instructions the processor has: loops are compiled for each kind and chosen at run
// time.
#pragma once

#include <string>

namespace polyform::density {

enum class InstructionSet { plain, avx2, avx512 };

/// The best that this processor has; POLYFORM_INSTRUCTIONS=plain|avx2|avx512 in the environment
/// asks for less.
InstructionSet instruction_set();
std::string name_of(InstructionSet set);

// Functions with these take the instructions of their kind, and so do all that are inlined into
// them.
#if defined(__x86_64__)
#define POLYFORM_AVX2 __attribute__((target("avx2,fma")))
#define POLYFORM_AVX512 __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))
#else
#define POLYFORM_AVX2
#define POLYFORM_AVX512
#endif

}  // namespace polyform::density
