// SPDX-License-Identifier: MPL-2.0
// Structure factors of a crystal out of those of a part that symmetry completes.
#include "density/solvent_mask_symmetry.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace polyform::density {

MaskSymmetry::MaskSymmetry(const crystal::Crystal& crystal, std::span<const crystal::Hkl> hkl) {
  for (const crystal::SymmetryOperator& s : crystal.primitive) rotations_.push_back(s.rotation);
  phases_.reserve(hkl.size() * rotations_.size());
  for (const crystal::Hkl& h : hkl)
    for (const crystal::SymmetryOperator& s : crystal.primitive) {
      const kernels::Vec3& t = s.translation;
      const long turn = std::lround(24 * (h[0] * t[0] + h[1] * t[1] + h[2] * t[2])) % 24;
      phases_.push_back(static_cast<std::uint8_t>(turn < 0 ? turn + 24 : turn));
    }
}

std::vector<crystal::Hkl> MaskSymmetry::images(std::span<const crystal::Hkl> hkl) const {
  std::vector<crystal::Hkl> all;
  all.reserve(hkl.size() * rotations_.size());
  for (const crystal::Hkl& h : hkl)
    for (const kernels::IMat3& r : rotations_) {
      const Eigen::RowVector3i image = Eigen::RowVector3i(h[0], h[1], h[2]) * r;
      all.push_back({image[0], image[1], image[2]});
    }
  return all;
}

void MaskSymmetry::operator()(std::span<const std::complex<double>> values, double scale,
                              std::span<std::complex<double>> f) const {
  std::array<std::complex<double>, 24> turn;
  for (std::size_t i = 0; i < turn.size(); ++i)
    turn[i] = std::polar(scale, std::numbers::pi * static_cast<double>(i) / 12);
  std::size_t term = 0;
  for (std::complex<double>& sum : f) {
    sum = 0;
    for (std::size_t s = 0; s < rotations_.size(); ++s, ++term)
      sum += turn[phases_[term]] * values[term];
  }
}

}  // namespace polyform::density
