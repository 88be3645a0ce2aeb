// SPDX-License-Identifier: MPL-2.0
// Which value of a free flag marks the test set, and making a set where there is none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "polyform/base/log.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::crystal {

struct FreeConvention {
  int test_value = -1;
  std::string name;  ///< "CCP4 (test = 0)", "X-PLOR (test = 1)" ...
};
inline const FreeConvention by_status = {0, "mmCIF status (test = f)"};

/// flags: of the measured reflections, -1 where missing. More than two values: CCP4, 0 marks the
/// test set; two values: the rarer one does; asked >= 0: that one. Throws InputError for a flag
/// with one value only, two equally frequent ones, an asked value that does not occur, a test set
/// of more than half of the reflections.
FreeConvention recognise_free(const std::vector<int>& flags, int asked, const std::string& source,
                              const std::string& label);

/// 0 (test) or 1 (work) for an index, the test set being `per_cent` of all indices on average.
/// Depends on seed and index alone, so that isomorphous forms get one test set.
int made_flag(const Hkl& hkl, int per_cent, std::uint64_t seed);

}  // namespace polyform::crystal
