// SPDX-License-Identifier: MPL-2.0
// A map on slabs, by FFTW3-MPI.
#include "polyform/density/slab_transform.hpp"

#include <fftw3-mpi.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <new>
#include <vector>

#include "polyform/parallel/traffic.hpp"

namespace polyform::density {
namespace {

// FFTW's MPI part is started once a process, after MPI.
void start_fftw() {
  static const bool started = [] {
    fftwf_mpi_init();
    return true;
  }();
  static_cast<void>(started);
}

struct Free {
  void operator()(float* memory) const { fftwf_free(memory); }
};
struct Destroy {
  void operator()(fftwf_plan plan) const { fftwf_destroy_plan(plan); }
};
using Plan = std::unique_ptr<fftwf_plan_s, Destroy>;

// Consecutive blocks of the given sizes, one a rank.
parallel::Partition ownership(std::ptrdiff_t mine, const parallel::Communicator& team) {
  std::vector<std::size_t> ends = {0};
  for (double count : team.all_gather(static_cast<double>(mine)))
    ends.push_back(ends.back() + static_cast<std::size_t>(count));
  return parallel::Partition(ends);
}

}  // namespace

struct SlabTransform::Impl {
  GridSize size;
  parallel::Communicator team;
  parallel::Partition planes, columns;
  std::size_t n_floats = 0;
  std::unique_ptr<float, Free> memory;
  Plan forward, inverse;

  Impl(const GridSize& grid, const parallel::Communicator& ranks, Planning planning)
      : size(grid), team(ranks) {
    start_fftw();
    const std::ptrdiff_t nu = size[0], nv = size[1], nw = size[2];
    std::ptrdiff_t n_planes, first_plane, n_columns, first_column;
    const std::ptrdiff_t n_complex = fftwf_mpi_local_size_3d_transposed(
        nw, nv, nu / 2 + 1, team.native(), &n_planes, &first_plane, &n_columns, &first_column);
    planes = ownership(n_planes, team);
    columns = ownership(n_columns, team);
    n_floats = 2 * static_cast<std::size_t>(std::max<std::ptrdiff_t>(n_complex, 1));
    team.agree([&] {
      memory.reset(fftwf_alloc_real(n_floats));
      if (!memory) throw std::bad_alloc();
    });
    auto* complex = reinterpret_cast<fftwf_complex*>(memory.get());
    const unsigned flags = planning == Planning::measure ? FFTW_MEASURE : FFTW_ESTIMATE;
    forward.reset(fftwf_mpi_plan_dft_r2c_3d(nw, nv, nu, memory.get(), complex, team.native(),
                                            flags | FFTW_MPI_TRANSPOSED_OUT));
    inverse.reset(fftwf_mpi_plan_dft_c2r_3d(nw, nv, nu, complex, memory.get(), team.native(),
                                            flags | FFTW_MPI_TRANSPOSED_IN));
    std::fill_n(memory.get(), n_floats, 0.0F);
  }
};

SlabTransform::SlabTransform(const GridSize& size, const parallel::Communicator& team,
                             Planning planning)
    : impl_(std::make_unique<Impl>(size, team, planning)) {}
SlabTransform::~SlabTransform() = default;
SlabTransform::SlabTransform(SlabTransform&&) noexcept = default;

const GridSize& SlabTransform::size() const { return impl_->size; }
const parallel::Communicator& SlabTransform::team() const { return impl_->team; }
long SlabTransform::n_points() const {
  return static_cast<long>(impl_->size[0]) * impl_->size[1] * impl_->size[2];
}

const parallel::Partition& SlabTransform::plane_ownership() const { return impl_->planes; }
const parallel::Partition& SlabTransform::column_ownership() const { return impl_->columns; }
parallel::Block SlabTransform::planes() const { return impl_->planes.block(impl_->team.rank()); }
parallel::Block SlabTransform::columns() const { return impl_->columns.block(impl_->team.rank()); }

std::size_t SlabTransform::half_row() const {
  return static_cast<std::size_t>(impl_->size[0]) / 2 + 1;
}
std::size_t SlabTransform::row_stride() const { return 2 * half_row(); }

std::span<float> SlabTransform::map() {
  const auto nv = static_cast<std::size_t>(impl_->size[1]);
  return {impl_->memory.get(), planes().size() * nv * row_stride()};
}
std::span<const float> SlabTransform::map() const {
  return const_cast<SlabTransform*>(this)->map();
}
std::span<SlabTransform::Coefficient> SlabTransform::coefficients() {
  const auto nw = static_cast<std::size_t>(impl_->size[2]);
  return {reinterpret_cast<Coefficient*>(impl_->memory.get()), columns().size() * nw * half_row()};
}

CoefficientPlace SlabTransform::locate(const crystal::Hkl& hkl) const {
  const bool mated = hkl[0] < 0;
  const int sign = mated ? -1 : 1;
  const auto wrapped = [&](std::size_t axis) {
    const int index = sign * hkl[axis];
    return static_cast<std::size_t>(index < 0 ? index + impl_->size[axis] : index);
  };
  const int rank = impl_->columns.owner(wrapped(1));
  const std::size_t column = wrapped(1) - impl_->columns.block(rank).begin;
  const std::size_t row = column * static_cast<std::size_t>(impl_->size[2]) + wrapped(2);
  return {rank, static_cast<std::uint32_t>(row * half_row() + wrapped(0)), mated};
}

// FFTW's transpose hands every other rank this rank's planes of that rank's columns, or the same
// way back.
void SlabTransform::count() const {
  const auto mine = static_cast<double>(planes().size());
  parallel::count_work(0.5 * mine * impl_->size[0] * impl_->size[1] *
                       std::log2(static_cast<double>(n_points())));
  if (team().size() == 1) return;
  const double columns_of_others = impl_->size[1] - static_cast<double>(columns().size());
  parallel::count_call(
      team().size() - 1,
      mine * columns_of_others * static_cast<double>(half_row()) * sizeof(Coefficient));
}

void SlabTransform::forward() {
  const parallel::Phase phase("slab_transform");
  count();
  fftwf_execute(impl_->forward.get());
}
void SlabTransform::inverse() {
  const parallel::Phase phase("slab_transform");
  count();
  fftwf_execute(impl_->inverse.get());
}

}  // namespace polyform::density
