// SPDX-License-Identifier: MPL-2.0
// Seconds of F_calc, its gradient and the mask beside one bare FFT of the cell, a JSON object a
// case.
//
// usage: bench_structure_factors MODEL DATA [repeats] [processor]
//
// With `processor` the seconds are of this process on a processor, for machines that others use,
// too.
#include <fftw3.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "polyform/crystal/model.hpp"
#include "polyform/crystal/read_reflections.hpp"
#include "polyform/density/slab_grid.hpp"
#include "polyform/density/solvent_mask.hpp"
#include "polyform/density/structure_factors.hpp"
#include "polyform/parallel/session.hpp"

using namespace polyform;

namespace {

clockid_t clock_used = CLOCK_MONOTONIC;

double now() {
  timespec t;
  clock_gettime(clock_used, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// Median seconds of `repeats` runs after one for warming up.
template <class Step>
double median_seconds(int repeats, const parallel::Communicator& team, Step step) {
  std::vector<double> seconds;
  for (int i = 0; i <= repeats; ++i) {
    team.barrier();
    const double start = now();
    step();
    const double taken = now() - start;
    if (i > 0) seconds.push_back(team.max(taken));
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

// One float r2c (FFTW_MEASURE) of the smooth grid with N_i >= 3 / (d_min a*_i), on this rank alone.
double bare_fft(const crystal::Crystal& crystal, double d_min, int repeats,
                const parallel::Communicator& team) {
  std::array<int, 3> n;
  for (int i = 0; i < 3; ++i)
    n[static_cast<std::size_t>(i)] = density::smooth_size(
        static_cast<int>(std::ceil(3 / (d_min * crystal.fractionalise.row(i).norm()))));
  const auto points = static_cast<std::size_t>(n[0]) * static_cast<std::size_t>(n[1]);
  float* in = fftwf_alloc_real(points * static_cast<std::size_t>(n[2]));
  fftwf_complex* out = fftwf_alloc_complex(points * static_cast<std::size_t>(n[2] / 2 + 1));
  const fftwf_plan plan = fftwf_plan_dft_r2c_3d(n[0], n[1], n[2], in, out, FFTW_MEASURE);
  std::fill_n(in, points * static_cast<std::size_t>(n[2]), 1.0f);
  const double seconds = median_seconds(repeats, team, [&] { fftwf_execute(plan); });
  fftwf_destroy_plan(plan);
  fftwf_free(in);
  fftwf_free(out);
  return seconds;
}

void run(const char* model_file, const char* data_file, int repeats,
         const parallel::Communicator& team) {
  base::Log log;
  const crystal::Model model = crystal::read_model(model_file, {.anisotropic = "keep"}, log);
  const crystal::Data data = crystal::read_reflections(data_file, {}, 1, log);
  const crystal::Crystal crystal = crystal::make_crystal(data.cell, data.space_group);
  const auto& hkl = data.reflections.hkl;
  const double start = now();
  density::StructureFactors engine(crystal, hkl, 2.0, {}, team);
  const double set_up = now() - start;
  std::vector<density::Complex> f(engine.owned().size());
  std::vector<density::Complex> slope(f.size(), {0.3, -0.7});
  density::AtomGradient gradient;
  const double d_min = data.reflections.d_min();
  const double fft = bare_fft(crystal, d_min, repeats, team);
  const double f_calc = median_seconds(repeats, team, [&] { engine.calculate(model.atoms, f); });
  const double slopes = median_seconds(repeats, team, [&] {
    engine.gradient(model.atoms, slope, {.xyz = true, .b = true}, gradient);
  });
  density::SolventMask solvent(crystal, hkl, {}, team);
  const double mask = median_seconds(repeats, team, [&] { solvent.calculate(model.atoms, f); });
  const density::EngineReport report = engine.report();
  const double bytes = team.sum(static_cast<double>(report.bytes_exchanged));
  if (team.is_root())
    std::printf(
        "{\"model\": \"%s\", \"ranks\": %d, \"n_atoms\": %zu, \"n_reflections\": %zu, "
        "\"d_min\": %.3f, \"grid\": [%d, %d, %d], \"blur\": %.2f, \"set_up\": %.3f, \"fft\": %.6f, "
        "\"fcalc\": %.6f, \"gradient\": %.6f, \"mask\": %.6f, \"fcalc_per_fft\": %.3f, "
        "\"gradient_per_fft\": %.3f, "
        "\"bytes\": %.0f}\n",
        model_file, team.size(), model.atoms.size(), hkl.size(), d_min, report.grid[0],
        report.grid[1], report.grid[2], report.blur, set_up, fft, f_calc, slopes, mask,
        f_calc / fft, slopes / fft, bytes);
}

}  // namespace

int main(int argc, char** argv) {
  parallel::Session session(argc, argv);
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s MODEL DATA [repeats] [processor]\n", argv[0]);
    return 2;
  }
  if (argc > 4) clock_used = CLOCK_PROCESS_CPUTIME_ID;
  try {
    run(argv[1], argv[2], argc > 3 ? std::atoi(argv[3]) : 9, session.world());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    session.abort(1);
  }
  return 0;
}
