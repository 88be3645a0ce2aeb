// SPDX-License-Identifier: MPL-2.0
// sigmaA-weighted map coefficients and figures of merit.
#include "polyform/targets/map_coefficients.hpp"
#include "polyform/kernels/magnitude.hpp"

#include <cmath>
#include <limits>

#include "amplitudes.hpp"

namespace polyform::targets {
MapCoefficients map_coefficients(const Share& share, const ErrorModel& errors,
                                 std::span<const Complex> f_model) {
  const std::size_t n = share.size();
  MapCoefficients maps{std::vector<Complex>(n), std::vector<Complex>(n),
                       std::vector<double>(n, std::numeric_limits<double>::quiet_NaN())};
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t i = share.global(k);
    const Complex dfc = errors.alpha[k] * f_model[k];
    maps.two_mfo_dfc[k] = dfc;
    if (share.all.use[i] == crystal::Use::unobserved) continue;

    const kernels::Parity parity = parity_of(share, k);
    const double magnitude = kernels::magnitude(f_model[k]);
    const double f_obs = share.all.f_obs[i];
    const double m = kernels::figure_of_merit(f_obs, magnitude, errors.alpha[k],
                                              share.all.epsilon[i] * errors.beta[k], parity);
    const Complex mfo = along(f_model[k], magnitude, m * f_obs);
    maps.fom[k] = m;
    maps.mfo_dfc[k] = mfo - dfc;
    maps.two_mfo_dfc[k] = parity == kernels::Parity::centric ? mfo : 2.0 * mfo - dfc;
  }
  return maps;
}

std::vector<Complex> mixed_coefficients(const Share& share, const ErrorModel* errors,
                                        std::span<const Complex> f_model, const MapParts& parts) {
  std::vector<Complex> mixed(share.size());
  for (std::size_t k = 0; k < mixed.size(); ++k) {
    const double d = errors ? errors->alpha[k] : 1.0;
    mixed[k] = (parts.of_observed + parts.of_model) * d * f_model[k];
    if (!in_work(share, k)) continue;
    const std::size_t i = share.global(k);
    const double magnitude = kernels::magnitude(f_model[k]), f_obs = share.all.f_obs[i];
    const kernels::Parity parity = parity_of(share, k);
    const double m = errors
                         ? kernels::figure_of_merit(f_obs, magnitude, d,
                                                    share.all.epsilon[i] * errors->beta[k], parity)
                         : 1.0;
    // Half of an acentric map's missing density is in m F_obs, all of a centric one's.
    const bool whole =
        errors && parity == kernels::Parity::centric && parts.of_observed + parts.of_model == 1;
    const double amplitude =
        whole ? m * f_obs : parts.of_observed * m * f_obs + parts.of_model * d * magnitude;
    mixed[k] = along(f_model[k], magnitude, amplitude);
  }
  return mixed;
}

}  // namespace polyform::targets
