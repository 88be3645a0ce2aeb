// SPDX-License-Identifier: MPL-2.0
// The errors of the likelihood and figures of merit, shell by shell.
#include "refine/error_shells.hpp"

#include "polyform/targets/map_coefficients.hpp"

namespace polyform::refine {

void describe_errors(const targets::Share& share, const targets::ErrorModel& errors,
                     std::span<const std::complex<double>> f_model, FormStatus& status) {
  const targets::Shells& shells = errors.shells;
  const auto n = static_cast<std::size_t>(shells.size());
  const std::vector<double> fom = targets::map_coefficients(share, errors, f_model).fom;

  // Of each shell and, last, of all: sum of m, work and test reflections.
  std::vector<double> sums(3 * (n + 1), 0.0);
  for (std::size_t k = 0; k < share.size(); ++k) {
    const std::size_t h = share.global(k);
    const bool work = share.all.use[h] == crystal::Use::work;
    if (!work && share.all.use[h] != crystal::Use::test) continue;
    const auto count = [&](std::size_t shell) {
      if (work) sums[3 * shell] += fom[k];
      sums[3 * shell + (work ? 1 : 2)] += 1;
    };
    count(n);
    if (n > 0) count(static_cast<std::size_t>(shells.of(h)));
  }
  share.team.sum(std::span<double>(sums));

  const auto mean = [&](std::size_t shell) { return sums[3 * shell] / sums[3 * shell + 1]; };
  status.fom = mean(n);
  for (std::size_t s = 0; s < n; ++s) {
    const int shell = static_cast<int>(s);
    status.error_shells.push_back({shells.d_low(shell), shells.d_high(shell),
                                   static_cast<long>(sums[3 * s + 1]),
                                   static_cast<long>(sums[3 * s + 2]), errors.shell_sigma_a[s],
                                   errors.shell_alpha[s], errors.shell_beta[s], mean(s)});
  }
}

}  // namespace polyform::refine
