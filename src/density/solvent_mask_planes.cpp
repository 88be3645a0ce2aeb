// SPDX-License-Identifier: MPL-2.0
// Rows of bits: spheres marked in them, and the marked region shrunk.
#include "density/solvent_mask_planes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace polyform::density {
namespace {

// A point at exactly the radius belongs to the sphere, whatever the rounding.
constexpr double boundary = 1.0 + 1e-9;

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

// Rounding without a library call, for grid steps, which are small.
constexpr int offset = 1 << 20;
int floor_of(double x) { return static_cast<int>(x + offset) - offset; }
int ceil_of(double x) { return offset - static_cast<int>(offset - x); }

// i brought into [0, n); it is seldom more than a cell away.
int wrapped(int i, int n) {
  while (i < 0) i += n;
  while (i >= n) i -= n;
  return i;
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

// The same for a run that eight bytes hold wherever it starts; writes back, unchanged, up to eight
// bytes past the run's first byte.
constexpr int longest_short_run = 57;
static_assert(std::endian::native == std::endian::little);
void set_short_run(std::uint64_t* row, int first, int length) {
  auto* bytes = reinterpret_cast<unsigned char*>(row) + first / 8;
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  word |= (all_ones >> (64 - length)) << (first % 8);
  std::memcpy(bytes, &word, sizeof word);
}

// Sets bit `to`, which is 0, to what bit `from` is.
void copy_bit(std::uint64_t* row, int from, int to) {
  row[to / 64] |= ((row[from / 64] >> (from % 64)) & 1) << (to % 64);
}

// 64 bits from place i on; one word past them must exist.
std::uint64_t bits_at(const std::uint64_t* row, int i) {
  const int word = i / 64, shift = i % 64;
  return shift == 0 ? row[word] : (row[word] >> shift) | (row[word + 1] << (64 - shift));
}

// Calls row(v, w, first, last) for the rows of grid points within `radius` [A] of `centre` (in grid
// steps), the boundary included, and wanted(w) first to know whether a plane matters. The columns
// of `step` are the grid's steps [A], upper triangular, so that a row runs along x, the rows of a
// plane differ in y, and each bound follows from the one before:
//
//         z: |w - w0| <= r / step_zz                         o o o o o
//         y: what r^2 - dz^2 leaves                        o o x-------x o   row: first .. last
//         x: what r^2 - dz^2 - dy^2 leaves               o o x-----------x
//                                                          o o x-------x o
template <class Wanted, class Row>
void for_sphere_rows(const Mat3& step, const Vec3& centre, double radius, Wanted wanted, Row row) {
  const double r2 = radius * radius * boundary;
  const double reach = std::sqrt(r2) / step(2, 2);
  const double per_x = 1 / step(0, 0), per_y = 1 / step(1, 1);
  const double u_per_v = -step(0, 1) * per_x;
  for (int w = ceil_of(centre[2] - reach); w <= floor_of(centre[2] + reach); ++w) {
    if (!wanted(w)) continue;
    const double dw = w - centre[2];
    const double left_y = std::max(r2 - step(2, 2) * dw * step(2, 2) * dw, 0.0);
    const double middle_v = centre[1] - step(1, 2) * dw * per_y;
    const double half_v = std::sqrt(left_y) * per_y;
    const int last_v = floor_of(middle_v + half_v);
    for (int v = ceil_of(middle_v - half_v); v <= last_v; ++v) {
      const double y = step(1, 1) * (v - middle_v);
      const double half_u = std::sqrt(std::max(left_y - y * y, 0.0)) * per_x;
      const double middle_u = centre[0] + u_per_v * (v - centre[1]) - step(0, 2) * dw * per_x;
      const int first = ceil_of(middle_u - half_u), last = floor_of(middle_u + half_u);
      if (first <= last) row(v, w, first, last);
    }
  }
}

}  // namespace

MaskPlanes::MaskPlanes(const GridSize& size, const Mat3& step, int first, int count,
                       double shrink_radius)
    : size_(size), step_(step), first_(first), count_(count) {
  for_sphere_rows(
      step, Vec3::Zero(), shrink_radius, [](int) { return true; },
      [&](int v, int w, int first_u, int last_u) {
        neighbours_.push_back({v, w, first_u, last_u});
        margin_u_ = std::max({margin_u_, -first_u, last_u});
        margin_w_ = std::max(margin_w_, w);
      });
  words_ = (static_cast<std::size_t>(size[0]) + 63) / 64;
  stride_ = (64 * words_ + 2 * static_cast<std::size_t>(margin_u_)) / 64 + 1;
  const auto planes = static_cast<std::size_t>(count > 0 ? count + 2 * margin_w_ : 0);
  // One word more, since runs are written eight bytes at a time.
  bits_.resize(planes * static_cast<std::size_t>(size[1]) * stride_ + 1);
}

void MaskPlanes::clear() { std::fill(bits_.begin(), bits_.end(), std::uint64_t{0}); }

void MaskPlanes::mark(std::uint64_t* row, int first, int last) const {
  const int n = size_[0], length = last - first + 1;
  if (length >= n) return set_bits(row, margin_u_, margin_u_ + n);
  const int start = wrapped(first, n);
  set_bits(row, margin_u_ + start, margin_u_ + std::min(start + length, n));
  if (start + length > n) set_bits(row, margin_u_, margin_u_ + start + length - n);
}

int MaskPlanes::exclude(const Vec3& centre, double radius) {
  const int planes = count_ > 0 ? count_ + 2 * margin_w_ : 0;
  const int nu = size_[0], nv = size_[1], nw = size_[2], margin = margin_u_;
  const std::size_t stride = stride_;
  std::uint64_t* plane = nullptr;
  int marked = 0;
  for (int copy = 0; copy < planes; copy += nw)
    for_sphere_rows(
        step_, centre, radius,
        [&](int w) {
          // Planes count from our first one, whole cells away or not.
          const int at = wrapped(w - first_ + margin_w_, nw) + copy;
          if (at >= planes) return false;
          plane = row(at, 0);
          ++marked;
          return true;
        },
        [=, this, &plane](int v, int, int first, int last) {
          const int inside = v >= 0 && v < nv ? v : wrapped(v, nv);
          std::uint64_t* bits = plane + static_cast<std::size_t>(inside) * stride;
          if (first >= 0 && last < nu && last - first < longest_short_run)
            set_short_run(bits, margin + first, last - first + 1);
          else
            mark(bits, first, last);
        });
  return marked;
}

void MaskPlanes::finish() {
  const int n = size_[0], end = margin_u_ + n;
  // What lies between the ends of a row; the rest is made of copies.
  std::vector<std::uint64_t> inside(stride_);
  set_bits(inside.data(), margin_u_, end);
  for (std::size_t at = 0; at + stride_ <= bits_.size(); at += stride_) {
    std::uint64_t* row = &bits_[at];
    for (std::size_t i = 0; i < stride_; ++i) row[i] = ~row[i] & inside[i];
    for (int u = 0; u < margin_u_; ++u) {
      copy_bit(row, margin_u_ + wrapped(u - margin_u_, n), u);
      copy_bit(row, margin_u_ + wrapped(u, n), end + u);
    }
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
