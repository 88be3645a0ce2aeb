// SPDX-License-Identifier: MPL-2.0
// Seconds of one bare FFT of a cube on one rank, by which seconds of different machines are
// compared: float r2c by FFTW's MPI interface, transposed out, FFTW_MEASURE.
//
// usage: bench_bare_fft N [repeats]
#include <fftw3-mpi.h>
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

double median_seconds(std::ptrdiff_t n, int repeats) {
  std::ptrdiff_t n0, start0, n1, start1;
  const std::ptrdiff_t local = fftwf_mpi_local_size_3d_transposed(
      n, n, n / 2 + 1, MPI_COMM_SELF, &n0, &start0, &n1, &start1);
  const auto size = static_cast<std::size_t>(local);
  float* in = fftwf_alloc_real(2 * size);
  fftwf_complex* out = fftwf_alloc_complex(size);
  const fftwf_plan plan = fftwf_mpi_plan_dft_r2c_3d(n, n, n, in, out, MPI_COMM_SELF,
                                                    FFTW_MEASURE | FFTW_MPI_TRANSPOSED_OUT);
  std::fill_n(in, 2 * size, 1.0f);
  std::vector<double> seconds;
  for (int i = 0; i <= repeats; ++i) {  // the first warms up
    const double begin = MPI_Wtime();
    fftwf_execute(plan);
    if (i > 0) seconds.push_back(MPI_Wtime() - begin);
  }
  fftwf_destroy_plan(plan);
  fftwf_free(in);
  fftwf_free(out);
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int n = argc > 1 ? std::atoi(argv[1]) : 0;
  const int repeats = argc > 2 ? std::atoi(argv[2]) : 9;
  if (n < 2 || repeats < 1) {
    std::fprintf(stderr, "usage: bench_bare_fft N [repeats]\n");
    return 2;
  }
  MPI_Init(&argc, &argv);
  fftwf_mpi_init();
  std::printf("{\"n\": %d, \"seconds\": %.5f}\n", n, median_seconds(n, repeats));
  fftwf_mpi_cleanup();
  MPI_Finalize();
  return 0;
}
