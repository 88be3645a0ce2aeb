// SPDX-License-Identifier: MPL-2.0
// Symmetry mates as Cartesian operators.
#pragma once

#include <array>
#include <string>

#include "polyform/crystal/crystal.hpp"
#include "polyform/restraints/lists.hpp"

namespace polyform::restraints {

/// The operator `op` (fractional) followed by whole cells, in Cartesian axes.
Image cartesian(const crystal::Crystal& crystal, const crystal::SymmetryOperator& op,
                const std::array<int, 3>& cells);
Image inverse(const Image& image);
/// In fractional coordinates, as in "-x,y+1/2,-z+1".
std::string text_of(const crystal::Crystal& crystal, const Image& image);
inline Vec3 apply(const Image& image, const Vec3& x) { return image.rotation * x + image.shift; }
/// Same operator within 0.01 A over a unit cell's size.
bool same(const Image& a, const Image& b);

/// The mate of `b` nearest to `a`; `identity` tells whether it is b itself.
struct NearestImage {
  Image image;
  double distance = 1e9;  ///< [A]
  bool identity = true;
};
enum class Allow { any, symmetry_mates };
NearestImage nearest_image(const crystal::Crystal& crystal, const Vec3& a, const Vec3& b,
                           Allow allow);

}  // namespace polyform::restraints
