// SPDX-License-Identifier: MPL-2.0
// Target functions of the data: value and slope at the owned reflections.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "polyform/targets/error_model.hpp"
#include "polyform/targets/share.hpp"

namespace polyform::targets {

/// A function of F_model. Sums run over the work set only: the slope at every other reflection is
/// exactly zero, and F_obs of the test set is never read.
class Target {
 public:
  virtual ~Target() = default;
  /// THIS RANK'S PART of T, and dT/dF_model = dT/dA + i dT/dB at the owned reflections.
  virtual double evaluate(std::span<const Complex> f_model, std::span<Complex> slope) const = 0;
  /// d2T/d|F_model|^2 at the owned reflections, for the curvature of the data term.
  virtual void curvature(std::span<const Complex> f_model, std::span<double> second) const = 0;
};

/// LSQ: T = sum_work (F_obs - k |F_model|)^2 / sum_work F_obs^2 with unit weights and
/// k = sum F_obs |F_model| / sum |F_model|^2 taken at construction (frozen within a minimisation).
/// Throws InputError when there is nothing to compare. Collective over team.
std::unique_ptr<Target> make_lsq(const Share& share, std::span<const Complex> f_model);

/// ML: T = mean over the work set of -ln p(F_obs; alpha |F_model|, epsilon beta).
/// Lunin & Skovoroda (1995); Lunin, Afonine & Urzhumtsev (2002) Acta Cryst. A58, 270, eq. 3. Takes
/// copies of alpha and beta. Throws InputError without a work set. Collective over team (counts the
/// work set).
std::unique_ptr<Target> make_ml(const Share& share, const ErrorModel& errors);

}  // namespace polyform::targets
