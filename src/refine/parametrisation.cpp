// SPDX-License-Identifier: MPL-2.0
// Free values of a minimisation, and the atoms' values that follow from them.
#include "refine/parametrisation.hpp"

#include <algorithm>
#include <numeric>

namespace polyform::refine {
namespace {

std::vector<int> each_its_own(std::size_t n) {
  std::vector<int> all(n);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

double sum_of(std::span<const double> free, const std::vector<std::size_t>& group) {
  double sum = 0;
  for (std::size_t p : group) sum += free[p];
  return sum;
}

}  // namespace

Parametrisation::Parametrisation(std::size_t n_values) : Parametrisation(each_its_own(n_values)) {}

Parametrisation::Parametrisation(std::vector<int> parameter_of,
                                 std::vector<std::vector<std::size_t>> shared)
    : parameter_of_(std::move(parameter_of)), shared_(std::move(shared)) {
  for (int p : parameter_of_) n_free_ = std::max(n_free_, static_cast<std::size_t>(p + 1));
}

std::vector<double> Parametrisation::sums(std::span<const double> of_value) const {
  std::vector<double> sum(n_free_, 0.0);
  for (std::size_t i = 0; i < parameter_of_.size(); ++i)
    if (parameter_of_[i] != fixed) sum[static_cast<std::size_t>(parameter_of_[i])] += of_value[i];
  return sum;
}

std::vector<double> Parametrisation::free_values(std::span<const double> values) const {
  std::vector<double> free = sums(values);
  const std::vector<double> counts = sums(std::vector<double>(values.size(), 1.0));
  for (std::size_t p = 0; p < n_free_; ++p) free[p] /= std::max(counts[p], 1.0);
  return free;
}

void Parametrisation::spread(std::span<const double> free, std::span<double> values) const {
  std::vector<double> used(free.begin(), free.end());
  for (const std::vector<std::size_t>& group : shared_) {
    const double sum = sum_of(free, group);
    for (std::size_t p : group)
      used[p] = sum > 0 ? free[p] / sum : 1.0 / static_cast<double>(group.size());
  }
  for (std::size_t i = 0; i < parameter_of_.size(); ++i)
    if (parameter_of_[i] != fixed) values[i] = used[static_cast<std::size_t>(parameter_of_[i])];
}

// v_p = f_p / S with S the sum of f: dT/df_p = (dT/dv_p - sum_q v_q dT/dv_q) / S.
void Parametrisation::gather(std::span<const double> by_value, std::span<const double> free,
                             std::span<double> by_parameter) const {
  const std::vector<double> sum = sums(by_value);
  std::copy(sum.begin(), sum.end(), by_parameter.begin());
  for (const std::vector<std::size_t>& group : shared_) {
    const double total = sum_of(free, group);
    double mean = 0;
    for (std::size_t p : group) mean += total > 0 ? free[p] / total * sum[p] : 0;
    for (std::size_t p : group) by_parameter[p] = total > 0 ? (sum[p] - mean) / total : 0;
  }
}

}  // namespace polyform::refine
