// SPDX-License-Identifier: MPL-2.0
// The loops over the points of isotropic atoms, made for each set of instructions.
#include "density/radial_loops.hpp"

#include "density/instruction_set.hpp"

namespace polyform::density {
namespace {

// c_0 + c_1 u + ... by Horner's rule.
template <class Real, std::size_t n>
POLYFORM_INLINE void polynomial(const std::array<Real, n>& c, const Lanes<Real>& u,
                                Lanes<Real>& value) {
  value = u * c[n - 1] + c[n - 2];
  for (std::size_t k = n - 2; k-- > 0;) value = value * u + c[k];
}

// Offsets along the row, and u = 1 - r^2/R^2 or 0 outside.
template <class Real>
POLYFORM_INLINE void place_chunk(const RowChunk<Real>& chunk, const Lanes<Real>& steps,
                                 Lanes<Real>& x, Lanes<Real>& u) {
  x = steps + chunk.x;
  u = chunk.rest - x * x;
  u = u > 0 ? u : u * 0;
}

template <class Real>
POLYFORM_INLINE void add_points(const RadialAtom<Real>& atom, Real weight, const SpherePart& part,
                                const GridFrame& frame, PlaneRing<Real>& ring,
                                RowChunks<Real>& chunks) {
  const std::size_t n = chunks.list(part, frame, ring);
  Real* const planes = ring.data();
  Lanes<Real> steps;
  count_from(Real(0), steps);
  steps *= atom.step;
  for (std::size_t i = 0; i < n; ++i) {
    const RowChunk<Real> chunk = chunks[i];
    Lanes<Real> x, u, rho, points;
    place_chunk(chunk, steps, x, u);
    polynomial(atom.density, u, rho);
    Real* const at = planes + chunk.at;
    load(at, points);
    points += rho * (u * u * weight);
    store(points, at);
  }
}

template <class Real, bool by_b, bool density>
POLYFORM_INLINE RadialMoments sum_points(const RadialAtom<Real>& atom,
                                         const RowChunks<Real>& chunks, std::size_t n,
                                         const Real* planes) {
  Lanes<Real> steps, sum_x{}, sum_y{}, sum_z{}, sum_b{}, sum_density{};
  count_from(Real(0), steps);
  steps *= atom.step;
  for (std::size_t i = 0; i < n; ++i) {
    const RowChunk<Real> chunk = chunks[i];
    Lanes<Real> x, u, value, map;
    place_chunk(chunk, steps, x, u);
    load(planes + chunk.at, map);
    map *= u;
    polynomial(atom.slope, u, value);
    value *= map;
    sum_x += value * x;
    sum_y += value * chunk.y;
    sum_z += value * chunk.z;
    if constexpr (by_b) {
      polynomial(atom.by_b, u, value);
      sum_b += value * map;
    }
    if constexpr (density) {
      polynomial(atom.density, u, value);
      sum_density += value * map * u;
    }
  }
  using kernels::sum;
  return {sum<Real>(sum_x), sum<Real>(sum_y), sum<Real>(sum_z), sum<Real>(sum_b),
          sum<Real>(sum_density)};
}

template <class Real>
POLYFORM_INLINE RadialMoments gather_points(const RadialAtom<Real>& atom, const SpherePart& part,
                                            const GridFrame& frame, PlaneRing<Real>& ring,
                                            RadialRequest request, RowChunks<Real>& chunks) {
  const std::size_t n = chunks.list(part, frame, ring);
  const Real* const planes = ring.data();
  if (request.density) return sum_points<Real, true, true>(atom, chunks, n, planes);
  if (request.by_b) return sum_points<Real, true, false>(atom, chunks, n, planes);
  return sum_points<Real, false, false>(atom, chunks, n, planes);
}

// The same for each set of instructions.
#define POLYFORM_MAKE_LOOPS(name, attribute)                                                   \
  template <class Real>                                                                        \
  attribute void add_##name(const RadialAtom<Real>& atom, Real weight, const SpherePart& part, \
                            const GridFrame& frame, PlaneRing<Real>& ring,                     \
                            RowChunks<Real>& chunks) {                                         \
    add_points(atom, weight, part, frame, ring, chunks);                                       \
  }                                                                                            \
  template <class Real>                                                                        \
  attribute RadialMoments gather_##name(const RadialAtom<Real>& atom, const SpherePart& part,  \
                                        const GridFrame& frame, PlaneRing<Real>& ring,         \
                                        RadialRequest request, RowChunks<Real>& chunks) {      \
    return gather_points(atom, part, frame, ring, request, chunks);                            \
  }
POLYFORM_MAKE_LOOPS(plain, )
POLYFORM_MAKE_LOOPS(avx2, POLYFORM_AVX2)
POLYFORM_MAKE_LOOPS(avx512, POLYFORM_AVX512)
#undef POLYFORM_MAKE_LOOPS

}  // namespace

template <class Real>
RadialAtom<Real>::RadialAtom(const RadialShape& shape, double row_step)
    : radius(Real(shape.radius)), step(Real(row_step / shape.radius)) {
  for (std::size_t k = 0; k < n_radial; ++k) {
    density[k] = Real(shape.density[k]);
    slope[k] = Real(static_cast<double>(k + 2) * shape.density[k]);
  }
  for (std::size_t k = 0; k <= n_radial; ++k) by_b[k] = Real(shape.by_b[k]);
}

template <class Real>
void add_radial(const RadialAtom<Real>& atom, Real weight, const SpherePart& part,
                const GridFrame& frame, PlaneRing<Real>& ring, RowChunks<Real>& chunks) {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return add_avx512(atom, weight, part, frame, ring, chunks);
    case InstructionSet::avx2:
      return add_avx2(atom, weight, part, frame, ring, chunks);
    case InstructionSet::plain:
      return add_plain(atom, weight, part, frame, ring, chunks);
  }
}

template <class Real>
RadialMoments gather_radial(const RadialAtom<Real>& atom, const SpherePart& part,
                            const GridFrame& frame, PlaneRing<Real>& ring, RadialRequest request,
                            RowChunks<Real>& chunks) {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return gather_avx512(atom, part, frame, ring, request, chunks);
    case InstructionSet::avx2:
      return gather_avx2(atom, part, frame, ring, request, chunks);
    case InstructionSet::plain:
      break;
  }
  return gather_plain(atom, part, frame, ring, request, chunks);
}

template struct RadialAtom<float>;
template struct RadialAtom<double>;
template void add_radial(const RadialAtom<float>&, float, const SpherePart&, const GridFrame&,
                         PlaneRing<float>&, RowChunks<float>&);
template void add_radial(const RadialAtom<double>&, double, const SpherePart&, const GridFrame&,
                         PlaneRing<double>&, RowChunks<double>&);
template RadialMoments gather_radial(const RadialAtom<float>&, const SpherePart&, const GridFrame&,
                                     PlaneRing<float>&, RadialRequest, RowChunks<float>&);
template RadialMoments gather_radial(const RadialAtom<double>&, const SpherePart&, const GridFrame&,
                                     PlaneRing<double>&, RadialRequest, RowChunks<double>&);

}  // namespace polyform::density
