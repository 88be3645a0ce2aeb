// SPDX-License-Identifier: MPL-2.0
// The loops over the points of Gaussian atoms, made for each set of instructions.
//
// Down a column a Gaussian is exp of a quadratic in the row's number: from row to row it changes by
// a factor that itself changes by a constant one. Two multiplications take the place of an
// exponential (Greengard and Lee 2004, section 3, factorise along rows for the same end).
#include "density/gaussian_loops.hpp"

#include "density/ellipsoid_rows.hpp"
#include "density/instruction_set.hpp"

namespace polyform::density {
namespace {

// Below exp(-most_q) a row's values are too near to the smallest number for others to be made of.
template <class Real>
constexpr Real most_q = sizeof(Real) == 4 ? 80 : 600;

// height exp(-Q), Q = ss s^2 + mm m^2 + ff f^2 + 2 (sm s m + sf s f + mf m f).
template <class Real>
struct Gaussian {
  Real height = 0, ss = 0, mm = 0, ff = 0, sm = 0, sf = 0, mf = 0;
  Real change = 0;  // of the factor from row to row: exp(-2 mm)

  Gaussian() = default;
  explicit Gaussian(const GaussianAtom::Gaussian& g)
      : height(Real(g.height)),
        ss(Real(g.q(0, 0))),
        mm(Real(g.q(1, 1))),
        ff(Real(g.q(2, 2))),
        sm(Real(g.q(0, 1))),
        sf(Real(g.q(0, 2))),
        mf(Real(g.q(1, 2))),
        change(Real(std::exp(-2 * g.q(1, 1)))) {}
};

template <class Real>
struct Gaussians {
  int terms;
  std::array<Gaussian<Real>, kernels::FormFactor::max_terms> term;

  explicit Gaussians(const GaussianAtom& atom) : terms(atom.terms) {
    for (std::size_t g = 0; g < static_cast<std::size_t>(terms); ++g)
      term[g] = Gaussian<Real>(atom.gaussian[g]);
  }
};

// Eight columns of one plane and a number of rows of them.
template <class Real>
struct Strip {
  Real* row_0;  // of the plane, in the first column
  int stride, n_middle;
  int first, n_rows;
  Real slab, middle;   // from the atom to the first row, in steps
  Lanes<Real> column;  // from the atom, in steps
};

// Through the rows of a strip, round the cell.
template <class Real>
class Walk {
 public:
  POLYFORM_INLINE explicit Walk(const Strip<Real>& strip)
      : row_0_(strip.row_0), stride_(strip.stride), end_(row_0_ + long{strip.n_middle} * stride_) {
    const int row = strip.first % strip.n_middle;
    at_ = row_0_ + long{row < 0 ? row + strip.n_middle : row} * stride_;
  }
  POLYFORM_INLINE Real* at() const { return at_; }
  POLYFORM_INLINE void advance() {
    at_ += stride_;
    if (at_ == end_) at_ = row_0_;
  }

 private:
  Real *row_0_, *at_;
  long stride_;
  const Real* end_;
};

// Q in the strip's first row.
template <class Real>
POLYFORM_INLINE void exponent_in(const Gaussian<Real>& g, const Strip<Real>& strip,
                                 Lanes<Real>& q) {
  const Real s = strip.slab, m = strip.middle;
  const Real along = 2 * (g.sf * s + g.mf * m);
  const Real across = (g.mm * m + 2 * g.sm * s) * m + g.ss * s * s;
  q = (strip.column * g.ff + along) * strip.column + across;
}

// A Gaussian in a row, and the factor to the next.
template <class Real>
struct Row {
  Lanes<Real> value, factor;

  POLYFORM_INLINE Row() {}
  POLYFORM_INLINE void start(const Gaussian<Real>& g, const Strip<Real>& strip) {
    exponent_in(g, strip, value);
    const Lanes<Real> highest = value * 0 + (sizeof(Real) == 4 ? Real(87) : Real(700));
    value = -(value < highest ? value : highest);
    factor = -(strip.column * (2 * g.mf) + (g.mm * (2 * strip.middle + 1) + 2 * g.sm * strip.slab));
    kernels::exponential<Real>(value);
    kernels::exponential<Real>(factor);
    value *= g.height;
  }
  POLYFORM_INLINE void advance(Real change) {
    value *= factor;
    factor *= change;
  }
};

template <class Real>
POLYFORM_INLINE bool lost(const Gaussians<Real>& gaussians, const Strip<Real>& strip) {
  for (int g = 0; g < gaussians.terms; ++g) {
    Lanes<Real> q;
    exponent_in(gaussians.term[static_cast<std::size_t>(g)], strip, q);
    if (q[0] > most_q<Real> || q[n_lanes - 1] > most_q<Real>) return true;
  }
  return false;
}

// visit(strip) of all strips of a part. Rows are made from the first; where its values are lost,
// each for itself.
template <class Real, class Visit>
POLYFORM_INLINE void for_strips(const GaussianAtom& atom, const Gaussians<Real>& gaussians,
                                const SpherePart& part, PlaneRing<Real>& ring, Visit visit) {
  const PlaneShape& shape = ring.shape();
  Strip<Real> strip;
  strip.stride = shape.stride;
  strip.n_middle = shape.n_middle;
  for (int p = 0; p < part.n_planes; ++p) {
    const double slab = part.first_plane + p - part.place[0];
    const EllipseSection section(atom.reach, slab);
    if (section.empty()) continue;
    strip.slab = Real(slab);
    Real* const plane = ring.plane(part.in_ring + static_cast<std::size_t>(p));
    const double middle = part.place[2] + section.middle_column();
    const int first = rounded_up(middle - section.columns()),
              n = rounded_down(middle + section.columns()) + 1 - first;
    const int n_strips = (n + n_lanes - 1) / n_lanes;
    int column = first - (n_strips * n_lanes - n) / 2;
    for (int s = 0; s < n_strips; ++s, column += n_lanes) {
      const double left = column - part.place[2];
      const StripRows rows = section.rows(left, left + n_lanes - 1, part.place[1]);
      if (rows.begin >= rows.end) continue;
      const int wrapped = column % shape.n_fast;
      strip.row_0 = plane + (wrapped < 0 ? wrapped + shape.n_fast : wrapped);
      count_from(Real(left), strip.column);
      strip.first = rows.begin;
      strip.n_rows = rows.end - rows.begin;
      strip.middle = Real(rows.begin - part.place[1]);
      if (!lost(gaussians, strip)) {
        visit(strip);
        continue;
      }
      strip.n_rows = 1;
      for (; strip.first < rows.end; ++strip.first, strip.middle += 1) visit(strip);
    }
  }
}

// of(n, g) for Gaussians g ... g + n - 1: as many side by side as the registers hold.
template <class Of>
POLYFORM_INLINE void by_threes(int terms, Of of) {
  int g = 0;
  for (; terms - g > 2; g += 3) of(std::integral_constant<int, 3>(), g);
  if (terms - g == 2) of(std::integral_constant<int, 2>(), g);
  if (terms - g == 1) of(std::integral_constant<int, 1>(), g);
}

template <int n, class Real>
POLYFORM_INLINE void add_strip(const Gaussian<Real>* g, const Strip<Real>& strip) {
  Row<Real> row[n];
  for (int k = 0; k < n; ++k) row[k].start(g[k], strip);
  Walk<Real> walk(strip);
  for (int r = 0; r < strip.n_rows; ++r, walk.advance()) {
    Lanes<Real> points;
    load(walk.at(), points);
    for (int k = 0; k < n; ++k) {
      points += row[k].value;
      row[k].advance(g[k].change);
    }
    store(points, walk.at());
  }
}

template <class Real>
POLYFORM_INLINE void add_points(const GaussianAtom& atom, const SpherePart& part,
                                PlaneRing<Real>& ring) {
  const Gaussians<Real> gaussians(atom);
  for_strips(
      atom, gaussians, part, ring, [&](const Strip<Real>& strip) __attribute__((always_inline)) {
        by_threes(
            gaussians.terms, [&](auto n, int g) __attribute__((always_inline)) {
              add_strip<n>(&gaussians.term[static_cast<std::size_t>(g)], strip);
            });
      });
}

// Sums of t = map * rho times 1, s, m, f and their products, column by column: s, m, f the slab,
// row and column from the atom.
template <class Real>
struct Sums {
  Lanes<Real> t{}, s{}, m{}, f{}, ss{}, mm{}, ff{}, sm{}, sf{}, mf{};

  // Of a strip: over its rows of t, m t and m^2 t.
  POLYFORM_INLINE void add(const Strip<Real>& strip, const Lanes<Real>& by_1,
                           const Lanes<Real>& by_m, const Lanes<Real>& by_mm) {
    const Lanes<Real> by_s = by_1 * strip.slab, by_f = by_1 * strip.column;
    t += by_1;
    s += by_s;
    m += by_m;
    f += by_f;
    ss += by_s * strip.slab;
    mm += by_mm;
    ff += by_f * strip.column;
    sm += by_m * strip.slab;
    sf += by_s * strip.column;
    mf += by_m * strip.column;
  }

  POLYFORM_INLINE void finish(GaussianMoments& moments) const {
    const auto sum = [](const Lanes<Real>& v) __attribute__((always_inline)) {
      return static_cast<double>(kernels::sum<Real>(v));
    };
    moments.density = sum(t);
    moments.first = {sum(s), sum(m), sum(f)};
    moments.second << sum(ss), sum(sm), sum(sf), sum(sm), sum(mm), sum(mf), sum(sf), sum(mf),
        sum(ff);
  }
};

template <int n, class Real>
POLYFORM_INLINE void sum_strip(const Gaussian<Real>* g, const Strip<Real>& strip,
                               Sums<Real>* sums) {
  Row<Real> row[n];
  for (int k = 0; k < n; ++k) row[k].start(g[k], strip);
  Lanes<Real> by_1[n]{}, by_m[n]{}, by_mm[n]{};
  Walk<Real> walk(strip);
  Real m = strip.middle;
  for (int r = 0; r < strip.n_rows; ++r, walk.advance(), m += 1) {
    Lanes<Real> map;
    load(walk.at(), map);
    for (int k = 0; k < n; ++k) {
      const Lanes<Real> t = map * row[k].value, t_m = t * m;
      by_1[k] += t;
      by_m[k] += t_m;
      by_mm[k] += t_m * m;
      row[k].advance(g[k].change);
    }
  }
  for (int k = 0; k < n; ++k) sums[k].add(strip, by_1[k], by_m[k], by_mm[k]);
}

template <class Real>
POLYFORM_INLINE void gather_points(const GaussianAtom& atom, const SpherePart& part,
                                   PlaneRing<Real>& ring, GaussianMoments* moments) {
  const Gaussians<Real> gaussians(atom);
  std::array<Sums<Real>, kernels::FormFactor::max_terms> sums;
  for_strips(
      atom, gaussians, part, ring, [&](const Strip<Real>& strip) __attribute__((always_inline)) {
        by_threes(
            gaussians.terms, [&](auto n, int g) __attribute__((always_inline)) {
              const auto first = static_cast<std::size_t>(g);
              sum_strip<n>(&gaussians.term[first], strip, &sums[first]);
            });
      });
  for (int g = 0; g < gaussians.terms; ++g) sums[static_cast<std::size_t>(g)].finish(moments[g]);
}

// The same for each set of instructions.
#define POLYFORM_MAKE_LOOPS(name, attribute)                                      \
  template <class Real>                                                           \
  attribute void add_##name(const GaussianAtom& atom, const SpherePart& part,     \
                            PlaneRing<Real>& ring) {                              \
    add_points(atom, part, ring);                                                 \
  }                                                                               \
  template <class Real>                                                           \
  attribute void gather_##name(const GaussianAtom& atom, const SpherePart& part,  \
                               PlaneRing<Real>& ring, GaussianMoments* moments) { \
    gather_points(atom, part, ring, moments);                                     \
  }
POLYFORM_MAKE_LOOPS(plain, )
POLYFORM_MAKE_LOOPS(avx2, POLYFORM_AVX2)
POLYFORM_MAKE_LOOPS(avx512, POLYFORM_AVX512)
#undef POLYFORM_MAKE_LOOPS

}  // namespace

template <class Real>
void add_gaussians(const GaussianAtom& atom, const SpherePart& part, PlaneRing<Real>& ring) {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return add_avx512(atom, part, ring);
    case InstructionSet::avx2:
      return add_avx2(atom, part, ring);
    case InstructionSet::plain:
      return add_plain(atom, part, ring);
  }
}

template <class Real>
void gather_gaussians(const GaussianAtom& atom, const SpherePart& part, PlaneRing<Real>& ring,
                      GaussianMoments* moments) {
  switch (instruction_set()) {
    case InstructionSet::avx512:
      return gather_avx512(atom, part, ring, moments);
    case InstructionSet::avx2:
      return gather_avx2(atom, part, ring, moments);
    case InstructionSet::plain:
      return gather_plain(atom, part, ring, moments);
  }
}

template void add_gaussians(const GaussianAtom&, const SpherePart&, PlaneRing<float>&);
template void add_gaussians(const GaussianAtom&, const SpherePart&, PlaneRing<double>&);
template void gather_gaussians(const GaussianAtom&, const SpherePart&, PlaneRing<float>&,
                               GaussianMoments*);
template void gather_gaussians(const GaussianAtom&, const SpherePart&, PlaneRing<double>&,
                               GaussianMoments*);

}  // namespace polyform::density
