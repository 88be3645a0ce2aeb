// SPDX-License-Identifier: MPL-2.0
// Rows of a file to one entry a reflection of the reciprocal asymmetric unit.
#pragma once

#include <vector>

#include "crystal/choose_columns.hpp"
#include "crystal/reflection_table.hpp"
#include "polyform/crystal/crystal.hpp"
#include "polyform/crystal/reflections.hpp"

namespace polyform::crystal {

/// One measurement (value NaN: a row that has a flag alone), index inside gemmi's asymmetric unit.
struct Observation {
  Hkl hkl;
  double value, sigma;
  int flag;  ///< -1 where missing
};

/// Why measurements were not used.
struct Rejections {
  std::size_t missing = 0;       ///< rows without a (finite) value
  std::size_t absent = 0;        ///< systematic absences with a value
  std::size_t not_positive = 0;  ///< amplitudes <= 0
  std::size_t bad_sigma = 0;     ///< sigma <= 0; of intensities also missing
  std::size_t duplicates = 0;    ///< measurements averaged into another
  std::size_t flag_conflicts = 0;
};

/// Rows of the table in no particular order; values that cannot be used are NaN already.
std::vector<Observation> observations_of(const ReflectionTable& table, const ChosenColumns& chosen,
                                         const Crystal& crystal, Rejections& rejections);

/// One a reflection, ascending: inverse-variance mean of value (plain mean without sigmas), flags
/// joined (the test value wins over others). Systematic absences and (0,0,0) are gone.
std::vector<Observation> merged(std::vector<Observation> observations, int test_value,
                                const Crystal& crystal, Rejections& rejections);

}  // namespace polyform::crystal
