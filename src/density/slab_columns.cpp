// SPDX-License-Identifier: MPL-2.0
// The pruned transform of a run of planes, by FFTW on each rank.
#include "density/slab_columns.hpp"

#include <fftw3.h>

#include <algorithm>
#include <cmath>

#include "polyform/base/error.hpp"

namespace polyform::density {
namespace {

using Coefficient = SlabColumns::Coefficient;

struct Free {
  void operator()(void* memory) const { fftwf_free(memory); }
};
struct Destroy {
  void operator()(fftwf_plan plan) const { fftwf_destroy_plan(plan); }
};
using Plan = std::unique_ptr<fftwf_plan_s, Destroy>;
using Memory = std::unique_ptr<float, Free>;

Memory allocate(std::size_t n_floats) { return Memory(fftwf_alloc_real(std::max(n_floats, 1UL))); }

std::size_t wrapped(int index, int n) {
  return static_cast<std::size_t>(index < 0 ? index + n : index);
}

// One (h, k) with the l inside the sphere, [first_l, last_l]; they start at `place` of the owner's
// coefficients.
struct Column {
  int h, k;
  int first_l, last_l;
  std::uint32_t place;
  std::size_t size() const { return static_cast<std::size_t>(last_l - first_l + 1); }
};

// Half of the sphere: h >= 0.
std::vector<Column> columns_of(const GridSize& size, const kernels::Mat3& reciprocal,
                               double s_max) {
  const double s2 = s_max * s_max * (1 + 1e-9);
  const kernels::Vec3 a = reciprocal.row(0), b = reciprocal.row(1), c = reciprocal.row(2);
  std::vector<Column> columns;
  for (int h = 0; h <= (size[0] - 1) / 2; ++h)
    for (int k = -(size[1] - 1) / 2; k <= (size[1] - 1) / 2; ++k) {
      const kernels::Vec3 s = h * a + k * b;
      // |s + l c*|^2 <= s_max^2
      const double middle = -s.dot(c) / c.squaredNorm();
      const double left = s2 - (s + middle * c).squaredNorm();
      if (left < 0) continue;
      const double half = std::sqrt(left) / c.norm();
      const int limit = (size[2] - 1) / 2;
      const int first = std::max(static_cast<int>(std::ceil(middle - half)), -limit);
      const int last = std::min(static_cast<int>(std::floor(middle + half)), limit);
      if (first <= last) columns.push_back({h, k, first, last, 0});
    }
  return columns;
}

}  // namespace

struct SlabColumns::Impl {
  static constexpr std::size_t batch = 16;  // columns transformed together

  GridSize size;
  int first_plane;
  parallel::Communicator team;
  parallel::Partition planes, ownership;
  std::vector<Column> columns;
  std::vector<std::int32_t> column_at;  // of (k, h), -1 outside the sphere
  std::size_t half_row;
  Memory plane, lines;
  Plan rows_forward, columns_forward, lines_forward;
  std::vector<Coefficient> sent, received, coefficients;
  std::vector<int> send_counts, receive_counts;

  Impl(const GridSize& grid, int first, int n_planes, const kernels::Mat3& reciprocal, double s_max,
       const parallel::Communicator& ranks)
      : size(grid),
        first_plane(first),
        team(ranks),
        planes(static_cast<std::size_t>(n_planes), team.size()),
        columns(columns_of(size, reciprocal, s_max)),
        half_row(static_cast<std::size_t>(size[0]) / 2 + 1) {
    ownership = parallel::Partition(columns.size(), team.size());
    place_columns();
    count_exchange();
    plan();
  }

  parallel::Block my_planes() const { return planes.block(team.rank()); }
  std::span<const Column> columns_of_rank(int rank) const {
    const parallel::Block block = ownership.block(rank);
    return std::span<const Column>(columns).subspan(block.begin, block.size());
  }
  std::size_t at(const Column& column) const {
    return wrapped(column.k, size[1]) * half_row + static_cast<std::size_t>(column.h);
  }
  Coefficient* complex(const Memory& memory) const {
    return reinterpret_cast<Coefficient*>(memory.get());
  }

  void place_columns() {
    column_at.assign(half_row * static_cast<std::size_t>(size[1]), -1);
    for (int rank = 0; rank < team.size(); ++rank) {
      const parallel::Block block = ownership.block(rank);
      std::size_t place = 0;
      for (std::size_t c = block.begin; c < block.end; ++c) {
        columns[c].place = static_cast<std::uint32_t>(place);
        column_at[at(columns[c])] = static_cast<std::int32_t>(c);
        place += columns[c].size();
      }
      if (rank == team.rank()) coefficients.resize(place);
    }
  }

  void count_exchange() {
    const std::size_t my_columns = ownership.block(team.rank()).size();
    for (int rank = 0; rank < team.size(); ++rank) {
      send_counts.push_back(static_cast<int>(my_planes().size() * ownership.block(rank).size()));
      receive_counts.push_back(static_cast<int>(planes.block(rank).size() * my_columns));
    }
    sent.resize(my_planes().size() * columns.size());
    received.resize(planes.total() * my_columns);
  }

  void plan() {
    const int nu = size[0], nv = size[1], nw = size[2], half = static_cast<int>(half_row);
    const int n_h = columns.empty() ? 1 : columns.back().h + 1;
    plane = allocate(2 * half_row * static_cast<std::size_t>(nv));
    lines = allocate(2 * batch * static_cast<std::size_t>(nw));
    auto* plane_out = reinterpret_cast<fftwf_complex*>(plane.get());
    auto* line = reinterpret_cast<fftwf_complex*>(lines.get());
    rows_forward.reset(fftwf_plan_many_dft_r2c(1, &nu, nv, plane.get(), nullptr, 1, 2 * half,
                                               plane_out, nullptr, 1, half, FFTW_ESTIMATE));
    columns_forward.reset(fftwf_plan_many_dft(1, &nv, n_h, plane_out, nullptr, half, 1, plane_out,
                                              nullptr, half, 1, FFTW_FORWARD, FFTW_ESTIMATE));
    lines_forward.reset(fftwf_plan_many_dft(1, &nw, static_cast<int>(batch), line, nullptr, 1, nw,
                                            line, nullptr, 1, nw, FFTW_FORWARD, FFTW_ESTIMATE));
  }

  // Sent: for each receiver, plane after plane, its columns.
  void take(std::size_t i, float weight) {
    fftwf_execute(rows_forward.get());
    fftwf_execute(columns_forward.get());
    const Coefficient* values = complex(plane);
    std::size_t to = 0;
    for (int rank = 0; rank < team.size(); ++rank) {
      const std::span<const Column> theirs = columns_of_rank(rank);
      std::size_t out = to + i * theirs.size();
      for (const Column& column : theirs) sent[out++] = weight * values[at(column)];
      to += my_planes().size() * theirs.size();
    }
  }

  // Received: all planes one after another, since ranks hold them in order.
  void transform() {
    team.all_to_all<Coefficient>(sent, send_counts, received, receive_counts);
    const std::span<const Column> mine = columns_of_rank(team.rank());
    for (std::size_t c = 0; c < mine.size(); c += batch)
      transform_lines(c, mine.subspan(c, std::min(batch, mine.size() - c)));
  }

  void transform_lines(std::size_t first, std::span<const Column> some) {
    const auto nw = static_cast<std::size_t>(size[2]);
    const std::size_t my_columns = columns_of_rank(team.rank()).size();
    Coefficient* line = complex(lines);
    std::fill_n(line, batch * nw, Coefficient{});
    for (std::size_t p = 0; p < planes.total(); ++p) {
      const std::size_t w = (static_cast<std::size_t>(first_plane) + p) % nw;
      for (std::size_t c = 0; c < some.size(); ++c)
        line[c * nw + w] = received[p * my_columns + first + c];
    }
    fftwf_execute(lines_forward.get());
    for (std::size_t c = 0; c < some.size(); ++c)
      for (int l = some[c].first_l; l <= some[c].last_l; ++l)
        coefficients[some[c].place + static_cast<std::size_t>(l - some[c].first_l)] =
            line[c * nw + wrapped(l, size[2])];
  }

  CoefficientPlace locate(const crystal::Hkl& hkl) const {
    const bool mated = hkl[0] < 0;
    const int sign = mated ? -1 : 1;
    const std::size_t row = wrapped(sign * hkl[1], size[1]) * half_row;
    const std::int32_t c = column_at[row + static_cast<std::size_t>(sign * hkl[0])];
    if (c < 0) throw base::Error("an index outside the sphere of the transform was asked for");
    const Column& column = columns[static_cast<std::size_t>(c)];
    return {ownership.owner(static_cast<std::size_t>(c)),
            column.place + static_cast<std::uint32_t>(sign * hkl[2] - column.first_l), mated};
  }
};

SlabColumns::SlabColumns(const GridSize& size, int first_plane, int n_planes,
                         const kernels::Mat3& reciprocal, double s_max,
                         const parallel::Communicator& team)
    : impl_(std::make_unique<Impl>(size, first_plane, n_planes, reciprocal, s_max, team)) {}
SlabColumns::~SlabColumns() = default;

parallel::Block SlabColumns::planes() const { return impl_->my_planes(); }
std::span<float> SlabColumns::plane() {
  return {impl_->plane.get(), row_stride() * static_cast<std::size_t>(impl_->size[1])};
}
std::size_t SlabColumns::row_stride() const { return 2 * impl_->half_row; }
void SlabColumns::take(std::size_t i, float weight) { impl_->take(i, weight); }
void SlabColumns::transform() { impl_->transform(); }
std::span<const Coefficient> SlabColumns::coefficients() const { return impl_->coefficients; }
CoefficientPlace SlabColumns::locate(const crystal::Hkl& hkl) const { return impl_->locate(hkl); }

}  // namespace polyform::density
