// SPDX-License-Identifier: MPL-2.0
// Which columns of a reflection file are the measurements, their errors and the test flag.
#pragma once

#include "crystal/reflection_table.hpp"
#include "polyform/crystal/read_reflections.hpp"

namespace polyform::crystal {

enum class Quantity { amplitude, intensity };

/// Indices into the table's columns; -1 where there is none. `minus` is the other half of an
/// anomalous pair, of which `value` is the first.
struct ChosenColumns {
  Quantity quantity = Quantity::amplitude;
  int value = -1, sigma = -1;
  int minus = -1, minus_sigma = -1;
  int flag = -1;
  int minus_flag = -1;  ///< flag of the (-) half where the file has two (R-free-flags(-))
};

/// Takes the labels asked for (value, sigma, flag; four or five for an anomalous pair; "none" for
/// no flag), or chooses: mean amplitudes with a sigma, mean intensities, anomalous pairs,
/// amplitudes without a sigma; intensities first where they are preferred. Calculated amplitudes,
/// map coefficients and figures of merit are never chosen. Says in the log what was chosen and what
/// else there was. Throws InputError.
ChosenColumns choose_columns(const ReflectionTable& table, const DataOptions& options,
                             base::Log& log);

}  // namespace polyform::crystal
