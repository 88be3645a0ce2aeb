// SPDX-License-Identifier: MPL-2.0
// Neighbours of a crystal by trying every pair, operator and cell: slow, and obviously right.
#include "support/all_pairs.hpp"

#include <algorithm>
#include <tuple>

namespace polyform::test {

std::vector<PairDistance> all_pairs(const crystal::Crystal& crystal,
                                    std::span<const kernels::Vec3> xyz, double reach) {
  std::vector<PairDistance> found;
  const auto operators = crystal.all_operators();
  constexpr int cells = 4;
  for (std::size_t i = 0; i < xyz.size(); ++i)
    for (std::size_t j = i; j < xyz.size(); ++j)
      for (std::size_t op = 0; op < operators.size(); ++op)
        for (int a = -cells; a <= cells; ++a)
          for (int b = -cells; b <= cells; ++b)
            for (int c = -cells; c <= cells; ++c) {
              if (i == j && op == 0 && a == 0 && b == 0 && c == 0) continue;
              const kernels::Vec3 f =
                  operators[op].rotation.cast<double>() * (crystal.fractionalise * xyz[j]) +
                  operators[op].translation + kernels::Vec3(a, b, c);
              const double d = (crystal.orthogonalise * f - xyz[i]).norm();
              if (d <= reach) found.push_back({static_cast<int>(i), static_cast<int>(j), d});
            }
  std::sort(found.begin(), found.end(), [](const PairDistance& a, const PairDistance& b) {
    return std::tie(a.i, a.j, a.distance) < std::tie(b.i, b.j, b.distance);
  });
  return found;
}

}  // namespace polyform::test
