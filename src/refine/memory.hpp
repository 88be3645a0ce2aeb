// SPDX-License-Identifier: MPL-2.0
// Peak memory of this process.
#pragma once

namespace polyform::refine {

/// Largest resident size so far [MiB], by getrusage.
double peak_memory_mib();

}  // namespace polyform::refine
