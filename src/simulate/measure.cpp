// SPDX-License-Identifier: MPL-2.0
// Errors, losses and flags, reflection by reflection.
#include "polyform/simulate/measure.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "polyform/targets/shells.hpp"
#include "simulate/numbers.hpp"

namespace polyform::simulate {
namespace {

using crystal::Hkl;
using crystal::Use;

constexpr int shells_of_noise = 20;
constexpr int least_in_shell = 50;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// <F> at each reflection.
std::vector<double> mean_amplitudes(const crystal::Reflections& reflections,
                                    std::span<const double> f_true) {
  const std::vector<char> all(reflections.size(), 1);
  const targets::Shells shells(reflections, all, shells_of_noise, least_in_shell);
  std::vector<double> sum(static_cast<std::size_t>(shells.size())), count(sum.size());
  for (std::size_t i = 0; i < reflections.size(); ++i) {
    sum[static_cast<std::size_t>(shells.of(i))] += f_true[i];
    count[static_cast<std::size_t>(shells.of(i))] += 1;
  }
  for (std::size_t k = 0; k < sum.size(); ++k) sum[k] /= std::max(count[k], 1.0);
  std::vector<double> mean;
  for (double s2 : reflections.inverse_d2) mean.push_back(shells.interpolate(sum, s2));
  return mean;
}

double positive_draw(double mean, double sigma, RandomStream stream) {
  for (;;)
    if (const double f = mean + sigma * normal(stream); f > 0) return f;
}

int free_flag(const Hkl& hkl, double percent, int seed) {
  if (percent <= 0) return -1;
  const double part = percent / 100;
  const double u = numbers(seed, Purpose::free_flag, hkl).uniform();
  if (u < part) return test_flag;
  const double others = std::max(2.0, std::round(1 / part) - 1);
  return 1 + static_cast<int>((u - part) / (1 - part) * others);
}

}  // namespace

void measure(crystal::Reflections& reflections, std::span<const double> f_true,
             const SimulateOptions& o, int seed) {
  const std::vector<double> mean = mean_amplitudes(reflections, f_true);
  for (std::size_t i = 0; i < reflections.size(); ++i) {
    const Hkl& hkl = reflections.hkl[i];
    const int flag = free_flag(hkl, o.free_percent, seed);
    const double sigma = o.relative_sigma * f_true[i] + o.sigma_floor * mean[i];
    const bool lost = 100 * numbers(seed, Purpose::loss, hkl).uniform() >= o.completeness ||
                      !(sigma > 0);  // nothing scatters there
    reflections.flag[i] = flag;
    reflections.f_obs[i] =
        lost ? missing : positive_draw(f_true[i], sigma, numbers(seed, Purpose::noise, hkl));
    reflections.sigma[i] = lost ? missing : sigma;
    reflections.use[i] = lost ? Use::unobserved : flag == test_flag ? Use::test : Use::work;
  }
}

}  // namespace polyform::simulate
