// SPDX-License-Identifier: MPL-2.0
// Running medians in order of resolution.
#include "crystal/wild_amplitudes.hpp"

#include <algorithm>
#include <cmath>

#include "polyform/base/text.hpp"

namespace polyform::crystal {
namespace {

constexpr std::size_t window = 101;
constexpr double limit = 30.0;

struct Reduced {
  double inverse_d2;  // [1/A^2]
  double f;           // F / sqrt(epsilon)
  const Observation* observation;
};

std::vector<Reduced> in_order_of_resolution(std::span<const Observation> observations,
                                            const Crystal& crystal) {
  const gemmi::GroupOps operations = crystal.space_group->operations();
  std::vector<Reduced> all;
  for (const Observation& o : observations)
    if (!std::isnan(o.value))
      all.push_back({crystal.inverse_d2(o.hkl),
                     o.value / std::sqrt(operations.epsilon_factor_without_centering(o.hkl)), &o});
  std::sort(all.begin(), all.end(),
            [](const Reduced& a, const Reduced& b) { return a.inverse_d2 < b.inverse_d2; });
  return all;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::vector<std::string> wild_amplitudes(std::span<const Observation> observations,
                                         const Crystal& crystal) {
  const std::vector<Reduced> all = in_order_of_resolution(observations, crystal);
  std::vector<std::string> wild;
  if (all.size() < window) return wild;
  for (std::size_t begin = 0; begin < all.size(); begin += window) {
    // The last block reaches back to be as wide as the others.
    const std::size_t from = std::min(begin, all.size() - window);
    std::vector<double> block;
    for (std::size_t i = from; i < from + window; ++i) block.push_back(all[i].f);
    const double usual = median(block);
    for (std::size_t i = begin; i < std::min(begin + window, all.size()); ++i)
      if (all[i].f > limit * usual) {
        const Hkl& h = all[i].observation->hkl;
        wild.push_back(base::format("%d %d %d (F %.3g, usual %.3g)", h[0], h[1], h[2],
                                    all[i].observation->value, usual));
      }
  }
  return wild;
}

}  // namespace polyform::crystal
