// SPDX-License-Identifier: MPL-2.0
// Rows of bits: spheres marked in them, and the marked region shrunk.
#include "density/solvent_mask_planes.hpp"

#include <algorithm>
#include <cmath>

namespace polyform::density {
namespace {

// A point at exactly the radius belongs to the sphere, whatever the rounding.
constexpr double boundary = 1.0 + 1e-9;

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

// Rounding without a library call; values are grid steps, far from overflow.
int floor_of(double x) {
  const int i = static_cast<int>(x);
  return i > x ? i - 1 : i;
}
int ceil_of(double x) { return -floor_of(-x); }

int wrapped(int i, int n) {
  const int rest = i % n;
  return rest < 0 ? rest + n : rest;
}

// Sets bits [first, end) of a row.
void set_bits(std::uint64_t* row, int first, int end) {
  const int from = first / 64, to = (end - 1) / 64;
  const std::uint64_t head = all_ones << (first % 64);
  const std::uint64_t tail = all_ones >> (63 - (end - 1) % 64);
  if (from == to) {
    row[from] |= head & tail;
    return;
  }
  row[from] |= head;
  for (int w = from + 1; w < to; ++w) row[w] = all_ones;
  row[to] |= tail;
}

bool bit(const std::uint64_t* row, int i) { return (row[i / 64] >> (i % 64)) & 1; }

// 64 bits from place i on; one word past them must exist.
std::uint64_t bits_at(const std::uint64_t* row, int i) {
  const int word = i / 64, shift = i % 64;
  return shift == 0 ? row[word] : (row[word] >> shift) | (row[word + 1] << (64 - shift));
}

}  // namespace

void sphere_rows(const Mat3& step, const Vec3& centre, double radius,
                 std::vector<SphereRow>& rows) {
  rows.clear();
  const double r2 = radius * radius * boundary;
  const double reach = std::sqrt(r2) / step(2, 2);
  for (int w = ceil_of(centre[2] - reach); w <= floor_of(centre[2] + reach); ++w) {
    const double dw = w - centre[2];
    const double left_y = r2 - step(2, 2) * dw * step(2, 2) * dw;
    if (left_y < 0) continue;
    const double middle_v = centre[1] - step(1, 2) * dw / step(1, 1);
    const double half_v = std::sqrt(left_y) / step(1, 1);
    for (int v = ceil_of(middle_v - half_v); v <= floor_of(middle_v + half_v); ++v) {
      const double y = step(1, 1) * (v - middle_v);
      const double left_x = left_y - y * y;
      if (left_x < 0) continue;
      const double middle_u =
          centre[0] - (step(0, 1) * (v - centre[1]) + step(0, 2) * dw) / step(0, 0);
      const double half_u = std::sqrt(left_x) / step(0, 0);
      const int first = ceil_of(middle_u - half_u), last = floor_of(middle_u + half_u);
      if (first <= last) rows.push_back({v, w, first, last});
    }
  }
}

MaskPlanes::MaskPlanes(const GridSize& size, const Mat3& step, int first, int count,
                       double shrink_radius)
    : size_(size), step_(step), first_(first), count_(count) {
  sphere_rows(step, Vec3::Zero(), shrink_radius, rows_);
  for (const SphereRow& r : rows_) {
    neighbours_.push_back({r.v, r.w, r.first, r.last});
    margin_u_ = std::max({margin_u_, -r.first, r.last});
    margin_w_ = std::max(margin_w_, r.w);
  }
  words_ = (static_cast<std::size_t>(size[0]) + 63) / 64;
  stride_ = (64 * words_ + 2 * static_cast<std::size_t>(margin_u_)) / 64 + 1;
  const auto planes = static_cast<std::size_t>(count > 0 ? count + 2 * margin_w_ : 0);
  bits_.resize(planes * static_cast<std::size_t>(size[1]) * stride_);
}

void MaskPlanes::clear() { std::fill(bits_.begin(), bits_.end(), std::uint64_t{0}); }

void MaskPlanes::mark(std::uint64_t* row, int first, int last) const {
  const int n = size_[0], length = last - first + 1;
  if (length >= n) return set_bits(row, margin_u_, margin_u_ + n);
  const int start = wrapped(first, n);
  set_bits(row, margin_u_ + start, margin_u_ + std::min(start + length, n));
  if (start + length > n) set_bits(row, margin_u_, margin_u_ + start + length - n);
}

void MaskPlanes::exclude(const Vec3& centre, double radius) {
  if (count_ == 0) return;
  const int planes = count_ + 2 * margin_w_, nw = size_[2];
  // Planes of the sphere counted from our first one: all of them may be elsewhere.
  const double reach = radius * boundary / step_(2, 2);
  const int lowest = ceil_of(centre[2] - reach) - (first_ - margin_w_);
  const int highest = floor_of(centre[2] + reach) - (first_ - margin_w_);
  if (highest - lowest < nw && wrapped(lowest, nw) >= planes &&
      wrapped(lowest, nw) + highest - lowest < nw)
    return;
  sphere_rows(step_, centre, radius, rows_);
  for (const SphereRow& r : rows_)
    for (int plane = wrapped(r.w - first_ + margin_w_, nw); plane < planes; plane += nw)
      mark(row(plane, wrapped(r.v, size_[1])), r.first, r.last);
}

void MaskPlanes::finish() {
  const int n = size_[0];
  for (std::size_t at = 0; at < bits_.size(); at += stride_) {
    std::uint64_t* row = &bits_[at];
    for (std::size_t i = 0; i < stride_; ++i) row[i] = ~row[i];
    for (int u = 0; u < margin_u_; ++u)
      if (!bit(row, margin_u_ + wrapped(u - margin_u_, n)))
        row[u / 64] &= ~(std::uint64_t{1} << (u % 64));
    for (int u = margin_u_ + n; u < static_cast<int>(64 * stride_); ++u)
      if (u >= 2 * margin_u_ + n || !bit(row, margin_u_ + wrapped(u - margin_u_, n)))
        row[u / 64] &= ~(std::uint64_t{1} << (u % 64));
  }
}

void MaskPlanes::solvent_row(int plane, int v, std::uint64_t* out) const {
  std::fill_n(out, words_, std::uint64_t{0});
  for (const Neighbour& near : neighbours_) {
    const std::uint64_t* from = row(plane + margin_w_ + near.dw, wrapped(v + near.dv, size_[1]));
    for (int u = near.first; u <= near.last; ++u)
      for (std::size_t i = 0; i < words_; ++i)
        out[i] |= bits_at(from, static_cast<int>(64 * i) + margin_u_ + u);
  }
  if (size_[0] % 64 != 0) out[words_ - 1] &= all_ones >> (64 - size_[0] % 64);
}

}  // namespace polyform::density
