// SPDX-License-Identifier: MPL-2.0
// Target functions of the data: value and slope at the owned reflections.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "polyform/base/option.hpp"
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

struct LsqOptions {
  std::string weights = "unit";
  std::string scale = "overall";
  int shells = 10;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit("weights", weights,
          {.sentence = "Weight of a reflection: 1 (unit), 1/sigma^2 of its F_obs (sigma), or one "
                       "over the mean square residual of its shell (shell)",
           .choices = {"unit", "sigma", "shell"}});
    visit("scale", scale,
          {.sentence = "Scale of F_model: one for all (overall), or each shell its own (shell)",
           .choices = {"overall", "shell"}});
    visit("shells", shells,
          {.sentence = "Resolution shells of weights and scales", .range = {1, 200}});
  }
};

/// LSQ: T = sum_work w (F_obs - k |F_model|)^2 / sum_work w F_obs^2, with the weights w and scales
/// k that the options ask for, k = sum w F_obs |F_model| / sum w |F_model|^2 of all or of a shell.
/// w and k are taken at construction and frozen within a minimisation. A reflection without a
/// sigma above 0 weighs as the mean sigma^2 of those of its shell that have one. Throws InputError
/// when there is nothing to compare, or weights by sigma are asked for and no reflection has one.
/// Collective over team.
std::unique_ptr<Target> make_lsq(const Share& share, std::span<const Complex> f_model,
                                 const LsqOptions& options = {});

/// ML: T = mean over the work set of -ln p(F_obs; alpha |F_model|, epsilon beta).
/// Lunin & Skovoroda (1995); Lunin, Afonine & Urzhumtsev (2002) Acta Cryst. A58, 270, eq. 3. Takes
/// copies of alpha and beta. Throws InputError without a work set. Not collective. ML_EST and
/// ML_FK are the same with alpha and beta of other sources.
std::unique_ptr<Target> make_ml(const Share& share, const ErrorModel& errors);

/// ML_APR: T = mean over the work set of least + w* (|F_model| - F*)^2, the parabolas that have the
/// minima of ML's terms and their curvature there (kernels::likelihood_parabola), on the same scale
/// as ML. Lunin, Afonine & Urzhumtsev (2002); Afonine, Lunin & Urzhumtsev (2003) J. Appl. Cryst.
/// 36, 158. F* and w* are computed at construction. Throws InputError without a work set. Not
/// collective.
std::unique_ptr<Target> make_ml_apr(const Share& share, const ErrorModel& errors);

}  // namespace polyform::targets
