// SPDX-License-Identifier: MPL-2.0
// alpha and beta of the likelihood at every reflection, from sigma_a of the test set.
#include "polyform/targets/error_model.hpp"

#include <cmath>

#include "amplitudes.hpp"
#include "error_curves.hpp"
#include "polyform/base/error.hpp"
#include "smooth_sigma_a.hpp"

namespace polyform::targets {
namespace {

constexpr int most_shells = 20;  // of estimates from the test set

SmoothSigmaA smooth_curve(const Gathered& test, const MeanPower& power) {
  std::vector<NormalisedPair> pairs;
  for (std::size_t j = 0; j < test.size(); ++j) {
    const double s2 = test.s2[j];
    pairs.push_back({test.f_obs[j] / std::sqrt(test.epsilon[j] * power.obs(s2)),
                     test.f_model[j] / std::sqrt(test.epsilon[j] * power.model(s2)), s2,
                     test.parity(j)});
  }
  return SmoothSigmaA(pairs);
}

void require_test_set(std::size_t n_test) {
  if (n_test > 0) return;
  throw base::InputError(
      "the target ML estimates its errors from a test set, and no observed reflection is marked as "
      "test; name the column of free flags and the value that marks the test set, make a test set "
      "with --make-free, or choose a target that needs none (ML_FK, LSQ)");
}

}  // namespace

ErrorModel estimate_errors(const Share& share, std::span<const Complex> f_model,
                           const ErrorModelOptions& options) {
  Gathered test;
  gather(share, crystal::Use::test, f_model, test);
  require_test_set(test.size());
  const MeanPower power(share, f_model);

  ErrorModel errors;
  errors.shells =
      Shells(share.all, marked(share.all, crystal::Use::test), most_shells, options.test_per_shell);
  estimate_shells(share.team, test, errors);
  const auto spread = [&](auto z_at) {
    for (std::size_t k = 0; k < share.size(); ++k) {
      const double s2 = share.all.inverse_d2[share.global(k)];
      add_reflection(power, s2, std::tanh(z_at(s2)), errors);
    }
  };
  if (test.size() < static_cast<std::size_t>(options.smooth_below)) {
    const SmoothSigmaA curve = smooth_curve(test, power);
    spread([&](double s2) { return curve.z(s2); });
  } else {
    const std::vector<double> z = smoothed_z(errors);
    spread([&](double s2) { return errors.shells.interpolate(z, s2); });
  }
  return errors;
}

}  // namespace polyform::targets
