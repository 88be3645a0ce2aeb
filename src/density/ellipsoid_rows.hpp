// SPDX-License-Identifier: MPL-2.0
// The grid points of an atom's ellipsoid: in each plane, strips of eight columns and their rows.
#pragma once

#include <algorithm>
#include <cmath>

#include "density/sphere_rows.hpp"
#include "polyform/kernels/vector.hpp"

namespace polyform::density {

inline int rounded_down(double x) { return -rounded_up(-x); }

/// Rows [begin, end) of a strip of eight columns, counted as unwrapped as the atom's place.
struct StripRows {
  int begin, end;
};

/// The ellipse in which a plane cuts n' A n <= 1, n in grid steps (slab, middle, fast) from the
/// atom.
class EllipseSection {
 public:
  /// slab: of the plane, in steps from the atom.
  EllipseSection(const kernels::Mat3& a, double slab) : mm_(a(1, 1)), mf_(a(1, 2)), ff_(a(2, 2)) {
    const double det = mm_ * ff_ - mf_ * mf_, sm = a(0, 1), sf = a(0, 2);
    const double row = (ff_ * sm - mf_ * sf) / det, column = (mm_ * sf - mf_ * sm) / det;
    left_ = 1 - slab * slab * (a(0, 0) - row * sm - column * sf);
    row_ = -slab * row;
    column_ = -slab * column;
    if (left_ <= 0) return;
    rows_ = std::sqrt(left_ * ff_ / det);
    columns_ = std::sqrt(left_ * mm_ / det);
  }

  bool empty() const { return left_ <= 0; }
  /// Columns from the atom to the ellipse's middle, and from there to either side.
  double middle_column() const { return column_; }
  double columns() const { return columns_; }

  /// Rows, from the atom at `place`, of what lies between two columns, in steps from the atom.
  StripRows rows(double first_column, double last_column, double place) const {
    const double first = std::max(first_column - column_, -columns_),
                 last = std::min(last_column - column_, columns_);
    if (first > last) return {0, 0};
    const double of_top = std::clamp(-mf_ / ff_ * rows_, first, last),
                 of_bottom = std::clamp(mf_ / ff_ * rows_, first, last);
    const double middle = place + row_;
    return {rounded_up(middle - border(-of_bottom)), rounded_down(middle + border(of_top)) + 1};
  }

 private:
  // From the middle up to the ellipse, in a column.
  double border(double column) const {
    const double under = mf_ * mf_ * column * column - mm_ * (ff_ * column * column - left_);
    return (std::sqrt(std::max(under, 0.0)) - mf_ * column) / mm_;
  }

  double mm_, mf_, ff_;
  double left_, row_, column_, rows_ = 0, columns_ = 0;
};

}  // namespace polyform::density
