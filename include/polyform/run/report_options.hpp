// SPDX-License-Identifier: MPL-2.0
// What a run tells as it goes, and how much of it.
#pragma once

#include "polyform/base/option.hpp"

namespace polyform::run {

struct ReportOptions {
  double violations_z = 4.0;
  int violations = 10;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit("violations_z", violations_z,
          {.sentence = "Restraints this many sigmas from their ideal are violations, counted in "
                       "every table of positions and listed after every cycle",
           .range = {1, 1000}});
    visit("violations", violations,
          {.sentence = "Violations listed after a cycle, the worst first (0: their number alone)",
           .range = {0, 1000000}});
  }
};

}  // namespace polyform::run
