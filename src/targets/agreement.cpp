// SPDX-License-Identifier: MPL-2.0
// R-work, R-free, correlation, counts and completeness, by shell and overall.
#include "polyform/targets/agreement.hpp"
#include "polyform/kernels/magnitude.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace polyform::targets {
namespace {

// Sums over one shell and one part (work or test), laid out to be summed over ranks.
enum Sum { count, difference, fo, fm, fo_fo, fm_fm, fo_fm, n_sums };
using Moments = std::array<double, n_sums>;

struct ShellSums {
  Moments work{}, test{};
  double unobserved = 0;
};
static_assert(sizeof(ShellSums) == (2 * n_sums + 1) * sizeof(double));

constexpr double none = std::numeric_limits<double>::quiet_NaN();

void add(Moments& sums, double f_obs, double f_model) {
  sums[count] += 1.0;
  sums[difference] += std::abs(f_obs - f_model);
  sums[fo] += f_obs;
  sums[fm] += f_model;
  sums[fo_fo] += f_obs * f_obs;
  sums[fm_fm] += f_model * f_model;
  sums[fo_fm] += f_obs * f_model;
}

double ratio(double a, double b) { return b > 0.0 ? a / b : none; }

double correlation(const Moments& s) {
  const double n = s[count];
  const double covariance = n * s[fo_fm] - s[fo] * s[fm];
  const double variances = (n * s[fo_fo] - s[fo] * s[fo]) * (n * s[fm_fm] - s[fm] * s[fm]);
  return variances > 0.0 ? covariance / std::sqrt(variances) : none;
}

ShellAgreement figures(const ShellSums& sums, double d_low, double d_high) {
  const double observed = sums.work[count] + sums.test[count];
  const double scale = ratio(sums.work[fo_fm], sums.work[fm_fm]);
  return {.d_low = d_low,
          .d_high = d_high,
          .n_work = std::lround(sums.work[count]),
          .n_test = std::lround(sums.test[count]),
          .n_unobserved = std::lround(sums.unobserved),
          .r_work = ratio(sums.work[difference], sums.work[fo]),
          .r_free = ratio(sums.test[difference], sums.test[fo]),
          .cc_work = correlation(sums.work),
          .cc_free = correlation(sums.test),
          .completeness = ratio(observed, observed + sums.unobserved),
          .scale = std::isnan(scale) ? 1.0 : scale};
}

void merge(ShellSums& into, const ShellSums& from) {
  for (std::size_t i = 0; i < n_sums; ++i) {
    into.work[i] += from.work[i];
    into.test[i] += from.test[i];
  }
  into.unobserved += from.unobserved;
}

}  // namespace

Agreement agreement(const Share& share, const Shells& shells, std::span<const Complex> f_model) {
  std::vector<ShellSums> sums(static_cast<std::size_t>(shells.size()));
  for (std::size_t k = 0; k < share.size(); ++k) {
    const std::size_t i = share.global(k);
    ShellSums& shell = sums[static_cast<std::size_t>(shells.of(i))];
    const crystal::Use use = share.all.use[i];
    if (use == crystal::Use::unobserved)
      shell.unobserved += 1.0;
    else
      add(use == crystal::Use::work ? shell.work : shell.test, share.all.f_obs[i],
          kernels::magnitude(f_model[k]));
  }
  share.team.sum(std::span<double>(reinterpret_cast<double*>(sums.data()),
                                   sums.size() * sizeof(ShellSums) / sizeof(double)));

  Agreement result;
  ShellSums all;
  for (int k = 0; k < shells.size(); ++k) {
    const ShellSums& shell = sums[static_cast<std::size_t>(k)];
    merge(all, shell);
    result.shells.push_back(figures(shell, shells.d_low(k), shells.d_high(k)));
  }
  if (shells.size() > 0)
    result.overall = figures(all, shells.d_low(0), shells.d_high(shells.size() - 1));
  return result;
}

}  // namespace polyform::targets
