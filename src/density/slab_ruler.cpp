// SPDX-License-Identifier: MPL-2.0
// A bare FFTW transform.
#include "polyform/density/slab_ruler.hpp"

#include <fftw3-mpi.h>

#include <algorithm>

#include "polyform/base/error.hpp"

namespace polyform::density {

struct SlabRuler::Impl {
  std::unique_ptr<float, decltype(&fftwf_free)> map{nullptr, fftwf_free};
  fftwf_plan plan = nullptr;
};

GridSize SlabRuler::grid_size(const crystal::Crystal& crystal, double d_min) {
  return slab_grid_size(crystal, d_min / 3.0);
}

SlabRuler::SlabRuler(const GridSize& size, const parallel::Communicator& team)
    : impl_(std::make_unique<Impl>()) {
  fftwf_mpi_init();
  const ptrdiff_t nw = size[2], nv = size[1], nu = size[0];
  ptrdiff_t planes, first_plane, columns, first_column;
  const ptrdiff_t n_complex = fftwf_mpi_local_size_3d_transposed(
      nw, nv, nu / 2 + 1, team.native(), &planes, &first_plane, &columns, &first_column);
  const auto n_floats = static_cast<std::size_t>(2 * std::max<ptrdiff_t>(n_complex, 1));
  impl_->map.reset(fftwf_alloc_real(n_floats));
  const unsigned transposed = team.size() > 1 ? FFTW_MPI_TRANSPOSED_OUT : 0u;
  team.agree([&] {
    if (!impl_->map) throw base::Error("out of memory");
  });
  impl_->plan = fftwf_mpi_plan_dft_r2c_3d(nw, nv, nu, impl_->map.get(),
                                          reinterpret_cast<fftwf_complex*>(impl_->map.get()),
                                          team.native(), FFTW_MEASURE | transposed);
  std::fill_n(impl_->map.get(), n_floats, 0.0f);
}

SlabRuler::~SlabRuler() { fftwf_destroy_plan(impl_->plan); }

void SlabRuler::transform() { fftwf_execute(impl_->plan); }

}  // namespace polyform::density
