// SPDX-License-Identifier: MPL-2.0
// How far one row of numbers is from another.
#pragma once

#include <cmath>
#include <vector>

namespace polyform::test {

/// |a - b| / |b|; rows of one length.
inline double relative_rms(const std::vector<double>& a, const std::vector<double>& b) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += (a[i] - b[i]) * (a[i] - b[i]);
    size += b[i] * b[i];
  }
  return std::sqrt(difference / size);
}

}  // namespace polyform::test
