// SPDX-License-Identifier: MPL-2.0
// From true amplitudes to measured ones: sigmas, errors, losses, free flags.
#pragma once

#include <span>

#include "polyform/crystal/reflections.hpp"
#include "polyform/simulate/options.hpp"

namespace polyform::simulate {

/// Value of the free flag that marks the test set.
inline constexpr int test_flag = 0;

/// Measures reflections: fills f_obs, sigma, flag and use.
///
/// sigma(F) = relative_sigma F + sigma_floor <F>, F the true amplitude and <F> its mean over the
/// resolution shell (20 shells of equal numbers, smooth between them). F_obs is drawn from the
/// normal distribution of mean F and this sigma, cut off at 0: draws that are not positive are
/// drawn again. Flags are 0 to 100/free_percent - 1 as CCP4 has them, 0 the test set; -1 where
/// free_percent is 0. Reflections are lost one by one; they keep their flag. Loss, error and flag
/// of a reflection depend on the seed and its indices alone. f_true: one amplitude a reflection.
/// Not collective.
void measure(crystal::Reflections& reflections, std::span<const double> f_true,
             const SimulateOptions& options, int seed);

}  // namespace polyform::simulate
