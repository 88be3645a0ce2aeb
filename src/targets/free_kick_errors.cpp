// SPDX-License-Identifier: MPL-2.0
// alpha and beta of the likelihood from the work set and kicked models.
#include <cmath>

#include "amplitudes.hpp"
#include "error_curves.hpp"

namespace polyform::targets {
namespace {

constexpr int most_shells = 20;
constexpr int least_in_shell = 100;  // of the work set, each in as many pairs as models

}  // namespace

ErrorModel estimate_errors_free_kick(const Share& share, std::span<const Complex> f_model,
                                     std::span<const std::vector<Complex>> kicked) {
  require_work_set(share);
  Gathered pairs;
  for (const std::vector<Complex>& f_kicked : kicked)
    gather(share, crystal::Use::work, f_kicked, pairs);
  const MeanPower power(share, f_model);

  ErrorModel errors;
  errors.shells =
      Shells(share.all, marked(share.all, crystal::Use::work), most_shells, least_in_shell);
  estimate_shells(share.team, pairs, errors);
  const std::vector<double> z = smoothed_z(errors);
  for (std::size_t k = 0; k < share.size(); ++k) {
    const double s2 = share.all.inverse_d2[share.global(k)];
    add_reflection(power, s2, std::tanh(errors.shells.interpolate(z, s2)), errors);
  }
  return errors;
}

}  // namespace polyform::targets
