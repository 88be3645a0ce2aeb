// SPDX-License-Identifier: MPL-2.0
// Measured amplitudes: their errors, losses and flags.
#include "polyform/simulate/measure.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "support/catch.hpp"

using namespace polyform;
using namespace polyform::simulate;

namespace {

crystal::Crystal hexagonal() {
  return crystal::make_crystal(gemmi::UnitCell(70, 70, 110, 90, 90, 120), "P 61 2 2");
}

// Amplitudes of a crystal of random atoms (Wilson 1949), falling with resolution.
struct Measured {
  crystal::Reflections reflections;
  std::vector<double> f_true;
};
Measured measured(const SimulateOptions& options, int seed, double d_min = 2.0) {
  Measured m;
  m.reflections = crystal::all_reflections(hexagonal(), d_min, 0, "the test");
  for (std::size_t i = 0; i < m.reflections.size(); ++i) {
    std::uint32_t key = 17;
    for (int index : m.reflections.hkl[i]) key = key * 1000003U + static_cast<std::uint32_t>(index);
    std::mt19937 random(key);
    std::normal_distribution<double> normal;
    const double a = normal(random), b = m.reflections.centric[i] ? 0 : normal(random);
    m.f_true.push_back(300 * std::exp(-8 * m.reflections.inverse_d2[i]) * std::hypot(a, b));
  }
  measure(m.reflections, m.f_true, options, seed);
  return m;
}

struct Moments {
  double mean = 0, variance = 0, n = 0;
};
Moments errors_in_sigmas(const Measured& m) {
  Moments result;
  double sum = 0, squares = 0;
  for (std::size_t i = 0; i < m.f_true.size(); ++i) {
    if (std::isnan(m.reflections.f_obs[i])) continue;
    const double z = (m.reflections.f_obs[i] - m.f_true[i]) / m.reflections.sigma[i];
    sum += z;
    squares += z * z;
    ++result.n;
  }
  result.mean = sum / result.n;
  result.variance = squares / result.n - result.mean * result.mean;
  return result;
}

}  // namespace

TEST_CASE("errors of amplitudes have mean 0 and variance 1 in units of sigma") {
  const Measured m = measured({}, 1);
  const Moments z = errors_in_sigmas(m);
  REQUIRE(z.n > 10000);
  CHECK(std::abs(z.mean) < 4 / std::sqrt(z.n));
  CHECK(std::abs(z.variance - 1) < 4 * std::sqrt(2 / z.n));
}

TEST_CASE("sigma has a part that grows with F, and a floor of the mean F of its shell") {
  SimulateOptions options;
  options.sigma_floor = 0;
  const Measured relative = measured(options, 1);
  for (std::size_t i = 0; i < relative.f_true.size(); ++i)
    CHECK(relative.reflections.sigma[i] == Approx(options.relative_sigma * relative.f_true[i]));
  options.sigma_floor = 0.02;
  options.relative_sigma = 0;
  const Measured floor = measured(options, 1);
  double sigma = 0, f = 0;
  for (std::size_t i = 0; i < floor.f_true.size(); ++i) {
    sigma += floor.reflections.sigma[i];
    f += floor.f_true[i];
  }
  CHECK(sigma / f == Approx(options.sigma_floor).epsilon(0.01));
}

TEST_CASE("measured amplitudes are positive, however large their errors") {
  SimulateOptions options;
  options.sigma_floor = 1;
  const Measured m = measured(options, 1);
  CHECK(*std::min_element(m.reflections.f_obs.begin(), m.reflections.f_obs.end()) > 0);
}

TEST_CASE("flags are CCP4's: zero for one reflection in twenty, evenly in all shells") {
  const Measured m = measured({}, 1);
  std::map<int, double> count;
  double low = 0, low_test = 0;
  for (std::size_t i = 0; i < m.f_true.size(); ++i) {
    ++count[m.reflections.flag[i]];
    CHECK((m.reflections.use[i] == crystal::Use::test) == (m.reflections.flag[i] == 0));
    if (m.reflections.inverse_d2[i] > 1 / (3.0 * 3.0)) continue;
    ++low;
    low_test += m.reflections.flag[i] == 0;
  }
  const auto n = static_cast<double>(m.f_true.size());
  CHECK(count.size() == 20);
  for (const auto& [flag, times] : count)
    CHECK(std::abs(times / n - 0.05) < 4.5 * std::sqrt(0.05 * 0.95 / n));
  CHECK(std::abs(low_test / low - 0.05) < 4 * std::sqrt(0.05 * 0.95 / low));
}

TEST_CASE("without a test set every reflection is work and has no flag") {
  SimulateOptions options;
  options.free_percent = 0;
  const Measured m = measured(options, 1);
  CHECK(m.reflections.count(crystal::Use::work) == m.reflections.size());
  CHECK(std::count(m.reflections.flag.begin(), m.reflections.flag.end(), -1) ==
        static_cast<long>(m.reflections.size()));
}

TEST_CASE("as many reflections are lost as the completeness says, without regard to their F") {
  SimulateOptions options;
  options.completeness = 80;
  const Measured m = measured(options, 1);
  double lost = 0, f_lost = 0, f_all = 0;
  for (std::size_t i = 0; i < m.f_true.size(); ++i) {
    f_all += m.f_true[i];
    if (m.reflections.use[i] != crystal::Use::unobserved) continue;
    ++lost;
    f_lost += m.f_true[i];
    CHECK(std::isnan(m.reflections.sigma[i]));
  }
  const auto n = static_cast<double>(m.f_true.size());
  CHECK(std::abs(lost / n - 0.2) < 4 * std::sqrt(0.2 * 0.8 / n));
  CHECK(f_lost / f_all == Approx(lost / n).epsilon(0.06));
}

TEST_CASE("flags and errors in sigmas depend on seed and indices alone") {
  const Measured fine = measured({}, 1), coarse = measured({}, 1, 3.0), other = measured({}, 2);
  std::map<crystal::Hkl, std::size_t> of_fine;
  for (std::size_t i = 0; i < fine.f_true.size(); ++i) of_fine[fine.reflections.hkl[i]] = i;
  const auto z = [](const Measured& m, std::size_t i) {
    return (m.reflections.f_obs[i] - m.f_true[i]) / m.reflections.sigma[i];
  };
  long same_flags = 0, n_other = 0;
  for (std::size_t i = 0; i < coarse.f_true.size(); ++i) {
    const std::size_t j = of_fine.at(coarse.reflections.hkl[i]);
    CHECK(coarse.reflections.flag[i] == fine.reflections.flag[j]);
    if (coarse.f_true[i] > coarse.reflections.sigma[i] * 4)
      CHECK(z(coarse, i) == Approx(z(fine, j)).margin(1e-9));
    same_flags += other.reflections.flag[j] == fine.reflections.flag[j];
    ++n_other;
  }
  CHECK(static_cast<double>(same_flags) / static_cast<double>(n_other) < 0.1);
}
