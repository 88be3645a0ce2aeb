// SPDX-License-Identifier: MPL-2.0
// A bare FFTW transform, timed.
#include "app/bare_transform.hpp"

#include <fftw3-mpi.h>

#include <algorithm>
#include <memory>

#include "app/stopwatch.hpp"
#include "polyform/base/error.hpp"
#include "polyform/density/slab_grid.hpp"

namespace polyform::app {

std::array<int, 3> bare_grid(const crystal::Crystal& crystal, double d_min) {
  return density::slab_grid_size(crystal, d_min / 3.0);
}

double time_bare_transform(const std::array<int, 3>& grid, const parallel::Communicator& world) {
  fftwf_mpi_init();
  const ptrdiff_t nw = grid[2], nv = grid[1], nu = grid[0];
  ptrdiff_t planes, first_plane, columns, first_column;
  const ptrdiff_t size = fftwf_mpi_local_size_3d_transposed(
      nw, nv, nu / 2 + 1, world.native(), &planes, &first_plane, &columns, &first_column);
  const auto n_floats = static_cast<std::size_t>(2 * std::max<ptrdiff_t>(size, 1));
  const std::unique_ptr<float, decltype(&fftwf_free)> map(fftwf_alloc_real(n_floats), fftwf_free);
  if (!map) throw base::Error("out of memory");
  const fftwf_plan plan =
      fftwf_mpi_plan_dft_r2c_3d(nw, nv, nu, map.get(), reinterpret_cast<fftwf_complex*>(map.get()),
                                world.native(), FFTW_MEASURE | FFTW_MPI_TRANSPOSED_OUT);
  std::fill_n(map.get(), n_floats, 0.0f);
  const double seconds = median_seconds(world, [&] { fftwf_execute(plan); });
  fftwf_destroy_plan(plan);
  return seconds;
}

}  // namespace polyform::app
