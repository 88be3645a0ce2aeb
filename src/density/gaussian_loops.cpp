// SPDX-License-Identifier: MPL-2.0
// The loops over the points of Gaussian atoms, made for each set of instructions.
#include "density/gaussian_loops.hpp"

#include <algorithm>

#include "density/instruction_set.hpp"

namespace polyform::density {
namespace {

// height exp(-Q) at eight points. Q = (xx x + along) x + across.
template <class Real>
POLYFORM_INLINE void gaussian_at(const typename GaussianAtom<Real>::Gaussian& g,
                                 const RowChunk<Real>& chunk, const Lanes<Real>& x,
                                 Lanes<Real>& rho) {
  const Real along = 2 * (g.xy * chunk.y + g.xz * chunk.z);
  const Real across = (g.yy * chunk.y + 2 * g.yz * chunk.z) * chunk.y + g.zz * chunk.z * chunk.z;
  rho = -((x * g.xx + along) * x + across);
  // Below the range of the exponential there is nothing.
  const Lanes<Real> lowest = x * 0 + (sizeof(Real) == 4 ? Real(-87) : Real(-700));
  rho = rho > lowest ? rho : lowest;
  kernels::exponential<Real>(rho);
  rho *= g.height;
}

template <class Real>
POLYFORM_INLINE void add_points(const GaussianAtom<Real>& atom, const SpherePart& part,
                                const GridFrame& frame, PlaneRing<Real>& ring,
                                RowChunks<Real>& chunks) {
  const std::size_t n = chunks.list(part, frame, ring);
  Real* const planes = ring.data();
  Lanes<Real> steps;
  count_from(Real(0), steps);
  steps *= atom.step;
  for (std::size_t i = 0; i < n; ++i) {
    const RowChunk<Real> chunk = chunks[i];
    const Lanes<Real> x = steps + chunk.x;
    Lanes<Real> points, rho;
    Real* const at = planes + chunk.at;
    load(at, points);
    for (int g = 0; g < atom.terms; ++g) {
      gaussian_at(atom.gaussian[static_cast<std::size_t>(g)], chunk, x, rho);
      points += rho;
    }
    store(points, at);
  }
}

// Of one Gaussian; what belongs to a row is multiplied on after the sum over its points.
template <class Real>
POLYFORM_INLINE void sum_points(const typename GaussianAtom<Real>::Gaussian& gaussian,
                                const Lanes<Real>& steps, const RowChunks<Real>& chunks,
                                std::size_t n, const Real* planes, GaussianMoments& moments) {
  std::array<Lanes<Real>, 10> sum{};
  for (std::size_t i = 0; i < n; ++i) {
    const RowChunk<Real> chunk = chunks[i];
    const Lanes<Real> x = steps + chunk.x;
    const Real y = chunk.y, z = chunk.z;
    Lanes<Real> rho, map;
    gaussian_at(gaussian, chunk, x, rho);
    load(planes + chunk.at, map);
    rho *= map;
    const Lanes<Real> by_x = rho * x, by_y = rho * y, by_z = rho * z;
    sum[0] += rho;
    sum[1] += by_x;
    sum[2] += by_y;
    sum[3] += by_z;
    sum[4] += by_x * x;
    sum[5] += by_y * y;
    sum[6] += by_z * z;
    sum[7] += by_x * y;
    sum[8] += by_x * z;
    sum[9] += by_y * z;
  }
  for (std::size_t k = 0; k < sum.size(); ++k) moments[k] = kernels::sum<Real>(sum[k]);
}

template <class Real>
POLYFORM_INLINE void gather_points(const GaussianAtom<Real>& atom, const SpherePart& part,
                                   const GridFrame& frame, PlaneRing<Real>& ring,
                                   RowChunks<Real>& chunks, GaussianMoments* moments) {
  const std::size_t n = chunks.list(part, frame, ring);
  Lanes<Real> steps;
  count_from(Real(0), steps);
  steps *= atom.step;
  for (int g = 0; g < atom.terms; ++g)
    sum_points<Real>(atom.gaussian[static_cast<std::size_t>(g)], steps, chunks, n, ring.data(),
                     moments[g]);
}

// The same for each set of instructions.
#define POLYFORM_MAKE_LOOPS(name, attribute)                                           \
  template <class Real>                                                                \
  attribute void add_##name(const GaussianAtom<Real>& atom, const SpherePart& part,    \
                            const GridFrame& frame, PlaneRing<Real>& ring,             \
                            RowChunks<Real>& chunks) {                                 \
    add_points(atom, part, frame, ring, chunks);                                       \
  }                                                                                    \
  template <class Real>                                                                \
  attribute void gather_##name(const GaussianAtom<Real>& atom, const SpherePart& part, \
                               const GridFrame& frame, PlaneRing<Real>& ring,          \
                               RowChunks<Real>& chunks, GaussianMoments* moments) {    \
    gather_points(atom, part, frame, ring, chunks, moments);                           \
  }
POLYFORM_MAKE_LOOPS(plain, )
POLYFORM_MAKE_LOOPS(avx2, POLYFORM_AVX2)
POLYFORM_MAKE_LOOPS(avx512, POLYFORM_AVX512)
#undef POLYFORM_MAKE_LOOPS

}  // namespace

template <class Real>
void add_gaussians(const GaussianAtom<Real>& atom, const SpherePart& part, const GridFrame& frame,
                   PlaneRing<Real>& ring, RowChunks<Real>& chunks) {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return add_avx512(atom, part, frame, ring, chunks);
    case InstructionSet::avx2:
      return add_avx2(atom, part, frame, ring, chunks);
    case InstructionSet::plain:
      return add_plain(atom, part, frame, ring, chunks);
  }
}

template <class Real>
void gather_gaussians(const GaussianAtom<Real>& atom, const SpherePart& part,
                      const GridFrame& frame, PlaneRing<Real>& ring, RowChunks<Real>& chunks,
                      GaussianMoments* moments) {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return gather_avx512(atom, part, frame, ring, chunks, moments);
    case InstructionSet::avx2:
      return gather_avx2(atom, part, frame, ring, chunks, moments);
    case InstructionSet::plain:
      return gather_plain(atom, part, frame, ring, chunks, moments);
  }
}

template void add_gaussians(const GaussianAtom<float>&, const SpherePart&, const GridFrame&,
                            PlaneRing<float>&, RowChunks<float>&);
template void add_gaussians(const GaussianAtom<double>&, const SpherePart&, const GridFrame&,
                            PlaneRing<double>&, RowChunks<double>&);
template void gather_gaussians(const GaussianAtom<float>&, const SpherePart&, const GridFrame&,
                               PlaneRing<float>&, RowChunks<float>&, GaussianMoments*);
template void gather_gaussians(const GaussianAtom<double>&, const SpherePart&, const GridFrame&,
                               PlaneRing<double>&, RowChunks<double>&, GaussianMoments*);

}  // namespace polyform::density
